import type { z } from 'zod'
import { isDate } from '../../db/clock.ts'
import { HUES } from '../../web/render/hues.ts'
import { ruleShape } from './badge-rule-schema.ts'
import { PICTURE_NAME } from './picture-links.ts'
import { field, isLanguage, isLink, isRisingList, keys, line, list, named, oneOf, whole } from './schema-fields.ts'
import type { Translation } from './translation-schema.ts'

/** The schema of a course folder. Files are written with the keys in this order. */

export const COURSE_FILE = 'course.yaml'
export const THING_FILE = /^things\/(\d\d)-([a-z0-9-]+)\.md$/

export const SHAPES = ['circle', 'shield', 'star', 'gem'] as const
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
export const DEPTHS = ['start', 'more', 'challenge'] as const
export const BODY_MAX = 40_000
/** What completes a thing, other than a published reflection, which is the default without the key. */
export const COMPLETED_BY = ['steps', 'both', 'guide'] as const

const step = keys('a step', {
  slug: named('pick-a-place'),
  title: line(200),
  detail: line(1000).exactOptional(),
})

const steps = list('steps', step, 1)
const minutes = whole(1, 600)

const credits = list(
  'credits',
  keys('a credit', {
    name: line(200),
    part: line(200),
    link: field<string>('a web address with http:// or https://', isLink).exactOptional(),
  }),
  0,
)

/** The content of `course.yaml`. */
export const courseShape = keys('a course', {
  slug: named('23-mobile-things'),
  title: line(200),
  summary: line(500),
  language: field<string>('a language tag, such as en or pt-BR', isLanguage),
  licence: line(200),
  credits,
  parents: list(
    'parents',
    keys('a parent', {
      slug: named('mobile-things'),
      title: line(200),
      licence: line(200),
      credits,
      site: line(200).exactOptional(),
      revision: field<string>(
        'the mark of a folder, 16 of 0-9 and a-f in double quotes',
        (value) => typeof value === 'string' && /^[0-9a-f]{16}$/.test(value),
      ),
    }),
    1,
  ).exactOptional(),
  rhythm: keys('a rhythm', {
    weekday: oneOf(WEEKDAYS),
    per_week: whole(1, 7),
    catch_up_after: field<number[]>(
      'a list of thing numbers, each larger than the one before, such as [7, 13, 19]',
      isRisingList,
    ),
  }),
  write_first: field<true>(
    'true, for "write first, then read"; without the key everybody reads at once',
    (value) => value === true,
  ).exactOptional(),
  cover: field<string>(
    'the name of one of its pictures, such as garden.webp',
    (value) => typeof value === 'string' && value.length <= 100 && PICTURE_NAME.test(value),
  ).exactOptional(),
  completion: keys('a completion', {
    by: oneOf(COMPLETED_BY).exactOptional(),
    skip: field<false>(
      'false, where no thing may be put aside; without the key each may',
      (value) => value === false,
    ).exactOptional(),
    min_words: whole(1, 1000).exactOptional(),
  }).exactOptional(),
  sets: list('sets', keys('a set', { slug: named('safe-start'), title: line(200), hue: oneOf(HUES) }), 1),
  badges: list(
    'badges',
    keys('a badge', {
      slug: named('safe-start'),
      title: line(200),
      meaning: line(500),
      shape: oneOf(SHAPES),
      hue: oneOf([...HUES, 'plain']),
      icon: named('shield-check').exactOptional(),
      number: whole(1, 999).exactOptional(),
      ring_text: line(40).exactOptional(),
      rule: ruleShape,
      hint: line(300).exactOptional(),
      hint_after_weeks: whole(0, 52).exactOptional(),
    }),
    0,
  ),
})

/** The front matter of a thing's file. */
export const thingShape = keys('a thing', {
  slug: named('your-reflection-space'),
  title: line(200),
  short: line(12),
  summary: line(500),
  set: named('safe-start'),
  icon: named('notebook-pen'),
  minutes: keys('minutes', {
    start: minutes,
    more: minutes.exactOptional(),
    challenge: minutes.exactOptional(),
  }),
  tried: field<string>('a date, such as 2026-11-02', isDate).exactOptional(),
  tried_on: line(200).exactOptional(),
  steps: keys('steps', { start: steps, more: steps.exactOptional(), challenge: steps.exactOptional() }),
  note: line(2000).exactOptional(),
  without_account: line(2000).exactOptional(),
  prompts: list('prompts', line(500), 0),
})

export type ThingOutline = z.infer<typeof thingShape> & { body: string }
export type CourseOutline = z.infer<typeof courseShape> & {
  things: ThingOutline[]
  /** One for each language; the key is missing where there are none. */
  translations?: Translation[]
}
/** A course that this one was forked from, with its credits. */
export type Parent = NonNullable<CourseOutline['parents']>[number]
export type StepOutline = ThingOutline['steps']['start'][number]
export type Shape = (typeof SHAPES)[number]
export type Weekday = (typeof WEEKDAYS)[number]
export type Depth = (typeof DEPTHS)[number]
