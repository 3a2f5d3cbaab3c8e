import type { Foundation } from '../foundation.ts'
import type { NotificationServices } from '../notifications/services.ts'
import { createEnrolments } from './enrolments.ts'
import { createNotifyCohort } from './notify-cohort.ts'
import { cohortPolicy } from './policy.ts'

export function createEnrolmentServices(
  { db, clock, jobs }: Foundation,
  { notices }: Pick<NotificationServices, 'notices'>,
) {
  const enrolments = createEnrolments(db, clock)
  return { enrolments, may: cohortPolicy(enrolments), notifyCohort: createNotifyCohort(db, { jobs, notices }) }
}

export type EnrolmentServices = ReturnType<typeof createEnrolmentServices>
