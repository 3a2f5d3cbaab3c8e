import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import { EditConflict } from '../../db/edit-conflict-error.ts'
import { type Database, transaction } from '../../db/open.ts'
import type { CourseMarkdown } from '../course-markdown.ts'
import type { CourseWords, ThingWords, TranslatedFrom } from '../format/translation-schema.ts'
import { renderWords, translationRows } from './translation-rows.ts'
import { sameTranslation, type TranslatedText } from './translation-table.ts'

interface Saving {
  language: string
  /** The revision that was seen; 0 for none. */
  seen: number
  /** The fingerprint of the original. */
  from: string
  by: number
}

/** Translations of things, and of a course's own words. Each earlier text is kept. */
export function createCourseTranslations(
  db: Database,
  clock: Clock,
  { activity, courseMarkdown }: { activity: ActivityLog; courseMarkdown: Pick<CourseMarkdown, 'render'> },
) {
  const { ofThings, ofCourses } = translationRows(db)
  const inCourse = db.prepare<[number], number>('SELECT course_id FROM thing WHERE id = ?').pluck()
  const bumpRevision = db.prepare<[number]>('UPDATE course SET revision = revision + 1 WHERE id = ?')
  const things = db
    .prepare<[number, string], number>(`
      SELECT thing_id FROM thing_translation JOIN thing ON thing.id = thing_id WHERE course_id = ? AND language = ?`)
    .pluck()

  /** @returns the revision; null where nothing changed */
  function saveChanged<Words extends object>(
    before: TranslatedText<Words> | null,
    text: TranslatedFrom<Words>,
    seen: number,
    save: () => number,
  ): number | null {
    if ((before?.revision ?? 0) !== seen) throw new EditConflict('translation')
    return before && sameTranslation({ from: before.made_from, words: before.words }, text) ? null : save()
  }

  return {
    translatedThing: ofThings.current,
    translatedCourse: ofCourses.current,
    thingRevisions: ofThings.revisions,
    courseRevisions: ofCourses.revisions,
    thingRevision: ofThings.revision,
    courseRevision: ofCourses.revision,

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
      const html = { ...renderWords(words, courseMarkdown.render), made_from_revision: from_revision }
      return transaction(db, () => {
        const text = { from, words }
        const revision = saveChanged(ofThings.current(thing_id, language), text, seen, () =>
          ofThings.save({ id: thing_id, language }, text, { by, now: nowText(clock) }, html),
        )
        if (revision === null) return false
        bumpRevision.run(inCourse.get(thing_id) ?? 0)
        activity.record('thing.translated', { person_id: by, subject_id: thing_id, detail: { language, revision } })
        return true
      })
    },

    /** Saves the translation of the course's title, summary and set titles. @throws EditConflict */
    translateCourse(course_id: number, words: CourseWords, { language, seen, from, by }: Saving): boolean {
      return transaction(db, () => {
        const text = { from, words }
        const revision = saveChanged(ofCourses.current(course_id, language), text, seen, () =>
          ofCourses.save({ id: course_id, language }, text, { by, now: nowText(clock) }),
        )
        if (revision === null) return false
        bumpRevision.run(course_id)
        activity.record('course.translated', { person_id: by, subject_id: course_id, detail: { language, revision } })
        return true
      })
    },

    /** Removes a language from a course; its texts are kept as revisions. @returns how many things were translated */
    removeLanguage(course_id: number, language: string, by: number): number {
      return transaction(db, () => {
        const at = { by, now: nowText(clock) }
        const ids = things.all(course_id, language)
        if (ids.length === 0 && !ofCourses.current(course_id, language)) return 0
        for (const id of ids) ofThings.remove({ id, language }, at)
        ofCourses.remove({ id: course_id, language }, at)
        bumpRevision.run(course_id)
        const detail = { language, things: ids.length }
        activity.record('course.language_removed', { person_id: by, subject_id: course_id, detail })
        return ids.length
      })
    },
  }
}
