import type { TellAll } from '../cohorts/notify-cohort.ts'
import type { Foundation } from '../foundation.ts'
import { createKeptCalendars } from './calendar-cache.ts'
import { createCalendarTelling } from './calendar-notifications.ts'

export function createCalendarServices({ db, clock }: Foundation, { tellAll }: { tellAll: TellAll }) {
  return {
    calendarOf: createKeptCalendars(db),
    calendarTelling: createCalendarTelling(db, clock, { tellAll }),
  }
}

export type CalendarServices = ReturnType<typeof createCalendarServices>
