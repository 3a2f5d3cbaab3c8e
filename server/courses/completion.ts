import type { ActivityLog } from '../activity/activity.ts'
import { changedFields } from '../db/changed-fields.ts'
import { type Database, transaction } from '../db/open.ts'
import type { COMPLETED_BY, CourseOutline } from './format/schema.ts'

/** What completes a thing of the course. */
export interface CompletionRule {
  by: 'reflection' | (typeof COMPLETED_BY)[number]
  /** Whether a thing can be skipped. */
  skip: boolean
  /** The least number of words of a reflection, where one completes a thing. */
  min_words: number
}

const DEFAULTS: CompletionRule = { by: 'reflection', skip: true, min_words: 0 }

/** The column `course.completion` leaves out what is the default. */
export function readCompletion(json: string): CompletionRule {
  return { ...DEFAULTS, ...JSON.parse(json) }
}

/** For the course folder, which has no key where everything is the default. */
export function completionOutline(json: string): Pick<CourseOutline, 'completion'> {
  return json === '{}' ? {} : { completion: JSON.parse(json) }
}

/** The value of `course.completion`; equal rules have equal texts. */
export function completionText({ by, skip, min_words }: Partial<CompletionRule> = {}): string {
  return JSON.stringify({
    ...(by === undefined || by === DEFAULTS.by ? {} : { by }),
    ...(skip === false ? { skip } : {}),
    ...(min_words ? { min_words } : {}),
  })
}

const loggedFields = ({ by, skip, min_words }: CompletionRule) => ({ done_by: by, skip: skip ? 1 : 0, min_words })

export function createCompletionSetting(db: Database, { activity }: { activity: ActivityLog }) {
  const known = db.prepare<[number], string>('SELECT completion FROM course WHERE id = ?').pluck()
  const set = db.prepare('UPDATE course SET completion = ?, revision = revision + 1 WHERE id = ?')

  return {
    /** Applies to what is completed from now on. @returns false where nothing changed */
    setCompletion(course_id: number, rule: CompletionRule, by: number): boolean {
      return transaction(db, () => {
        const before = known.get(course_id) ?? '{}'
        const text = completionText(rule)
        if (before === text) return false
        set.run(text, course_id)
        const detail = changedFields(loggedFields(readCompletion(before)), loggedFields(rule))
        activity.record('course.changed', { person_id: by, subject_id: course_id, detail })
        return true
      })
    },
  }
}
