import { expect, test } from 'vitest'
import { joinModules } from '../../../server/web/http/join-modules.ts'

function joined(files: Record<string, string>): Promise<Record<string, () => unknown>> {
  const text = joinModules('js/entry.js', (file) => files[file] ?? '')
  return import(`data:text/javascript,${encodeURIComponent(text)}`)
}

test('joined modules keep their own names, and one that two import runs once', async () => {
  const { all } = await joined({
    'js/entry.js':
      "import { left } from './left.js'\nimport { right } from './side/right.js'\nconst word = 'entry'\nexport function all() { return [word, left(), right()] }",
    'js/left.js':
      "import { count } from './counter.js'\nconst word = 'left'\nexport function left() { return word + count() }",
    'js/side/right.js':
      "import { count } from '../counter.js'\nconst word = 'right'\nexport function right() { return word + count() }",
    'js/counter.js': 'let calls = 0\nexport function count() { calls += 1\nreturn calls }',
  })
  expect(all?.()).toEqual(['entry', 'left1', 'right2'])
})

test.each([
  ["import all from './other.js'"],
  ["import * as all from './other.js'"],
  ["import './other.js'"],
  ['export default 1'],
  ['export const one = 1'],
  ["export { one } from './other.js'"],
])('a module with another import or export is refused: %s', (line) => {
  expect(() => joinModules('entry.js', () => line)).toThrow('cannot be joined')
})
