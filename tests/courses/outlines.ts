import fc from 'fast-check'
import type { CourseOutline, ThingOutline } from '../../server/courses/format/schema.ts'
import { cleanText } from '../../server/web/text/clean-text.ts'
import { hasVisibleCharacter } from '../../server/web/text/visible.ts'

/** The smallest course there can be, for tests that break one thing in it. */
export const smallCourse: CourseOutline = {
  slug: 'small',
  title: 'A small course',
  summary: 'One thing to try.',
  language: 'en',
  licence: 'CC BY 4.0',
  credits: [{ name: 'Amira', part: 'Text' }],
  rhythm: { weekday: 'monday', per_week: 2, catch_up_after: [1] },
  sets: [{ slug: 'safe-start', title: 'Safe start', hue: 'teal' }],
  badges: [
    {
      slug: 'safe-start',
      title: 'Safe start',
      meaning: 'All of it tried.',
      shape: 'shield',
      hue: 'teal',
      icon: 'shield-check',
      rule: { kind: 'set-done', set: 'safe-start' },
    },
  ],
  things: [
    {
      slug: 'your-space',
      title: 'Your space',
      short: 'Space',
      summary: 'Choose where you write.',
      set: 'safe-start',
      icon: 'notebook-pen',
      minutes: { start: 15 },
      steps: { start: [{ slug: 'choose', title: 'Choose a place' }] },
      prompts: ['What surprised you?'],
      body: 'Why it matters.',
    },
    {
      slug: 'your-phone',
      title: 'Your phone',
      short: 'Phone',
      summary: 'Look around in it.',
      set: 'safe-start',
      icon: 'smartphone',
      minutes: { start: 15, more: 20 },
      tried: '2026-11-02',
      steps: { start: [{ slug: 'look', title: 'Look' }], more: [{ slug: 'tidy', title: 'Tidy', detail: 'One app.' }] },
      prompts: [],
      body: '',
    },
  ],
}

const trickyWords = [
  'yes',
  'no',
  'null',
  '~',
  'true',
  '007',
  '1.0',
  '0x1F',
  '1e3',
  '.inf',
  '2026-11-02',
  '---',
  '...',
  '- dash',
  '? ask',
  ': colon',
  'a: b',
  'a #b',
  '# hash',
  ' leading',
  'trailing ',
  '&anchor',
  '*alias',
  '!tag',
  '%directive',
  '@at',
  '`tick',
  '|',
  '>',
  '[list]',
  '{map}',
  "it's",
  'say "so"',
  `"both" 'kinds'`,
  'back\\slash',
  '\uFEFFmark',
  '\u00A0hard space',
  'Übung für die Bücherei',
  'مكتبة',
  '図書館',
  '👩🏽‍🏫',
  '<<',
  '__proto__',
]

const tricky = fc.constantFrom(...trickyWords)

const line = (max: number) =>
  fc
    .oneof(tricky, fc.string({ unit: 'binary', maxLength: max }), fc.string({ maxLength: max }))
    .map((text) =>
      cleanText(text)
        .replaceAll(/[\t\n]/g, '')
        .slice(0, max),
    )
    .filter((text) => hasVisibleCharacter(text) && text.isWellFormed())

const wordy = fc.oneof(
  line(80),
  line(60).map((text) => `${text} `.repeat(6)),
)

const body = fc
  .array(fc.oneof(tricky, fc.constant(''), fc.constant('---'), fc.constant('\tindented'), line(120)), { maxLength: 8 })
  .map((lines) => cleanText(lines.join('\n')).trim())

const slugs = (min: number, max: number) =>
  fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}$/), { minLength: min, maxLength: max })

/** Leaves keys out now and then: a key that is there has a value. */
function maybe<T>(key: string, value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
  return fc.option(value).map((found) => (found === null ? {} : { [key]: found }))
}

const steps = slugs(1, 4).chain((names) =>
  fc.tuple(
    ...names.map((slug) => fc.tuple(wordy, maybe('detail', wordy)).map(([title, rest]) => ({ slug, title, ...rest }))),
  ),
)

const ownSteps = fc
  .tuple(steps, fc.option(steps), fc.option(steps))
  .map(([start, more, challenge]) => {
    const own = (depth: string, some: typeof start) => some.map((step) => ({ ...step, slug: `${depth}-${step.slug}` }))
    return {
      start,
      ...(more && { more: own('more', more) }),
      ...(challenge && { challenge: own('challenge', challenge) }),
    }
  })
  .filter(({ start }) => start.every(({ slug }) => !/^(more|challenge)-/.test(slug)))

const thing = (slug: string, sets: string[]) =>
  fc
    .record({
      title: wordy,
      short: line(12),
      summary: wordy,
      set: fc.constantFrom(...sets),
      icon: fc.constantFrom('notebook-pen', 'smartphone', 'map'),
      minutes: fc
        .tuple(fc.integer({ min: 1, max: 600 }), maybe('more', fc.integer({ min: 1, max: 600 })))
        .map(([start, rest]) => ({ start, ...rest })),
      steps: ownSteps,
      prompts: fc.array(wordy, { maxLength: 3 }),
      body,
      rest: fc
        .tuple(
          maybe('tried', fc.constantFrom('2026-11-02', '2024-02-29')),
          maybe('tried_on', wordy),
          maybe('note', wordy),
          maybe('without_account', wordy),
        )
        .map((parts) => Object.assign({}, ...parts)),
    })
    .map(({ rest, ...each }): ThingOutline => ({ slug, ...each, ...rest }))

type RuleOutline = CourseOutline['badges'][number]['rule']
type PartOutline = Extract<RuleOutline, { kind: 'any-of' }>['rules'][number]

const part = (sets: string[], things: string[]): fc.Arbitrary<PartOutline> => {
  const few = fc.integer({ min: 1, max: things.length })
  return fc.oneof(
    fc.constantFrom(...sets).map((set) => ({ kind: 'set-done' as const, set })),
    few.map((count) => ({ kind: 'things-done' as const, count })),
    fc.subarray(things, { minLength: 1 }).map((named) => ({ kind: 'things-named' as const, things: named })),
    fc.constantFrom<PartOutline>({ kind: 'first-reflection' }, { kind: 'first-to-write' }, { kind: 'pod-finished' }),
    fc
      .tuple(
        fc.integer({ min: 1, max: 1000 }),
        maybe('to', fc.constantFrom('unanswered', 'another-pod')),
        maybe('waited_days', fc.integer({ min: 1, max: 60 })),
      )
      .map(([count, to, waited]) => ({ kind: 'answers-given' as const, count, ...to, ...waited })),
    few.map((people) => ({ kind: 'cheers-received' as const, people })),
    fc
      .constantFrom('pictures' as const, 'weeks-with-post' as const)
      .chain((kind) => few.map((count) => ({ kind, count }))),
    fc
      .tuple(few, maybe('answered_first', fc.constant(true)))
      .map(([weeks, rest]) => ({ kind: 'came-back' as const, weeks, ...rest })),
    few.map((count) => ({ kind: 'all-depths' as const, things: count })),
    fc
      .tuple(few, maybe('alternative', fc.constant(true)))
      .map(([count, rest]) => ({ kind: 'feedback-given' as const, count, ...rest })),
  )
}

const rule = (sets: string[], things: string[]): fc.Arbitrary<RuleOutline> =>
  fc.oneof(
    { weight: 4, arbitrary: part(sets, things) },
    { weight: 1, arbitrary: fc.constant({ kind: 'by-hand' as const }) },
    { weight: 1, arbitrary: wordy.map((ask) => ({ kind: 'judged' as const, ask })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          fc.constantFrom('any-of' as const, 'all-of' as const),
          fc.array(part(sets, things), { minLength: 2, maxLength: 8 }),
        )
        .map(([kind, rules]) => ({ kind, rules })),
    },
  )

const badge = (slug: string, rules: fc.Arbitrary<CourseOutline['badges'][number]['rule']>) =>
  fc
    .record({
      title: wordy,
      meaning: wordy,
      shape: fc.constantFrom('circle', 'shield', 'star', 'gem'),
      hue: fc.constantFrom('teal', 'slate', 'plain'),
      sign: fc.oneof(
        fc.constant({ icon: 'map' }),
        fc.integer({ min: 1, max: 999 }).map((number) => ({ number })),
      ),
      rule: rules,
      rest: fc
        .tuple(
          maybe('ring_text', line(40)),
          maybe('hint', line(300)),
          maybe('hint_after_weeks', fc.integer({ min: 0, max: 52 })),
        )
        .map((parts) => Object.assign({}, ...parts)),
    })
    .map(({ sign, rest, ...each }): CourseOutline['badges'][number] => ({ slug, ...each, ...sign, ...rest }))

/** Any course that the folder's form allows, with the strings that are hardest on YAML. */
export const anyCourse: fc.Arbitrary<CourseOutline> = fc
  .tuple(slugs(1, 3), slugs(1, 5), slugs(0, 4))
  .chain(([sets, things, badges]) =>
    fc
      .record({
        slug: fc.constant('any-course'),
        title: wordy,
        summary: wordy,
        language: fc.constantFrom('en', 'de', 'pt-BR', 'zh-Hant'),
        licence: wordy,
        credits: fc.array(
          fc
            .tuple(wordy, wordy, maybe('link', fc.webUrl({ withFragments: true, withQueryParameters: true })))
            .map(([name, part, rest]) => ({ name, part, ...rest })),
          { maxLength: 2 },
        ),
        rhythm: fc.record({
          weekday: fc.constantFrom('monday', 'sunday'),
          per_week: fc.integer({ min: 1, max: 7 }),
          catch_up_after: fc.subarray(things.map((_, index) => index + 1)),
        }),
        write_first: maybe('write_first', fc.constant(true)),
        cover: maybe('cover', fc.constantFrom('garden.webp', 'a-1.webp')),
        completion: maybe(
          'completion',
          fc.record({ by: fc.constantFrom('steps' as const, 'both' as const), min_words: fc.constantFrom(1, 30) }),
        ),
        sets: fc.tuple(
          ...sets.map((slug) =>
            fc.record({
              slug: fc.constant(slug),
              title: wordy,
              hue: fc.constantFrom('teal' as const, 'gold' as const),
            }),
          ),
        ),
        things: fc.tuple(...things.map((slug) => thing(slug, sets))),
      })
      .chain((course) => {
        const filled = course.things.map(({ set }) => set)
        return fc.tuple(...badges.map((slug) => badge(slug, rule(filled, things)))).map((made): CourseOutline => {
          const { write_first, completion, cover, ...rest } = course
          return structuredClone({ ...rest, ...write_first, ...cover, ...completion, badges: made })
        })
      }),
  )
