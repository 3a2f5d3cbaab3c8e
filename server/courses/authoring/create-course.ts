import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import { EditConflict } from '../../db/edit-conflict.ts'
import { type Database, transaction } from '../../db/open.ts'
import { freshSlug, slugFrom } from '../../web/text/slug.ts'
import type { CourseOutline } from '../format/schema.ts'
import type { Lineage } from '../transfer/attribution-queries.ts'
import { freshBadges } from '../transfer/rename-badges.ts'
import { type Meaning, setBadges } from './set-badges.ts'

/** What a course says about itself as a whole. */
export type CourseFacts = Pick<CourseOutline, 'title' | 'summary' | 'language' | 'licence' | 'credits' | 'rhythm'> & {
  public: 0 | 1
  /** The name of one of its pictures. */
  cover: string | null
}

/** Words in addresses under /admin/courses/ that are no course. */
export const RESERVED = ['new', 'import']

interface CreateCourseDeps {
  activity: ActivityLog
  exportCourse: (slug: string) => CourseOutline | null
  importCourse: (outline: CourseOutline, by: number | null) => number
  lineage: Lineage
}

type CourseFactsRow = Omit<CourseFacts, 'credits' | 'rhythm'> & { slug: string; credits: string; rhythm: string }

/** Courses as a whole: made, copied, told about, put away. */
export function createCourseMaking(
  db: Database,
  clock: Clock,
  { activity, exportCourse, importCourse, lineage }: CreateCourseDeps,
) {
  const facts = db.prepare<[number], CourseFactsRow>(
    'SELECT slug, title, summary, language, licence, credits, rhythm, public, cover FROM course WHERE id = ?',
  )
  const taken = db.prepare<[string], 1>('SELECT 1 FROM course WHERE slug = ?').pluck()
  const badgeTaken = db.prepare<[string], 1>('SELECT 1 FROM badge WHERE slug = ?').pluck()
  const insert = db.prepare(`
    INSERT INTO course (slug, title, summary, language, licence, credits, rhythm, public, created_at)
    VALUES (:slug, :title, :summary, :language, :licence, :credits, :rhythm, 0, :now)`)
  const insertSet = db.prepare(
    `INSERT INTO course_set (course_id, slug, title, hue, position) VALUES (:course_id, :slug, :title, :hue, 1)`,
  )
  const badges = setBadges(db, clock)
  const change = db.prepare(`
    UPDATE course SET title = :title, summary = :summary, language = :language, licence = :licence, credits = :credits,
           rhythm = :rhythm, public = :public, cover = :cover, revision = revision + 1 WHERE id = :id`)
  const forMembers = db.prepare('UPDATE course SET public = 0, revision = revision + 1 WHERE id = ?')
  const archive = db.prepare(`
    UPDATE course SET archived_at = :at, revision = revision + 1
     WHERE id = :id AND (archived_at IS NULL) = (:at IS NOT NULL)`)
  const use = db.prepare<{ id: number }, { cohorts: number; things: number }>(`
    SELECT (SELECT count(*) FROM cohort WHERE course_id = :id) AS cohorts,
           (SELECT count(*) FROM thing WHERE course_id = :id) AS things`)
  const drop = db.prepare(`
    DELETE FROM course
     WHERE id = :id AND NOT EXISTS (SELECT 1 FROM cohort WHERE course_id = :id)
       AND NOT EXISTS (SELECT 1 FROM thing WHERE course_id = :id)`)

  function slugOf(title: string): string {
    const wanted = slugFrom(title, 50) || 'course'
    return freshSlug(wanted, (slug) => RESERVED.includes(slug) || taken.get(slug) === 1)
  }

  return {
    /** Makes a course with one set, its badge and no things, for members only until it says otherwise. @returns its slug */
    makeCourse(
      wanted: Omit<CourseFacts, 'public' | 'cover'> & { set: string },
      { by, meaning }: { by: number; meaning: Meaning },
    ): string {
      return transaction(db, () => {
        const { set, credits, rhythm, ...words } = wanted
        const slug = slugOf(words.title)
        const kept = { credits: JSON.stringify(credits), rhythm: JSON.stringify(rhythm), now: nowText(clock) }
        const course_id = Number(insert.run({ ...words, ...kept, slug }).lastInsertRowid)
        const first = { slug: slugFrom(set, 50) || 'set', title: set, hue: 'teal' as const }
        insertSet.run({ ...first, course_id })
        badges.bring(course_id, [], [first], meaning)
        activity.record('course.made', { person_id: by, subject_id: course_id, detail: { slug } })
        return slug
      })
    },

    /**
     * A course of its own with all that this one has, for members only at first; the credits stay, and badges get names
     * of their own.
     * @returns its slug, or null where there is no such course
     */
    copyCourse(slug: string, title: string, by: number): string | null {
      return transaction(db, () => {
        const outline = exportCourse(slug)
        if (!outline) return null
        const copy = slugOf(title)
        const badges = freshBadges(outline.badges, (name) => badgeTaken.get(name) === 1)
        // one without things is no folder yet, and nothing can be taken from it
        const whole = outline.things.length > 0
        const forked = { ...outline, ...(whole && lineage.parents(outline)), slug: copy, title, badges }
        const course_id = importCourse(forked, by)
        if (whole) lineage.begin(course_id, outline)
        forMembers.run(course_id)
        const detail = { slug: copy, copied_from: slug }
        activity.record('course.copied', { person_id: by, subject_id: course_id, detail })
        return copy
      })
    },

    /**
     * @param seen the mark of the facts that these were made from, see `markOfFacts`
     * @returns whether anything is different
     * @throws EditConflict
     */
    changeFacts(course_id: number, wanted: CourseFacts, { seen, by }: { seen: string; by: number }): boolean {
      return transaction(db, () => {
        const row = facts.get(course_id)
        if (!row) throw new EditConflict('course facts')
        const before: CourseFacts = { ...row, credits: JSON.parse(row.credits), rhythm: JSON.parse(row.rhythm) }
        if (markOfFacts(before) !== seen) throw new EditConflict('course facts')
        if (markOfFacts(wanted) === seen) return false
        const kept = { credits: JSON.stringify(wanted.credits), rhythm: JSON.stringify(wanted.rhythm) }
        change.run({ ...wanted, ...kept, id: course_id })
        const detail = differences(told(before), told(wanted))
        activity.record('course.changed', { person_id: by, subject_id: course_id, detail })
        return true
      })
    },

    /** No new cohort is offered it from now on, or is again. @returns whether it was otherwise before */
    archiveCourse(course_id: number, away: boolean, by: number): boolean {
      return transaction(db, () => {
        const done = archive.run({ id: course_id, at: away ? nowText(clock) : null }).changes === 1
        const detail = { archived: away ? 1 : 0, archived_before: away ? 0 : 1 }
        if (done) {
          activity.record(away ? 'course.archived' : 'course.taken_out_again', {
            person_id: by,
            subject_id: course_id,
            detail,
          })
        }
        return done
      })
    },

    /** How many cohorts run it or ran it, and how many things it has or had. */
    courseUse: (id: number) => use.get({ id }) ?? { cohorts: 0, things: 0 },

    /** Deletes a course that no cohort ever ran and that never had a thing. @returns whether it was one */
    deleteCourse(course_id: number, by: number): boolean {
      return transaction(db, () => {
        const slug = facts.get(course_id)?.slug ?? ''
        const done = drop.run({ id: course_id }).changes === 1
        if (done)
          activity.record('course.deleted', { person_id: by, subject_id: course_id, detail: { slug_before: slug } })
        return done
      })
    },
  }
}

/** What tells these facts from others. */
export function markOfFacts(facts: CourseFacts): string {
  const { title, summary, language, licence, credits, rhythm, public: open, cover } = facts
  const { weekday, per_week, catch_up_after } = rhythm
  const named = credits.map(({ name, part, link }) => [name, part, link])
  return JSON.stringify([title, summary, language, licence, named, [weekday, per_week, catch_up_after], open, cover])
}

/** The facts as the log tells them: names and numbers, no texts. */
function told({ title, summary, language, licence, credits, rhythm, public: open, cover }: CourseFacts) {
  const { weekday, per_week, catch_up_after } = rhythm
  const rests = catch_up_after.join(', ')
  const lengths = { summary_length: summary.length, credits: credits.length }
  return { title, language, licence, ...lengths, weekday, per_week, catch_up_after: rests, public: open, cover }
}

type LoggedFields = Record<string, string | number | null>

function differences(before: LoggedFields, after: LoggedFields) {
  const changed = Object.keys(after).filter((name) => before[name] !== after[name])
  return Object.fromEntries(
    changed.flatMap((name) => [
      [name, after[name] ?? null],
      [`${name}_before`, before[name] ?? null],
    ]),
  )
}
