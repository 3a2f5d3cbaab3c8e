import type { Foundation } from '../foundation.ts'
import { createEnrolments } from './enrolments.ts'
import { cohortPolicy } from './policy.ts'

export function createEnrolmentServices({ db, clock }: Foundation) {
  const enrolments = createEnrolments(db, clock)
  return { enrolments, may: cohortPolicy(enrolments) }
}

export type EnrolmentServices = ReturnType<typeof createEnrolmentServices>
