import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import { EditConflict } from '../../db/edit-conflict.ts'
import { type Database, transaction } from '../../db/open.ts'
import type { CourseMarkdown } from '../course-markdown.ts'
import type { CourseWords, ThingWords } from '../format/translation-schema.ts'
import { renderWords, translationRows } from './translation-rows.ts'

/** A translation with its revision; saving names the revision that was seen. */
export interface TranslatedText<Words> {
  words: Words
  /** Counts the texts in this language, from 1. */
  revision: number
  /** The fingerprint of the original. */
  made_from: string
  /** The revision of the original, where it is known. */
  made_from_revision: number | null
  changed_at: string
  changed_by: string | null
}

/** An earlier text: `changed_at` and `changed_by` tell when it was replaced, and by whom. */
export interface EarlierText {
  revision: number
  changed_at: string
  changed_by: string | null
}

interface Saving {
  language: string
  /** The revision that was seen; 0 for none. */
  seen: number
  /** The fingerprint of the original. */
  from: string
  by: number
}

type TranslationRow = Omit<TranslatedText<unknown>, 'words'> & { words: string }
type TranslationKey = { id: number; language: string }

const MOST = 50

/** Translations of things, and of a course's own words. Each earlier text is kept. */
export function createCourseTranslations(
  db: Database,
  clock: Clock,
  { activity, courseMarkdown }: { activity: ActivityLog; courseMarkdown: Pick<CourseMarkdown, 'render'> },
) {
  const rows = translationRows(db)
  const inCourse = db.prepare<[number], number>('SELECT course_id FROM thing WHERE id = ?').pluck()
  const bumpRevision = db.prepare<[number]>('UPDATE course SET revision = revision + 1 WHERE id = ?')
  const things = db
    .prepare<[number, string], number>(`
      SELECT thing_id FROM thing_translation JOIN thing ON thing.id = thing_id WHERE course_id = ? AND language = ?`)
    .pluck()
  const thing = db.prepare<TranslationKey, TranslationRow>(textSql('thing', 'made_from_revision'))
  const course = db.prepare<TranslationKey, TranslationRow>(textSql('course', 'NULL'))
  const earlierOfThing = db.prepare<TranslationKey, EarlierText>(earlierSql('thing'))
  const earlierOfCourse = db.prepare<TranslationKey, EarlierText>(earlierSql('course'))
  const oneOfThing = db.prepare<TranslationKey & { revision: number }, TranslationRow>(oneSql('thing'))
  const oneOfCourse = db.prepare<TranslationKey & { revision: number }, TranslationRow>(oneSql('course'))

  const read = <Words>(row: TranslationRow | undefined): TranslatedText<Words> | null =>
    row ? { ...row, words: JSON.parse(row.words) } : null

  function expectText(found: TranslationRow | undefined, seen: number): void {
    if ((found?.revision ?? 0) !== seen) throw new EditConflict('translation')
  }

  return {
    translatedThing: (id: number, language: string): TranslatedText<ThingWords> | null =>
      read(thing.get({ id, language })),
    translatedCourse: (id: number, language: string): TranslatedText<CourseWords> | null =>
      read(course.get({ id, language })),

    /** The newest fifty of them. */
    thingRevisions: (id: number, language: string): EarlierText[] => earlierOfThing.all({ id, language }),
    courseRevisions: (id: number, language: string): EarlierText[] => earlierOfCourse.all({ id, language }),
    thingRevision: (id: number, language: string, revision: number): TranslatedText<ThingWords> | null =>
      read(oneOfThing.get({ id, language, revision })),
    courseRevision: (id: number, language: string, revision: number): TranslatedText<CourseWords> | null =>
      read(oneOfCourse.get({ id, language, revision })),

    /**
     * Saves the translation of a thing; the one before is kept as a revision.
     * @param from_revision the revision of the original
     * @returns false where nothing changed
     * @throws EditConflict
     */
    translateThing(
      thing_id: number,
      words: ThingWords,
      { language, seen, from, from_revision, by }: Saving & { from_revision: number },
    ): boolean {
      const made = renderWords(words, courseMarkdown.render)
      return transaction(db, () => {
        const before = thing.get({ id: thing_id, language })
        expectText(before, seen)
        if (before?.words === JSON.stringify(words) && before.made_from === from) return false
        const revision = rows.nextThingRevision(thing_id, language)
        rows.saveThing(
          thing_id,
          { language, words, revision, from, by, now: nowText(clock) },
          { ...made, from_revision },
        )
        bumpRevision.run(inCourse.get(thing_id) ?? 0)
        activity.record('thing.translated', { person_id: by, subject_id: thing_id, detail: { language, revision } })
        return true
      })
    },

    /** Saves the translation of the course's title, summary and set titles. @throws EditConflict */
    translateCourse(course_id: number, words: CourseWords, { language, seen, from, by }: Saving): boolean {
      return transaction(db, () => {
        const before = course.get({ id: course_id, language })
        expectText(before, seen)
        if (before?.words === JSON.stringify(words) && before.made_from === from) return false
        const revision = rows.nextCourseRevision(course_id, language)
        rows.saveCourse(course_id, { language, words, revision, from, by, now: nowText(clock) })
        bumpRevision.run(course_id)
        activity.record('course.translated', { person_id: by, subject_id: course_id, detail: { language, revision } })
        return true
      })
    },

    /** Removes a language from a course; its texts are kept as revisions. @returns how many things were translated */
    removeLanguage(course_id: number, language: string, by: number): number {
      return transaction(db, () => {
        const now = nowText(clock)
        const ids = things.all(course_id, language)
        const own = course.get({ id: course_id, language })
        if (ids.length === 0 && !own) return 0
        for (const id of ids) rows.removeThing(id, language, by, now)
        rows.removeCourse(course_id, language, by, now)
        bumpRevision.run(course_id)
        const detail = { language, things: ids.length }
        activity.record('course.language_removed', { person_id: by, subject_id: course_id, detail })
        return ids.length
      })
    },
  }
}

type Table = 'thing' | 'course'

function textSql(table: Table, made_from_revision: string): string {
  return `
    SELECT revision, made_from, ${made_from_revision} AS made_from_revision, words, changed_at, person.name AS changed_by
      FROM ${table}_translation AS text LEFT JOIN person ON person.id = changed_by
     WHERE ${table}_id = :id AND text.language = :language`
}

function earlierSql(table: Table): string {
  return `
    SELECT revision, changed_at, person.name AS changed_by
      FROM ${table}_translation_revision AS text LEFT JOIN person ON person.id = changed_by
     WHERE ${table}_id = :id AND text.language = :language ORDER BY revision DESC LIMIT ${MOST}`
}

function oneSql(table: Table): string {
  return `
    SELECT revision, made_from, NULL AS made_from_revision, words, changed_at, person.name AS changed_by
      FROM ${table}_translation_revision AS text LEFT JOIN person ON person.id = changed_by
     WHERE ${table}_id = :id AND text.language = :language AND revision = :revision`
}
