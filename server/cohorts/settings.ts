import type { Activity, ActivityLog } from '../activity/activity.ts'
import { changedFields } from '../db/changed-fields.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Cohort, Joining } from '../enrolments/enrolments.ts'
import { countLearnersSql } from '../enrolments/policy.ts'
import { newJoinCode } from './join-code.ts'

/** The settings of a cohort that its organisers change. */
export interface CohortSettings {
  title: string
  joining: Joining
  /** May what is written here be shown to everybody? */
  world_allowed: 0 | 1
  /** Is every game part left out? */
  calm: 0 | 1
  /** Markdown; empty for none. */
  welcome: string
  /** How many learners there is room for; null for any number. */
  capacity: number | null
}

type CohortSettingsRow = CohortSettings & { learners: number; waiting: number }

interface CohortSettingsDeps {
  activity: ActivityLog
  renderMarkdown: (text: string) => { html: string }
  /** Lets those in who wait, as far as there are places now. */
  promoteWaiting: (cohort_id: number) => void
}

/** The settings of a cohort; each change is told with what was there before. */
export function createCohortSettings(db: Database, { activity, renderMarkdown, promoteWaiting }: CohortSettingsDeps) {
  const findRow = db.prepare<{ cohort_id: number }, CohortSettingsRow>(`
    SELECT title, joining, world_allowed, calm, welcome, capacity,
           ${countLearnersSql(':cohort_id')} AS learners,
           (SELECT count(*) FROM waiting WHERE cohort_id = :cohort_id) AS waiting
      FROM cohort WHERE id = :cohort_id`)
  const save = db.prepare(`
    UPDATE cohort SET title = :title, joining = :joining, world_allowed = :world_allowed, calm = :calm, welcome = :welcome,
                      welcome_html = :welcome_html, capacity = :capacity
     WHERE id = :cohort_id`)
  const setCode = db.prepare('UPDATE cohort SET join_code = ? WHERE id = ?')

  function find(cohort_id: number): CohortSettingsRow {
    const kept = findRow.get({ cohort_id })
    if (!kept) throw new Error(`There is no cohort ${cohort_id}`)
    return kept
  }

  /** @returns whether anything was changed */
  function change(cohort_id: number, wanted: Partial<CohortSettings>, by: number): boolean {
    return transaction(db, () => {
      const { learners, waiting, ...before } = find(cohort_id)
      const after: CohortSettings = { ...before, ...wanted }
      const detail = changesOf(before, after)
      if (Object.keys(detail).length === 0) return false
      save.run({ cohort_id, ...after, welcome_html: after.welcome === '' ? '' : renderMarkdown(after.welcome).html })
      activity.record('cohort.settings_changed', { person_id: by, cohort_id, subject_id: cohort_id, detail })
      promoteWaiting(cohort_id)
      return true
    })
  }

  return {
    find,
    change,

    /** Where people come by invitation from now on, what they write stays in the cohort unless it is allowed again. */
    setJoining(cohort: Pick<Cohort, 'id'>, joining: Joining, by: number): void {
      change(cohort.id, joining === 'invitation' ? { joining, world_allowed: 0 } : { joining }, by)
    },

    /** Replaces the code to join with; the old one is no longer valid. */
    changeJoinCode(cohort_id: number, by: number): void {
      transaction(db, () => {
        setCode.run(newJoinCode(), cohort_id)
        activity.record('cohort.settings_changed', {
          person_id: by,
          cohort_id,
          subject_id: cohort_id,
          detail: { join_code: 'new' },
        })
      })
    },
  }
}

/** The changed fields with their values before; a changed welcome is recorded without its text. */
function changesOf(before: CohortSettings, after: CohortSettings): Activity['detail'] {
  const { welcome: old_welcome, ...old_fields } = before
  const { welcome, ...fields } = after
  return { ...changedFields(old_fields, fields), ...(welcome === old_welcome ? {} : { welcome: 'changed' }) }
}
