import type { ActivityLog } from '../../activity/activity.ts'
import { changedFields } from '../../db/changed-fields.ts'
import { EditConflict } from '../../db/edit-conflict-error.ts'
import { type Database, transaction } from '../../db/open.ts'
import type { CourseOutline } from '../format/schema.ts'

/** What a course says about itself as a whole. */
export type CourseFacts = Pick<CourseOutline, 'title' | 'summary' | 'language' | 'licence' | 'credits' | 'rhythm'> & {
  public: 0 | 1
  /** The name of one of its pictures. */
  cover: string | null
}

type CourseFactsRow = Omit<CourseFacts, 'credits' | 'rhythm'> & { credits: string; rhythm: string }

export function createCourseFacts(db: Database, { activity }: { activity: ActivityLog }) {
  const facts = db.prepare<[number], CourseFactsRow>(
    'SELECT title, summary, language, licence, credits, rhythm, public, cover FROM course WHERE id = ?',
  )
  const change = db.prepare(`
    UPDATE course SET title = :title, summary = :summary, language = :language, licence = :licence, credits = :credits,
           rhythm = :rhythm, public = :public, cover = :cover, revision = revision + 1 WHERE id = :id`)
  const setWriteFirst = db.prepare('UPDATE course SET write_first = ?, revision = revision + 1 WHERE id = ?')

  return {
    /**
     * @param seen the fingerprint of the facts that were seen, see `factsFingerprint`
     * @returns whether anything changed
     * @throws EditConflict
     */
    changeFacts(course_id: number, wanted: CourseFacts, { seen, by }: { seen: string; by: number }): boolean {
      return transaction(db, () => {
        const row = facts.get(course_id)
        if (!row) throw new EditConflict('course facts')
        const before: CourseFacts = { ...row, credits: JSON.parse(row.credits), rhythm: JSON.parse(row.rhythm) }
        if (factsFingerprint(before) !== seen) throw new EditConflict('course facts')
        if (factsFingerprint(wanted) === seen) return false
        const kept = { credits: JSON.stringify(wanted.credits), rhythm: JSON.stringify(wanted.rhythm) }
        change.run({ ...wanted, ...kept, id: course_id })
        const detail = changedFields(loggedFacts(before), loggedFacts(wanted))
        activity.record('course.changed', { person_id: by, subject_id: course_id, detail })
        return true
      })
    },

    /** "Write first, then read", for every cohort of the course. */
    setWriteFirst(course_id: number, on: boolean, by: number): void {
      transaction(db, () => {
        setWriteFirst.run(on ? 1 : 0, course_id)
        activity.record('course.changed', { person_id: by, subject_id: course_id, detail: { write_first: on ? 1 : 0 } })
      })
    },
  }
}

/** Identifies the facts that somebody saw. */
export function factsFingerprint(facts: CourseFacts): string {
  const { title, summary, language, licence, credits, rhythm, public: open, cover } = facts
  const { weekday, per_week, catch_up_after } = rhythm
  const named = credits.map(({ name, part, link }) => [name, part, link])
  return JSON.stringify([title, summary, language, licence, named, [weekday, per_week, catch_up_after], open, cover])
}

/** The facts for the activity log: names and numbers, no texts. */
function loggedFacts({ title, summary, language, licence, credits, rhythm, public: open, cover }: CourseFacts) {
  const { weekday, per_week, catch_up_after } = rhythm
  const rests = catch_up_after.join(', ')
  const lengths = { summary_length: summary.length, credits: credits.length }
  return { title, language, licence, ...lengths, weekday, per_week, catch_up_after: rests, public: open, cover }
}
