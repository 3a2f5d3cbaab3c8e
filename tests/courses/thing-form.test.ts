import fc from 'fast-check'
import { expect, test } from 'vitest'
import { numberedStepFields, typedRows } from '../../server/courses/authoring/step-form.ts'
import {
  type StepFields,
  sortByDepth,
  stepFields,
  stepsByDepth,
  withNewRow,
  withoutRow,
  withRowMoved,
} from '../../server/courses/authoring/step-rows.ts'
import { FIELDS, readThingForm, thingFields } from '../../server/courses/authoring/thing-form.ts'
import { readThing, writeThing } from '../../server/courses/format/course-files.ts'
import { DEPTHS, type ThingOutline } from '../../server/courses/format/schema.ts'
import { cleanLine } from '../../server/web/text/clean-text.ts'
import { hasVisibleMarkdown } from '../../server/web/text/visible.ts'
import { anyCourse, smallCourse } from './outlines.ts'

const SETS = [{ slug: 'safe-start' }, { slug: 'finder' }]
const phone = smallCourse.things[1]!

function read(sent: Record<string, unknown>, had: readonly string[] = ['look', 'tidy']) {
  return readThingForm(sent, { slug: 'your-phone', sets: SETS, hasStep: (slug) => had.includes(slug) })
}

/** The outline that a form makes. */
function outlineOf(sent: Record<string, unknown>, had?: readonly string[]): ThingOutline {
  const form = read(sent, had)
  if (!form.ok) throw new Error(JSON.stringify(form.problems))
  return form.outline
}

test('the form sent as it is shown gives the same thing', () => {
  expect(outlineOf(thingFields(phone))).toEqual(phone)
})

const slugsOf = ({ steps }: ThingOutline) => DEPTHS.flatMap((depth) => (steps[depth] ?? []).map(({ slug }) => slug))

const shown = (body: string) => (hasVisibleMarkdown(body) ? body : '')

test('any thing is the same after its form was sent unchanged, except for what nobody sees', () => {
  fc.assert(
    fc.property(anyCourse, ({ sets, things }) => {
      for (const thing of things) {
        const form = readThingForm(thingFields(thing), {
          slug: thing.slug,
          sets,
          hasStep: (slug) => slugsOf(thing).includes(slug),
        })
        if (!form.ok) throw new Error(JSON.stringify(form.problems))
        const { outline } = form
        expect(slugsOf(outline)).toEqual(slugsOf(thing))
        expect(outline.prompts).toEqual(thing.prompts.map(cleanLine))
        expect({ ...outline, prompts: [] }).toEqual(
          JSON.parse(
            JSON.stringify(thing, (key, value) =>
              key === 'prompts'
                ? []
                : typeof value !== 'string'
                  ? value
                  : key === 'body'
                    ? shown(value)
                    : cleanLine(value),
            ),
          ),
        )
      }
    }),
    { numRuns: 60 },
  )
})

const typed = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    'start',
    'more',
    '15',
    '-1',
    '9999',
    'smartphone',
    'finder',
    '2026-02-30',
    '2026-02-28',
    'a\nb',
    '---',
    '__proto__',
  ),
)
// few fields at a time, so that many forms are accepted and the promise is tried
const wild = fc.record({
  own: fc.dictionary(fc.constantFrom(...FIELDS), fc.oneof(typed, fc.array(typed, { maxLength: 2 })), { maxKeys: 2 }),
  steps: fc.dictionary(
    fc
      .tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom('slug', 'depth', 'title', 'detail', 'x'))
      .map(([number, part]) => `step_${number}_${part}`),
    typed,
    { maxKeys: 2 },
  ),
})

test('any input is refused, or gives a thing that can be exported and read again', () => {
  let accepted = 0
  fc.assert(
    fc.property(wild, ({ own, steps }) => {
      const form = read({ ...thingFields(phone), ...own, ...steps })
      if (!form.ok) {
        expect(Object.keys(form.problems).length).toBeGreaterThan(0)
        return
      }
      accepted += 1
      expect(readThing(writeThing(form.outline))).toEqual(form.outline)
      expect(new Set(slugsOf(form.outline)).size).toBe(slugsOf(form.outline).length)
    }),
    { numRuns: 500 },
  )
  expect(accepted).toBeGreaterThan(20)
})

test.each([
  ['no title', 'title', ''],
  ['a title of 201 characters', 'title', 'x'.repeat(201)],
  ['a short title of 13', 'short', 'thirteen char'],
  ['a field that came twice', 'summary', ['one', 'two']],
  ['an unknown set', 'set', 'nowhere'],
  ['an unknown icon', 'icon', 'no-such-icon'],
  ['an icon that every object has', 'icon', '__proto__'],
  ['no minutes to start', 'minutes_start', ''],
  ['no minutes at all', 'minutes_start', '0'],
  ['more than ten hours', 'minutes_more', '601'],
  ['minutes in words', 'minutes_challenge', 'ten'],
  ['a day that does not exist', 'tried', '2026-02-30'],
  ['no day', 'tried', 'yesterday'],
  ['a text of 40,001 characters', 'body', 'x'.repeat(40_001)],
  ['a long note', 'note', 'x'.repeat(2001)],
  ['a long way without an account', 'without_account', 'x'.repeat(2001)],
  ['a long question', 'prompts', `${'x'.repeat(501)}\nWhy?`],
  ['201 questions', 'prompts', 'Why?\n'.repeat(201)],
  ['a step without a title', 'step_1_title', ''],
  ['a step with a long title', 'step_1_title', 'x'.repeat(201)],
  ['a step with a long way', 'step_1_detail', 'x'.repeat(1001)],
  ['an unknown depth', 'step_1_depth', 'deeper'],
  ['a step that came twice', 'step_2_title', ['one', 'two']],
  ['a number that is none', 'revision', 'one'],
])('%s is refused beside its field', (_what, field, value) => {
  const form = read({ ...thingFields(phone), [field]: value })
  expect(form.ok ? [] : Object.keys(form.problems)).toEqual([field])
})

test('a thing without a step to start with is refused', () => {
  const form = read({ ...thingFields({ ...phone, steps: { start: [] } }) })
  expect(form).toEqual({ ok: false, problems: { steps_start: { key: 'courses.edit.no_steps' } } })
})

test('more than the file of a thing can hold is refused with a message of its own', () => {
  const row = { slug: '', depth: 'start' as const, title: 'Step', detail: 'x'.repeat(1000) }
  const rows = (count: number) => numberedStepFields(Array.from({ length: count }, () => row))
  expect(read({ ...thingFields(phone), ...rows(50) })).toMatchObject({
    problems: { '': { key: 'courses.edit.too_much' } },
  })
  const short = numberedStepFields(Array.from({ length: 201 }, () => ({ ...row, detail: '' })))
  expect(read({ ...thingFields(phone), ...short })).toMatchObject({
    problems: { '': { key: 'courses.edit.too_much' } },
  })
})

test('a step keeps its slug under another title, and a new step gets one from its title', () => {
  const rows: StepFields[] = [
    { slug: 'look', depth: 'start', title: 'Look twice', detail: '' },
    { slug: '', depth: 'start', title: 'Schließ es', detail: '' },
    { slug: '', depth: 'start', title: 'مكتبة', detail: '' },
    { slug: '', depth: 'more', title: 'Look', detail: '' },
  ]
  expect(slugsOf(outlineOf({ ...thingFields(phone), ...numberedStepFields(rows) }))).toEqual([
    'look',
    'schliess-es',
    'step',
    'look-2',
  ])
})

test('a new step never gets the slug of a removed one, which ticks refer to', () => {
  const rows: StepFields[] = [{ slug: '', depth: 'start', title: 'Tidy', detail: '' }]
  const sent = { ...thingFields({ ...phone, steps: { start: [] } }), ...numberedStepFields(rows) }
  expect(slugsOf(outlineOf(sent))).toEqual(['tidy-2'])
})

test('a slug that the thing never had, or a repeated one, is ignored', () => {
  const rows: StepFields[] = [
    { slug: 'look', depth: 'start', title: 'One', detail: '' },
    { slug: 'look', depth: 'start', title: 'Two', detail: '' },
    { slug: 'foreign', depth: 'more', title: 'Three', detail: '' },
  ]
  expect(slugsOf(outlineOf({ ...thingFields(phone), ...numberedStepFields(rows) }))).toEqual(['look', 'two', 'three'])
})

test('empty rows are skipped', () => {
  const empty = { slug: '', depth: 'more' as const, title: ' ', detail: '' }
  const rows = [...stepFields(phone.steps), empty]
  expect(outlineOf({ ...thingFields(phone), ...numberedStepFields(rows) })).toEqual(phone)
})

const row = fc.record({
  slug: fc.constantFrom('', 'a', 'b'),
  depth: fc.constantFrom(...DEPTHS),
  title: fc.string(),
  detail: fc.string(),
})
const rows = fc.array(row, { maxLength: 12 }).map((all) => sortByDepth(all))

test('rows are read from their fields as they were written', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const clean = all.map((one) => ({
        ...one,
        title: one.title.replaceAll('\0', ''),
        detail: one.detail.replaceAll('\0', ''),
      }))
      expect(typedRows(numberedStepFields(all))).toEqual(clean)
    }),
  )
})

test('moving a step down and up changes nothing, and no step is lost', () => {
  fc.assert(
    fc.property(rows, fc.nat(12), fc.constantFrom(1 as const, -1 as const), (all, at, by) => {
      const moved = withRowMoved(all, at, by)
      expect(moved).toEqual(sortByDepth(moved))
      const names = (some: StepFields[]) => some.map(({ title }) => title).sort()
      expect(names(moved)).toEqual(names(all))
      if (JSON.stringify(moved) === JSON.stringify(all)) return
      const now = moved[at]?.depth === all[at]?.depth ? at + by : at
      expect(withRowMoved(moved, now, by === 1 ? -1 : 1)).toEqual(all)
    }),
  )
})

test('every step can be moved to every position', () => {
  const all = stepFields(phone.steps)
  const down = withRowMoved(all, 0, 1)
  expect(stepsByDepth(down)).toEqual({ more: [phone.steps.start[0], phone.steps.more?.[0]] })
  expect(stepsByDepth(withRowMoved(down, 0, 1))).toEqual({ more: [phone.steps.more?.[0], phone.steps.start[0]] })
})

test('a row is added at the end of its depth and removed by itself', () => {
  fc.assert(
    fc.property(rows, fc.constantFrom(...DEPTHS), fc.nat(11), (all, depth, at) => {
      const added = withNewRow(all, depth)
      const index = added.findLastIndex((one) => one.depth === depth)
      expect(added[index]).toEqual({ slug: '', depth, title: '', detail: '' })
      expect(withoutRow(added, index)).toEqual(all)
      expect(withoutRow(all, at)).toEqual(all.filter((_, position) => position !== at))
    }),
  )
})
