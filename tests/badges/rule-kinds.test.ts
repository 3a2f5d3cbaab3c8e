import { afterAll, beforeAll, expect, test } from 'vitest'
import { kindOf, type PlainRule, RULE_KINDS } from '../../server/badges/rules/kinds.ts'
import { remainingText } from '../../server/badges/rules/progress-text.ts'
import { NO_FACTS, type RuleFacts } from '../../server/badges/rules/rule-facts.ts'
import { numberField, tickField } from '../../server/badges/rules/rule-fields.ts'
import { EMPTY_ROW, kindOptions, readRule, rowsOf, sentRows } from '../../server/badges/rules/rule-form.ts'
import { type RuleKind, ruleKind } from '../../server/badges/rules/rule-kind.ts'
import { ruleSentence } from '../../server/badges/rules/rule-sentence.ts'
import { ruleProblems } from '../../server/badges/rules/rule-validation.ts'
import {
  eventsOf,
  heldAt,
  isByPeople,
  missing,
  needsOf,
  progressOf,
  type Rule,
  withThings,
} from '../../server/badges/rules/rules.ts'
import { ruleSchema } from '../../server/courses/format/badge-rule-schema.ts'
import words from '../../server/web/locales/en.json' with { type: 'json' }
import { templateOf } from '../../server/web/render/templates.ts'
import { datesFor } from '../../server/web/text/dates.ts'
import type { Translate } from '../../server/web/text/i18n.ts'

// A kind that the product does not have, as one more entry of the table: nothing else is told of it.
const entry = ruleKind({
  name: 'friday-posts',
  fields: { count: numberField(9), pictured: tickField('first', 'a reflection with a picture') },
  form_position: 99,
  events: ['reflection.published'],
  needs: ['reflections'],
  needed: ({ count }) => count,
  reached: ({ pictured }, { reflections }) =>
    reflections
      .filter((reflection) => Temporal.PlainDate.from(reflection.at.slice(0, 10)).dayOfWeek === 5)
      .filter((reflection) => reflection.pictured || !pictured)
      .map(({ at }) => at)
      .sort(),
  clause: ({ count }, say) => say('friday_posts', { count }),
  problems: ({ count }, { content }) => (count > content.things.length ? [{ key: 'too_many' }] : []),
})

const table: Record<string, RuleKind> = RULE_KINDS
beforeAll(() => {
  table['friday-posts'] = entry
})
afterAll(() => {
  delete table['friday-posts']
})

const read = (rule: unknown): Rule => withThings(ruleSchema(table).parse(rule), () => [])
const kept = { kind: 'friday-posts', count: 2 }
const facts: RuleFacts = {
  ...NO_FACTS,
  // a Friday and a Sunday
  reflections: ['2026-05-01T10:00:00.000Z', '2026-05-03T10:00:00.000Z'].map((at) => ({
    at,
    pictured: false,
    first: false,
    week: 1,
  })),
}
const t: Translate = (key, values) => `${key} ${JSON.stringify(values ?? {})}`
const voice = {
  t,
  locale: 'en',
  dates: datesFor('en', 'Europe/Oslo', Temporal.Instant.from('2026-05-04T10:00:00Z'), t),
}
const titles = { set: String, thing: String }

test('a kind added to the table is read from a course folder, alone and in combination', () => {
  expect(read(kept)).toEqual(kept)
  expect(read({ kind: 'all-of', rules: [kept, { kind: 'first-reflection' }] })).toMatchObject({ rules: [kept, {}] })
  expect(() => read({ ...kept, count: 10 })).toThrow('a whole number from 1 to 9')
  expect(() => read({ ...kept, pictured: false })).toThrow('true, for a reflection with a picture')
  expect(() => read({ kind: 'friday-post' })).toThrow('pod-finished, by-hand, judged, friday-posts, any-of, all-of')
})

test('a kind added to the table is judged', () => {
  const rule = read(kept)
  expect([eventsOf(rule), needsOf(rule), isByPeople(rule)]).toEqual([['reflection.published'], ['reflections'], false])
  expect(progressOf(rule, facts)).toEqual({ done: 1, of: 2 })
  expect(missing(rule, NO_FACTS)).toBe(2)
  expect(heldAt(read({ ...kept, count: 1 }), facts)).toBe('2026-05-01T10:00:00.000Z')
  expect(heldAt(read({ ...kept, count: 1, pictured: true }), facts)).toBe(null)
  expect(heldAt(read({ kind: 'any-of', rules: [kept, { kind: 'first-reflection' }] }), facts)).not.toBe(null)
})

test('a kind added to the table is checked against the course', () => {
  const course = { content: { sets: [], things: [] }, counts_from: null, counts_until: null, cohort: null }
  expect(ruleProblems(read(kept), course).refused).toEqual([{ key: 'badges.problem.too_many', values: {} }])
})

test('a kind added to the table is said in a sentence, and so is what is missing', () => {
  const rule = read(kept)
  expect(ruleSentence(voice, rule, titles)).toContain('badges.rule.clause.friday_posts')
  const parts = [{ rule: rule as PlainRule, missing: 1 }]
  expect(remainingText(voice, { rule, missing: 1, parts })).toContain('badges.more.friday_posts {"count":1')
})

test('a kind added to the table is offered, read and shown again by the form', () => {
  const sent = sentRows({ rule_1_kind: 'friday-posts', rule_1_number: ' 2 ', rule_1_first: '1' })
  const { rule } = readRule(sent, '')
  expect(rule).toEqual({ ...kept, pictured: true })
  expect(rule && rowsOf(rule).rows).toEqual([{ ...EMPTY_ROW, kind: 'friday-posts', number: '2', first: '1' }])
  const refused = readRule(sentRows({ rule_1_kind: 'friday-posts', rule_1_number: '10' }), '')
  expect(refused.problems).toEqual({ rule_1_number: { key: 'badges.form.no_number', values: { max: 9 } } })
  const html = templateOf('badges/_rule')({
    ...{ t, icon: () => '', part: () => '', form: { problems: {} }, course: { sets: [], things: [] } },
    ...{ number: 1, row: sent[0], alone: false, kinds: kindOptions(), reply_targets: [], address: '' },
  })
  expect(html).toMatch(
    /<option value="friday-posts" data-asks="number first"\s+selected>\s*badges\.form\.kind\.friday-posts/,
  )
})

test('every kind of the product has its words', () => {
  const { form, more, page } = words.badges
  const known = (branch: object) => Object.keys(branch).map((key) => key.replace(/_(one|other)$/, ''))
  for (const kind of Object.values(RULE_KINDS).filter(({ name }) => name !== entry.name)) {
    expect(known(form.kind)).toContain(kind.name)
    expect(known(page.missing)).toContain(kind.name)
    if (!kind.more) expect(known(more)).toContain(kind.name.replaceAll('-', '_'))
    expect(kindOf({ kind: kind.name } as PlainRule)).toBe(kind)
  }
})
