import type { ActivityLog } from '../activity/activity.ts'
import { changedFields } from '../db/changed-fields.ts'
import { type Database, transaction } from '../db/open.ts'
import type { COMPLETED_BY, CourseOutline } from './format/schema.ts'

/** What makes a thing of the course done. */
export interface CompletionRule {
  by: 'reflection' | (typeof COMPLETED_BY)[number]
  /** May a thing be put aside with a reason? */
  skip: boolean
  /** That a reflection has, where one is asked for. */
  min_words: number
}

const DEFAULTS: CompletionRule = { by: 'reflection', skip: true, min_words: 0 }

/** As the course keeps it: without what is usual. */
export function readCompletion(json: string): CompletionRule {
  return { ...DEFAULTS, ...JSON.parse(json) }
}

/** As the course's folder has it; nothing where all is usual. */
export function completionOutline(json: string): Pick<CourseOutline, 'completion'> {
  return json === '{}' ? {} : { completion: JSON.parse(json) }
}

/** One rule has one text, whatever it was read from. */
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
    /** For what is done from now on; what is done stays done. @returns false where the rule was this one already */
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
