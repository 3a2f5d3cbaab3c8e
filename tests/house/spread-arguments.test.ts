import { expect, test } from 'vitest'
import { codeOf, filesIn } from './source.ts'

/** Where a list becomes arguments of a call, and why it is short: some 120,000 of them overflow the stack. */
const SHORT: Record<string, string> = {
  'server/badges/rules/rule-sentence.ts': 'the parts of a rule',
  'server/calendar/course-sync.ts': 'the entries of a calendar',
  'server/feeds/match-posts.ts': 'the things of a course with one number',
  'server/invitations/parse-addresses.ts': 'the parts of a name between commas',
  'server/pdf/text-runs.ts': 'the runs of a line',
  'server/progress/completion.ts': "a person's posts about one thing",
  'server/progress/thing-presenter.ts': 'three depths',
  'server/reflections/markdown/markdown.ts': 'what stands for one picture',
  'server/search/snippet.ts': 'the words that were searched for',
  'server/site/colours.ts': 'the grounds of a scheme',
}

const SPREAD = /(?:\.(?:push|unshift|splice|fromCharCode|fromCodePoint)|Math\.(?:max|min))\((?:[^(){}[\]]*,)?\s*\.\.\./

test('no list that may be long becomes the arguments of a call', () => {
  const files = filesIn('server', '.ts').filter((file) => SPREAD.test(codeOf(file)))
  expect(files).toEqual(Object.keys(SHORT))
})
