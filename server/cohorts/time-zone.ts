import type { Calendar, CalendarAct } from '../calendar/calendar.ts'
import { plusDays } from '../calendar/changes.ts'
import { type CalendarEntry, isOpen, opensAt, opensInZone } from '../calendar/plan.ts'
import { type Clock, localDate } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Cohort } from '../enrolments/enrolments.ts'
import type { createClosing } from './closing.ts'

type ZonedCohort = Pick<Cohort, 'id' | 'slug' | 'title' | 'ends_on' | 'time_zone' | 'closed_at'>

/** What moves with a cohort's time zone: local dates stay, and so do things that are open. */
export interface TimeZonePreview {
  /** Whether anything is open: until then there is nobody to be surprised. */
  started: boolean
  /** The entries to come, with the instants at which they open now and then. */
  moves: (Pick<CalendarEntry, 'kind' | 'number' | 'thing_id' | 'opens_on'> & {
    before: string
    after: string
    /** It would be open at once. */
    opens_now: boolean
  })[]
  /** The instants at which the last day ends. */
  end: { before: string; after: string }
  /** The instants of the closing that is planned; null where none is. */
  closing: { before: string; after: string } | null
}

interface TimeZoneDeps {
  calendar: Pick<Calendar, 'entries' | 'setTimeZone'>
  closing: Pick<ReturnType<typeof createClosing>, 'moveTo'>
}

/** Gives cohorts another time zone. */
export function createCohortTimeZone(db: Database, clock: Clock, { calendar, closing }: TimeZoneDeps) {
  function preview(cohort: ZonedCohort, time_zone: string): TimeZonePreview {
    const now = clock.now()
    const [open, coming] = [true, false].map((is) =>
      calendar.entries(cohort.id).filter((one) => isOpen(one, now) === is),
    )
    const moves = (coming ?? []).map(({ kind, number, thing_id, opens_on, opens_at }) => {
      const after = opensInZone(opens_on, time_zone, now)
      return { kind, number, thing_id, opens_on, before: opens_at, after, opens_now: isOpen({ opens_at: after }, now) }
    })
    const day_after = plusDays(cohort.ends_on, 1)
    const end = { before: opensAt(day_after, cohort.time_zone), after: opensAt(day_after, time_zone) }
    return { started: (open ?? []).length > 0, moves, end, closing: closingIn(cohort, time_zone, now) }
  }

  return {
    preview,

    /**
     * Changes the calendar and a planned closing with it.
     * @param seen the calendar's version on the page that the change was made on
     * @param tell whether the people of the cohort are notified
     * @throws EditConflict when the calendar has moved on since
     */
    change(
      cohort: ZonedCohort,
      time_zone: string,
      { seen, by, tell }: { seen: number; by: number; tell: boolean },
    ): void {
      const act: CalendarAct = 'zone'
      transaction(db, () => {
        const planned = closingIn(cohort, time_zone, clock.now())
        calendar.setTimeZone(cohort, time_zone, { seen, by, act, tell })
        if (planned) closing.moveTo(cohort, planned.after, by)
      })
    },
  }
}

function closingIn(
  { closed_at, time_zone }: ZonedCohort,
  wanted: string,
  now: Temporal.Instant,
): TimeZonePreview['closing'] {
  if (closed_at === null || isOpen({ opens_at: closed_at }, now)) return null
  const day = localDate(Temporal.Instant.from(closed_at), time_zone)
  return { before: closed_at, after: opensInZone(day, wanted, now) }
}
