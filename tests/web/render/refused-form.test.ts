import { expect, test } from 'vitest'
import { markProblems } from '../../../server/web/render/refused-form.ts'
import { expectLinear } from '../../support/growth.ts'

test.each([
  [
    'the message before the fields',
    '<h1>A</h1><div class="flash" role="alert">B</div><input aria-invalid="true">',
    '<h1>A</h1><div tabindex="-1" autofocus class="flash" role="alert">B</div><input aria-invalid="true">',
  ],
  [
    'a field without a message for all',
    '<h1>A</h1><input id="a" aria-invalid="true">',
    '<h1>A</h1><input autofocus id="a" aria-invalid="true">',
  ],
  [
    'a group that is described by its problem',
    '<fieldset aria-describedby="hint a-problem"></fieldset>',
    '<fieldset tabindex="-1" autofocus aria-invalid="true" aria-describedby="hint a-problem"></fieldset>',
  ],
  [
    'what takes the focus already',
    '<fieldset tabindex="-1" aria-describedby="a-problem"></fieldset>',
    '<fieldset autofocus aria-invalid="true" tabindex="-1" aria-describedby="a-problem"></fieldset>',
  ],
  [
    'the heading of an error page',
    '<h1 class="a">A</h1><input>',
    '<h1 tabindex="-1" autofocus class="a">A</h1><input>',
  ],
])('the focus is on %s', (_what, html, marked) => {
  expect(markProblems(html)).toBe(marked)
})

test.each(['<p>', '<p aria-describedby="', '<a role="alert"', ' '])(
  'many %j take time in proportion',
  async (piece) => {
    await expectLinear(400_000, (size) => piece.repeat(size / piece.length), markProblems)
  },
)
