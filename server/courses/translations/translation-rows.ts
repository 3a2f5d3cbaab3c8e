import type { Database } from '../../db/open.ts'
import type { CourseWords, ThingWords, TranslatedFrom, Translation } from '../format/translation-schema.ts'
import type { Render } from '../thing-rows.ts'

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

/** A translation to be saved. */
interface NewWords<Words> extends TranslatedFrom<Words> {
  language: string
  revision: number
  by: number | null
  now: string
}

/** Called before the transaction begins, since rendering Markdown takes time. */
export function renderWords(
  { body, note, without_account }: ThingWords,
  render: Render,
): { html: string; renderer: string } {
  const { html, renderer } = render(body)
  const made: ThingHtml = {
    body: html,
    note: note === undefined ? null : render(note).html,
    without_account: without_account === undefined ? null : render(without_account).html,
  }
  return { html: JSON.stringify(made), renderer }
}

/** The rows of translations: all of a course are read at once, each is written by itself. */
export function translationRows(db: Database) {
  const ofThings = db.prepare<
    [number],
    { thing_id: number; slug: string; language: string; made_from: string; words: string; html: string }
  >(`
    SELECT thing_id, slug, thing_translation.language, made_from, words, html
      FROM thing JOIN thing_translation ON thing_id = thing.id
     WHERE course_id = ? ORDER BY thing_translation.language, thing.position`)
  const ofCourse = db.prepare<[number], { language: string; made_from: string; words: string }>(
    'SELECT language, made_from, words FROM course_translation WHERE course_id = ? ORDER BY language',
  )
  const putThing = db.prepare(`
    INSERT INTO thing_translation (thing_id, language, revision, made_from, made_from_revision, words, html, renderer, changed_by, changed_at)
    VALUES (:thing_id, :language, :revision, :from, :from_revision, :words, :html, :renderer, :by, :now)
    ON CONFLICT (thing_id, language) DO UPDATE
      SET revision = excluded.revision, made_from = excluded.made_from, made_from_revision = excluded.made_from_revision,
          words = excluded.words, html = excluded.html, renderer = excluded.renderer, changed_by = excluded.changed_by,
          changed_at = excluded.changed_at`)
  const putCourse = db.prepare(`
    INSERT INTO course_translation (course_id, language, revision, made_from, words, changed_by, changed_at)
    VALUES (:course_id, :language, :revision, :from, :words, :by, :now)
    ON CONFLICT (course_id, language) DO UPDATE
      SET revision = excluded.revision, made_from = excluded.made_from, words = excluded.words,
          changed_by = excluded.changed_by, changed_at = excluded.changed_at`)
  const keepThing = db.prepare(`
    INSERT INTO thing_translation_revision (thing_id, language, revision, made_from, words, changed_by, changed_at)
    SELECT thing_id, language, revision, made_from, words, :by, :now
      FROM thing_translation WHERE thing_id = :thing_id AND language = :language`)
  const keepCourse = db.prepare(`
    INSERT INTO course_translation_revision (course_id, language, revision, made_from, words, changed_by, changed_at)
    SELECT course_id, language, revision, made_from, words, :by, :now
      FROM course_translation WHERE course_id = :course_id AND language = :language`)
  const dropThing = db.prepare('DELETE FROM thing_translation WHERE thing_id = :thing_id AND language = :language')
  const dropCourse = db.prepare('DELETE FROM course_translation WHERE course_id = :course_id AND language = :language')
  const thingRevision = db
    .prepare<{ thing_id: number; language: string }, number>(`
      SELECT max(revision) FROM (
        SELECT revision FROM thing_translation WHERE thing_id = :thing_id AND language = :language
        UNION ALL SELECT revision FROM thing_translation_revision WHERE thing_id = :thing_id AND language = :language)`)
    .pluck()
  const courseRevision = db
    .prepare<{ course_id: number; language: string }, number>(`
      SELECT max(revision) FROM (
        SELECT revision FROM course_translation WHERE course_id = :course_id AND language = :language
        UNION ALL SELECT revision FROM course_translation_revision WHERE course_id = :course_id AND language = :language)`)
    .pluck()

  return {
    things: (course_id: number): (TranslatedThing & { slug: string })[] =>
      ofThings.all(course_id).map(({ made_from: from, words, html, ...row }) => {
        return { ...row, from, words: JSON.parse(words), html: JSON.parse(html) }
      }),

    course: (course_id: number): TranslatedCourse[] =>
      ofCourse
        .all(course_id)
        .map(({ language, made_from: from, words }) => ({ language, from, words: JSON.parse(words) })),

    /** Replaces the text before, which is kept. @param from_revision of the thing; null where it is not known */
    saveThing(
      thing_id: number,
      { words, ...facts }: NewWords<ThingWords>,
      { html, renderer, from_revision }: { html: string; renderer: string; from_revision: number | null },
    ): void {
      keepThing.run({ thing_id, language: facts.language, by: facts.by, now: facts.now })
      putThing.run({ ...facts, thing_id, words: JSON.stringify(words), html, renderer, from_revision })
    },

    saveCourse(course_id: number, { words, ...facts }: NewWords<CourseWords>): void {
      keepCourse.run({ course_id, language: facts.language, by: facts.by, now: facts.now })
      putCourse.run({ ...facts, course_id, words: JSON.stringify(words) })
    },

    /** Removes a text, which is kept as a revision. */
    removeThing(thing_id: number, language: string, by: number | null, now: string): void {
      keepThing.run({ thing_id, language, by, now })
      dropThing.run({ thing_id, language })
    },

    removeCourse(course_id: number, language: string, by: number | null, now: string): void {
      keepCourse.run({ course_id, language, by, now })
      dropCourse.run({ course_id, language })
    },

    /** The revision that the next text gets; removed texts count. */
    nextThingRevision: (thing_id: number, language: string): number =>
      (thingRevision.get({ thing_id, language }) ?? 0) + 1,
    nextCourseRevision: (course_id: number, language: string): number =>
      (courseRevision.get({ course_id, language }) ?? 0) + 1,
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
