import type { Calendar, StoredCalendarEntry } from '../calendar/calendar.ts'
import { daysBetween, plusDays } from '../calendar/changes.ts'
import { type Holiday, opensAt, type PlannedEntry, type Rhythm } from '../calendar/plan.ts'
import type { Courses } from '../courses/courses.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Cohort, EnrolmentRole } from '../enrolments/enrolments.ts'
import { MAY_SIGN_IN } from '../people/policy.ts'
import type { Cohorts } from './cohorts.ts'

/** A person who may be invited to guide or organise the next cohort. */
export interface Lead {
  person_id: number
  name: string
  email: string
  role: EnrolmentRole
  /** Has the person offered to guide the next cohort? */
  offered: 0 | 1
}

interface Next {
  starts_on: string
  time_zone: string
  /** How many the course has by now. */
  things: number
  per_week: number
}

interface RepeatCohortDeps {
  calendar: Pick<Calendar, 'entries'>
  cohorts: Pick<Cohorts, 'make'>
  courses: Pick<Courses, 'content'>
  /** Invites addresses to a cohort. @returns their tokens in the same order */
  inviteMany: (invite: { cohort_id: number; role: EnrolmentRole; by: number; emails: string[] }) => string[]
}

/**
 * A calendar once more from another day on: its days, catch-up weeks and holidays as many days later, in local dates.
 * The things are the course's now: more than there were come week by week at the end, and of fewer the last days go.
 */
export function repeatCalendar(
  entries: readonly Pick<StoredCalendarEntry, 'kind' | 'opens_on'>[],
  { starts_on, time_zone, things, per_week }: Next,
): PlannedEntry[] {
  const days = daysBetween(entries[0]?.opens_on ?? starts_on, starts_on)
  const calendar: PlannedEntry[] = []
  let number = 0
  for (const { kind, opens_on } of entries) {
    if (number === things && entries.filter((entry) => entry.kind === 'thing').length > things) break
    const day = plusDays(opens_on, days)
    const opens = { opens_on: day, opens_at: opensAt(day, time_zone) }
    if (kind === 'thing') number += 1
    calendar.push(kind === 'thing' ? { kind, number, ...opens } : { kind, ...opens })
  }
  const last = calendar.at(-1)?.opens_on ?? plusDays(starts_on, -7)
  for (let extra = 0; number < things; extra += 1) {
    const day = plusDays(last, 7 * (1 + Math.floor(extra / per_week)))
    number += 1
    calendar.push({ kind: 'thing', number, opens_on: day, opens_at: opensAt(day, time_zone) })
  }
  return calendar
}

/** The day to offer: as many whole years of 52 weeks later as leave a week to invite people, so on the same weekday. */
export function nextStart(starts_on: string, today: string): string {
  const soonest = plusDays(today, 7)
  let start = plusDays(starts_on, 7 * 52)
  while (start < soonest) start = plusDays(start, 7 * 52)
  return start
}

/** "Autumn 2026" once more is "Autumn 2027"; a title without its year gets one. */
export function nextTitle(title: string, starts_on: string, next: string): string {
  const [year, later] = [starts_on.slice(0, 4), next.slice(0, 4)]
  return title.includes(year) ? title.replace(year, later) : `${title} ${later}`.slice(0, 200)
}

/** Makes a new cohort from an old one: its rhythm and its settings, none of its people and nothing they wrote. */
export function createRepeatCohort(db: Database, { calendar, cohorts, courses, inviteMany }: RepeatCohortDeps) {
  const leads = db.prepare<{ cohort_id: number; by: number }, Lead>(`
    SELECT person.id AS person_id, person.name, person.email, enrolment.role,
           EXISTS (SELECT 1 FROM guide_offer WHERE enrolment_id = enrolment.id) AS offered
      FROM enrolment JOIN person ON person.id = person_id
     WHERE cohort_id = :cohort_id AND left_at IS NULL AND person.id <> :by AND ${MAY_SIGN_IN}
       AND (enrolment.role <> 'learner' OR EXISTS (SELECT 1 FROM guide_offer WHERE enrolment_id = enrolment.id))
     ORDER BY enrolment.role = 'organiser' DESC, enrolment.role = 'guide' DESC, person.name, person.id`)
  const rhythmOf = db.prepare<[number], string>('SELECT rhythm FROM cohort WHERE id = ?').pluck()
  const idOf = db.prepare<[string], number>('SELECT id FROM cohort WHERE slug = ?').pluck()
  const takeSettings = db.prepare(`
    UPDATE cohort SET (world_allowed, calm, pods_open, pods_ask, welcome, welcome_html, capacity) =
           (SELECT world_allowed, calm, pods_open, pods_ask, welcome, welcome_html, capacity FROM cohort AS old WHERE old.id = :old)
     WHERE id = :id`)

  return {
    /** Those who looked after the cohort, and those who would guide the next one. */
    leads: (cohort_id: number, by: number): Lead[] => leads.all({ cohort_id, by }),

    /** @param leads who is invited, with their role; a learner who offered to guide is invited as a guide */
    repeat(
      old: Cohort,
      { title, starts_on, leads, by }: { title: string; starts_on: string; leads: readonly Lead[]; by: number },
    ): { slug: string; invited: { name: string; email: string; token: string }[] } {
      return transaction(db, () => {
        const { holidays, ...rhythm }: Rhythm & { holidays: Holiday[] } = JSON.parse(rhythmOf.get(old.id) ?? '{}')
        const entries = calendar.entries(old.id)
        const days = daysBetween(entries[0]?.opens_on ?? starts_on, starts_on)
        const { course_id, time_zone, joining } = old
        const { length: things } = courses.content(course_id, old.course_revision).things
        const slug = cohorts.make({
          ...{ title, course_id, starts_on, time_zone, rhythm, joining, by },
          holidays: holidays.map(({ from, to }) => ({ from: plusDays(from, days), to: plusDays(to, days) })),
          calendar: repeatCalendar(entries, { starts_on, time_zone, things, per_week: rhythm.per_week }),
        })
        const cohort_id = idOf.get(slug) ?? 0
        takeSettings.run({ id: cohort_id, old: old.id })
        const invited = (['organiser', 'guide'] as const).flatMap((role) => {
          const asked = leads.filter((lead) => (lead.role === 'organiser' ? 'organiser' : 'guide') === role)
          const emails = asked.map(({ email }) => email)
          const tokens = inviteMany({ cohort_id, role, by, emails })
          return asked.map(({ name, email }, at) => ({ name, email, token: tokens[at] ?? '' }))
        })
        return { slug, invited }
      })
    },
  }
}
