import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import { slugFrom } from '../../web/text/slug.ts'
import { courseSlugs } from '../course-slug.ts'
import type { Courses } from '../courses.ts'
import type { CourseFacts } from './course-facts.ts'
import { type Meaning, setBadges } from './set-badges.ts'

interface CreateCourseDeps {
  activity: ActivityLog
  courses: Pick<Courses, 'forget'>
}

/** Courses as a whole: created, archived, restored, deleted. */
export function createCourseCreation(db: Database, clock: Clock, { activity, courses }: CreateCourseDeps) {
  const freeSlug = courseSlugs(db)
  const insert = db.prepare(`
    INSERT INTO course (slug, title, summary, language, licence, credits, rhythm, public, created_at)
    VALUES (:slug, :title, :summary, :language, :licence, :credits, :rhythm, 0, :now)`)
  const insertSet = db.prepare(
    `INSERT INTO course_set (course_id, slug, title, hue, position) VALUES (:course_id, :slug, :title, :hue, 1)`,
  )
  const badges = setBadges(db, clock)
  const archive = db.prepare(`
    UPDATE course SET archived_at = :at, revision = revision + 1
     WHERE id = :id AND (archived_at IS NULL) = (:at IS NOT NULL)`)
  const use = db.prepare<{ id: number }, { cohorts: number; things: number }>(`
    SELECT (SELECT count(*) FROM cohort WHERE course_id = :id) AS cohorts,
           (SELECT count(*) FROM thing WHERE course_id = :id) AS things`)
  const drop = db
    .prepare<{ id: number }, string>(`
    DELETE FROM course
     WHERE id = :id AND NOT EXISTS (SELECT 1 FROM cohort WHERE course_id = :id)
       AND NOT EXISTS (SELECT 1 FROM thing WHERE course_id = :id)
    RETURNING slug`)
    .pluck()

  return {
    /** Creates a course with one set, its badge and no things; it is not public. @returns its slug */
    createCourse(
      wanted: Omit<CourseFacts, 'public' | 'cover'> & { set: string },
      { by, meaning }: { by: number; meaning: Meaning },
    ): string {
      return transaction(db, () => {
        const { set, credits, rhythm, ...words } = wanted
        const slug = freeSlug(words.title)
        const kept = { credits: JSON.stringify(credits), rhythm: JSON.stringify(rhythm), now: nowText(clock) }
        const course_id = Number(insert.run({ ...words, ...kept, slug }).lastInsertRowid)
        const first = { slug: slugFrom(set, 50) || 'set', title: set, hue: 'teal' as const }
        insertSet.run({ ...first, course_id })
        badges.sync(course_id, [], [first], meaning)
        activity.record('course.made', { person_id: by, subject_id: course_id, detail: { slug } })
        return slug
      })
    },

    /** Takes a course out of what new cohorts are offered, or puts it back. @returns false where nothing changed */
    archiveCourse(course_id: number, archived: boolean, by: number): boolean {
      return transaction(db, () => {
        const done = archive.run({ id: course_id, at: archived ? nowText(clock) : null }).changes === 1
        const detail = { archived: archived ? 1 : 0, archived_before: archived ? 0 : 1 }
        const act = archived ? 'course.archived' : 'course.taken_out_again'
        if (done) activity.record(act, { person_id: by, subject_id: course_id, detail })
        return done
      })
    },

    /** How many cohorts run the course or ran it, and how many things it has or had. */
    usage: (id: number) => use.get({ id }) ?? { cohorts: 0, things: 0 },

    /** Deletes a course that no cohort ever ran and that never had a thing. @returns false where it is another one */
    deleteCourse(course_id: number, by: number): boolean {
      const deleted = transaction(db, () => {
        const slug = drop.get({ id: course_id })
        if (slug === undefined) return false
        activity.record('course.deleted', { person_id: by, subject_id: course_id, detail: { slug_before: slug } })
        return true
      })
      if (deleted) courses.forget(course_id)
      return deleted
    },
  }
}
