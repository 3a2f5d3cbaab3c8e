import type { CalendarServices } from '../calendar/services.ts'
import type { CourseServices } from '../courses/services.ts'
import type { Foundation } from '../foundation.ts'
import type { NotificationServices } from '../notifications/services.ts'
import { createConfirmations } from './confirmations.ts'
import { createPauses } from './pauses.ts'
import { createProgress } from './progress.ts'
import { createRecount } from './recount.ts'

export function createProgressServices(
  { db, clock, activity, jobs }: Foundation,
  {
    calendarOf,
    courses,
    notices,
    countWords,
  }: Pick<CalendarServices, 'calendarOf'> &
    Pick<CourseServices, 'courses'> &
    Pick<NotificationServices, 'notices'> & { countWords: (markdown: string) => number },
) {
  const progress = createProgress(db, clock, { activity, calendarOf, courses, countWords })
  return {
    progress,
    confirmations: createConfirmations(db, { completion: progress, notices }),
    recount: createRecount(db, { activity, jobs, completion: progress }),
    pauses: createPauses(db, clock, { activity }),
  }
}

export type ProgressServices = ReturnType<typeof createProgressServices>
