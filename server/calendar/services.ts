import type { NotifyCohort } from '../enrolments/notify-cohort.ts'
import type { Foundation } from '../foundation.ts'
import { createCalendar } from './calendar.ts'
import { createCalendarCache } from './calendar-cache.ts'
import { createCalendarNotifications } from './calendar-notifications.ts'

export function createCalendarServices(
  { db, clock, activity }: Foundation,
  { notifyCohort }: { notifyCohort: NotifyCohort },
) {
  const calendar = createCalendar(db, clock, { activity })
  return {
    calendar,
    calendarOf: createCalendarCache(calendar.entries),
    calendarNotifications: createCalendarNotifications(db, clock, { notifyCohort }),
  }
}

export type CalendarServices = ReturnType<typeof createCalendarServices>
