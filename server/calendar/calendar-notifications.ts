import type { Activity } from '../activity/activity.ts'
import { type Clock, localDate } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import type { NotifyCohort } from '../enrolments/notify-cohort.ts'
import type { PageContext } from '../web/render/page-context.ts'
import { type AnnouncedChange, changeMessage } from './change-messages.ts'

/** As many as a notice says; the others are counted. */
const MOST_DESCRIBED = 4

/** What changes in a calendar, told to its people: one notice a day, which gathers all that was changed on it. */
export function createCalendarNotifications(
  db: Database,
  clock: Clock,
  { notifyCohort }: { notifyCohort: NotifyCohort },
) {
  const find = db.prepare<[number], { slug: string; time_zone: string }>(
    'SELECT slug, time_zone FROM cohort WHERE id = ?',
  )
  const add = db
    .prepare<{ cohort_id: number; day: string; change: string }, string>(`
      INSERT INTO calendar_news (cohort_id, day, changes) VALUES (:cohort_id, :day, json_array(json(:change)))
      ON CONFLICT (cohort_id, day) DO UPDATE SET changes = json_insert(changes, '$[#]', json(:change))
      RETURNING changes`)
    .pluck()

  return {
    /** Subscriber: in the transaction of the change. */
    onActivity({ kind, cohort_id, person_id, detail }: Activity): void {
      if (kind !== 'calendar.changed' || cohort_id === null || detail['tell'] !== 1) return
      const cohort = find.get(cohort_id)
      if (!cohort) return
      const day = localDate(clock.now(), cohort.time_zone)
      const { act, entry, number, opens_on, moved, days, time_zone } = detail
      const change = JSON.stringify({ act, entry: { kind: entry, number, opens_on }, moved, days, time_zone })
      const changes = add.get({ cohort_id, day, change }) ?? '[]'
      notifyCohort({
        kind: 'calendar',
        key: `calendar:${cohort_id}:${day}`,
        renew: true,
        cohort_id,
        ...(person_id !== null && { actor_id: person_id }),
        detail: { href: `/cohorts/${cohort.slug}`, changes },
      })
    },

    /** What a notice says: "Thing 8 and 17 more come a week later." */
    describeChanges(frame: PageContext, changes: string): string {
      const told: AnnouncedChange[] = JSON.parse(changes)
      const lines = told.slice(0, MOST_DESCRIBED).map(({ act, ...change }) => {
        const { key, values } = changeMessage(frame, act, change)
        return frame.t(key, values)
      })
      const others = told.length - lines.length
      return [...lines, ...(others > 0 ? [frame.t('cohorts.calendar.more_changes', { count: others })] : [])].join(' ')
    },
  }
}
