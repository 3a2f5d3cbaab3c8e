import type { ActivityKind } from '../activity/categories.ts'
import { type Clock, localDate, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'

/** Items that are ticked by hand, since the database cannot tell. */
const TICKS = ['dates', 'share', 'mail'] as const
type Tick = (typeof TICKS)[number]

type ChecklistItemName = 'course' | 'cohort' | 'guides' | 'phones' | Tick

export interface ChecklistItem {
  name: ChecklistItemName
  done: boolean
  /** The page where it is done; null where somebody else does it. */
  href: string | null
  /** Address to tick it by hand; null where it cannot be. */
  tick: string | null
}

interface ChecklistDeps {
  mailIsSetUp: () => boolean
  base_url: string
}

interface ChecklistFacts {
  slug: string
  calendar_changed: 0 | 1
  guides: 0 | 1
  learners: 0 | 1
  ticks: string
}

interface SiteFacts {
  /** A cohort with learners has started. */
  runs: 0 | 1
  course: 0 | 1
  cohort: 0 | 1
}

const CALENDAR_CHANGED: ActivityKind = 'calendar.changed'

/** SQL: `:person_id` is an organiser of the cohort. */
const OWN = `EXISTS (
  SELECT 1 FROM enrolment AS own
   WHERE own.cohort_id = cohort.id AND own.person_id = :person_id AND own.role = 'organiser' AND own.left_at IS NULL)`
const LEARNERS = `EXISTS (
  SELECT 1 FROM enrolment WHERE enrolment.cohort_id = cohort.id AND role = 'learner' AND left_at IS NULL)`

/** The checklist until the first cohort runs. */
export function createChecklist(db: Database, clock: Clock, { mailIsSetUp, base_url }: ChecklistDeps) {
  const ofSite = db.prepare<{ today: string; is_admin: 0 | 1; person_id: number }, SiteFacts>(`
    SELECT EXISTS (
             SELECT 1 FROM cohort WHERE starts_on <= :today AND (:is_admin = 1 OR ${OWN}) AND ${LEARNERS}) AS runs,
           EXISTS (SELECT 1 FROM course WHERE archived_at IS NULL) AS course,
           EXISTS (SELECT 1 FROM cohort) AS cohort`)
  const newest = db.prepare<{ person_id: number; kind: string }, ChecklistFacts>(`
    SELECT cohort.slug, ${LEARNERS} AS learners,
           EXISTS (SELECT 1 FROM activity WHERE activity.cohort_id = cohort.id AND logged > 0 AND kind = :kind) AS calendar_changed,
           EXISTS (SELECT 1 FROM enrolment WHERE enrolment.cohort_id = cohort.id AND role = 'guide' AND left_at IS NULL)
             OR EXISTS (SELECT 1 FROM invitation WHERE invitation.cohort_id = cohort.id AND role = 'guide') AS guides,
           (SELECT json_group_array(item) FROM checklist_tick WHERE checklist_tick.cohort_id = cohort.id) AS ticks
      FROM cohort WHERE ${OWN} ORDER BY cohort.id DESC LIMIT 1`)
  const put = db.prepare('INSERT OR IGNORE INTO checklist_tick (cohort_id, item, ticked_at) VALUES (?, ?, ?)')

  return {
    /** @returns null once a cohort of theirs (for an admin: any) with learners has started */
    itemsFor({ id: person_id, role }: { id: number; role: string }): ChecklistItem[] | null {
      const is_admin = role === 'admin'
      const today = localDate(clock.now(), 'UTC')
      const there = ofSite.get({ today, is_admin: is_admin ? 1 : 0, person_id })
      if (there?.runs) return null
      const own = newest.get({ person_id, kind: CALENDAR_CHANGED })
      if (!own && !is_admin) return null
      const ticks: string[] = own ? JSON.parse(own.ticks) : []
      const at = own ? `/admin/cohorts/${own.slug}` : null
      const item = (name: ChecklistItemName, done: unknown, href: string | null): ChecklistItem => {
        const ticked = ticks.includes(name)
        const may_tick = at !== null && !done && !ticked && (TICKS as readonly string[]).includes(name)
        return { name, done: Boolean(done) || ticked, href, tick: may_tick ? `${at}/checklist` : null }
      }
      return [
        item('course', there?.course, is_admin ? '/admin/courses' : null),
        item('cohort', own ?? there?.cohort, is_admin ? '/admin/cohorts/new' : null),
        ...(own
          ? [
              item('dates', own.calendar_changed, `${at}/calendar`),
              item('guides', own.guides, `${at}/invitations`),
              item('share', own.learners, at),
            ]
          : []),
        item('mail', mailIsSetUp(), is_admin ? '/admin/settings/mail' : null),
        item('phones', isReachable(base_url), null),
      ]
    },

    /** Ticks an item; ignores those that cannot be ticked by hand. */
    tick(cohort_id: number, item: string): void {
      if ((TICKS as readonly string[]).includes(item)) put.run(cohort_id, item, nowText(clock))
    },
  }
}

/** Whether other devices can reach the address: not that of the machine itself. */
function isReachable(base_url: string): boolean {
  const { hostname } = new URL(base_url)
  return !/^(?:localhost|.*\.localhost|127\..*|\[::1\]|0\.0\.0\.0)$/.test(hostname)
}
