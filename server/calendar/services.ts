import type { NotifyCohort } from '../cohorts/notify-cohort.ts'
import type { Foundation } from '../foundation.ts'
import { createCalendarCache } from './calendar-cache.ts'
import { createCalendarNotifications } from './calendar-notifications.ts'

export function createCalendarServices({ db, clock }: Foundation, { notifyCohort }: { notifyCohort: NotifyCohort }) {
  return {
    calendarOf: createCalendarCache(db),
    calendarNotifications: createCalendarNotifications(db, clock, { notifyCohort }),
  }
}

export type CalendarServices = ReturnType<typeof createCalendarServices>
