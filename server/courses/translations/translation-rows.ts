import type { Database } from '../../db/open.ts'
import type { CourseWords, ThingWords, TranslatedFrom, Translation } from '../format/translation-schema.ts'
import type { Render } from '../thing-rows.ts'
import { translationTable } from './translation-table.ts'

/** The HTML of a translated thing. */
interface ThingHtml {
  body: string
  note: string | null
  without_account: string | null
}

/** The translation of a thing, for its readers. */
export interface TranslatedThing extends TranslatedFrom<ThingWords> {
  thing_id: number
  language: string
  html: ThingHtml
}

/** The translation of the course's own words. */
export interface TranslatedCourse extends TranslatedFrom<CourseWords> {
  language: string
}

/** The columns that only translations of things have. */
type RenderedWords = {
  /** JSON of `ThingHtml`. */
  html: string
  renderer: string
  /** The revision of the original; null where it is not known. */
  made_from_revision: number | null
}

/** Called before the transaction begins, since rendering Markdown takes time. */
export function renderWords(
  { body, note, without_account }: ThingWords,
  render: Render,
): Omit<RenderedWords, 'made_from_revision'> {
  const { html, renderer } = render(body)
  const made: ThingHtml = {
    body: html,
    note: note === undefined ? null : render(note).html,
    without_account: without_account === undefined ? null : render(without_account).html,
  }
  return { html: JSON.stringify(made), renderer }
}

/** The rows of translations: all of a course at once, or one by one. */
export function translationRows(db: Database) {
  const things = db.prepare<
    [number],
    { thing_id: number; slug: string; language: string; made_from: string; words: string; html: string }
  >(`
    SELECT thing_id, slug, thing_translation.language, made_from, words, html
      FROM thing JOIN thing_translation ON thing_id = thing.id
     WHERE course_id = ? ORDER BY thing_translation.language, thing.position`)
  const courses = db.prepare<[number], { language: string; made_from: string; words: string }>(
    'SELECT language, made_from, words FROM course_translation WHERE course_id = ? ORDER BY language',
  )
  return {
    things: (course_id: number): (TranslatedThing & { slug: string })[] =>
      things.all(course_id).map(({ made_from: from, words, html, ...row }) => {
        return { ...row, from, words: JSON.parse(words), html: JSON.parse(html) }
      }),

    course: (course_id: number): TranslatedCourse[] =>
      courses
        .all(course_id)
        .map(({ language, made_from: from, words }) => ({ language, from, words: JSON.parse(words) })),

    ofThings: translationTable<ThingWords, RenderedWords>(db, 'thing', ['html', 'renderer', 'made_from_revision']),
    ofCourses: translationTable<CourseWords>(db, 'course'),
  }
}

type TranslationRows = ReturnType<typeof translationRows>

/** Translations by language, as a course folder has them. */
export function translationsOf({ things, course }: TranslationRows, course_id: number): Translation[] {
  const byLanguage = new Map<string, Translation>()
  const of = (language: string): Translation => {
    const known = byLanguage.get(language) ?? { language, things: new Map() }
    byLanguage.set(language, known)
    return known
  }
  for (const { language, from, words } of course(course_id)) of(language).course = { from, words }
  for (const { language, slug, from, words } of things(course_id)) of(language).things.set(slug, { from, words })
  return [...byLanguage.values()].sort((one, other) => (one.language < other.language ? -1 : 1))
}
