import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { type CourseOutline, DEPTHS, type ThingOutline } from './schema.ts'
import { field, isLanguage, keys, line, list, named } from './schema-fields.ts'

/** The shape of the files that hold a course in another language. Keys stand here in the order in which they are written. */

const TAG = '([a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})'
export const COURSE_TRANSLATION_FILE = new RegExp(`^course\\.${TAG}\\.yaml$`)
export const THING_TRANSLATION_FILE = new RegExp(`^things/(\\d\\d)-([a-z0-9-]+)\\.${TAG}\\.md$`)

const IS_TAG = new RegExp(`^${TAG}$`)

/** Whether a course can be put into this language: files are called by it. */
export function canTranslateInto(language: string, source: string | undefined): boolean {
  return isLanguage(language) && IS_TAG.test(language) && language !== source
}

const mark = field<string>(
  'the mark of the text that it was made from, 12 of 0-9 and a-f in double quotes; without the key the text beside it',
  (value) => typeof value === 'string' && /^[0-9a-f]{12}$/.test(value),
)

const step = keys('a translated step', {
  slug: named('pick-a-place'),
  title: line(200),
  detail: line(1000).exactOptional(),
})

/** What stands between the two lines of `---` in the file of a translated thing. */
export const thingTranslationShape = keys('a translated thing', {
  from: mark.exactOptional(),
  title: line(200),
  short: line(12),
  summary: line(500),
  steps: list('steps', step, 0),
  note: line(2000).exactOptional(),
  without_account: line(2000).exactOptional(),
  prompts: list('prompts', line(500), 0),
})

/** What `course.da.yaml` holds. */
export const courseTranslationShape = keys('a translated course', {
  from: mark.exactOptional(),
  title: line(200),
  summary: line(500),
  sets: list('sets', keys('a translated set', { slug: named('safe-start'), title: line(200) }), 0),
})

/** What of a thing can be said in another language. */
export type ThingWords = Omit<z.infer<typeof thingTranslationShape>, 'from'> & { body: string }
/** What of the course itself can be. */
export type CourseWords = Omit<z.infer<typeof courseTranslationShape>, 'from'>

/** Words in a language, with the mark of those that they were made from. */
export interface TranslatedFrom<Words> {
  from: string
  words: Words
}

/** A course in one language, as far as it was translated; things by their slug. */
export interface Translation {
  language: string
  course?: TranslatedFrom<CourseWords>
  things: Map<string, TranslatedFrom<ThingWords>>
}

export function wordsOfThing({
  title,
  short,
  summary,
  body,
  note,
  without_account,
  prompts,
  steps,
}: ThingOutline): ThingWords {
  return {
    title,
    short,
    summary,
    steps: DEPTHS.flatMap((depth) => steps[depth] ?? []),
    ...(note === undefined ? {} : { note }),
    ...(without_account === undefined ? {} : { without_account }),
    prompts,
    body,
  }
}

export function wordsOfCourse({
  title,
  summary,
  sets,
}: Pick<CourseOutline, 'title' | 'summary' | 'sets'>): CourseWords {
  return { title, summary, sets: sets.map(({ slug, title }) => ({ slug, title })) }
}

type Marked = Record<string, string | null | undefined | readonly (string | MarkedStep)[]>
type MarkedStep = { slug: string; title: string; detail?: string | null }

/**
 * Twelve signs that stand for words: other words have others. What is not there counts as what is empty, and the order
 * of a list does not count.
 */
export function markOf(words: Marked): string {
  const parts = Object.entries(words).flatMap(([key, value]) => {
    const lines = Array.isArray(value) ? value.map(lineOf).sort() : value
    return lines && lines.length > 0 ? [[key, lines]] : []
  })
  return createHash('sha256').update(JSON.stringify(parts.sort())).digest('hex').slice(0, 12)
}

function lineOf(item: string | MarkedStep): string {
  return typeof item === 'string' ? item : JSON.stringify([item.slug, item.title, item.detail ?? null])
}
