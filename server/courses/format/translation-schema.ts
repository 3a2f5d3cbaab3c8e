import type { z } from 'zod'
import { field, isLanguage, keys, line, list, named } from './schema-fields.ts'

/** The schema of the files of a translation. Files are written with the keys in this order. */

const TAG = '([a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})'
export const COURSE_TRANSLATION_FILE = new RegExp(`^course\\.${TAG}\\.yaml$`)
export const THING_TRANSLATION_FILE = new RegExp(`^things/(\\d\\d)-([a-z0-9-]+)\\.${TAG}\\.md$`)

const IS_TAG = new RegExp(`^${TAG}$`)

/** Whether a course can be translated into this language, which becomes part of file names. */
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

/** The front matter of a translated thing's file. */
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

/** The content of a file such as `course.da.yaml`. */
export const courseTranslationShape = keys('a translated course', {
  from: mark.exactOptional(),
  title: line(200),
  summary: line(500),
  sets: list('sets', keys('a translated set', { slug: named('safe-start'), title: line(200) }), 0),
})

/** The translatable texts of a thing. */
export type ThingWords = Omit<z.infer<typeof thingTranslationShape>, 'from'> & { body: string }
/** The translatable texts of a course itself. */
export type CourseWords = Omit<z.infer<typeof courseTranslationShape>, 'from'>

/** A translation, with the fingerprint of its original. */
export interface TranslatedFrom<Words> {
  from: string
  words: Words
}

/** The translation of a course into one language, as far as it exists; things by slug. */
export interface Translation {
  language: string
  course?: TranslatedFrom<CourseWords>
  things: Map<string, TranslatedFrom<ThingWords>>
}
