import type { Request, Response } from 'express'
import { localDate } from '../db/clock.ts'
import { type Access, personalAccess } from '../web/http/access.ts'
import { forbidden, notFound } from '../web/http/http-error.ts'
import { setPageCohort } from '../web/render/page-context.ts'
import type { Cohort, Enrolment, EnrolmentRole, Enrolments } from './enrolments.ts'

/**
 * Who may come into the pages of a cohort (`/cohorts/:cohort/...`, `/admin/cohorts/:cohort/...`): a stranger does not
 * learn that it exists, an enrolled person without the role is refused.
 */
export function cohortPolicy(enrolments: Enrolments) {
  const withRole = (policy: string, roles: EnrolmentRole[]): Access =>
    personalAccess(policy, (req, res, person) => {
      const { role } = enter(req, res, person)
      if (!roles.includes(role)) forbidden()
    })

  /** Puts the person's enrolment on the request, as it is now. */
  function enter(req: Request, res: Response, person: Express.User): Enrolment {
    const enrolment = enrolments.find(person.id, String(req.params['cohort'])) ?? notFound()
    const arrives = req.enrolment === undefined
    if (arrives && !req.impersonation) enrolments.markVisited(enrolment, person.last_cohort?.slug ?? null)
    req.enrolment = enrolment
    setPageCohort(res, enrolment.cohort)
    return enrolment
  }

  /** Making cohorts belongs to site admins; from this one only those who are in it. */
  const repeating = personalAccess('enrolled admin', (req, res, person) => {
    enter(req, res, person)
    if (person.role !== 'admin') forbidden()
  })

  return {
    repeating,
    enrolled: withRole('enrolled', ['learner', 'guide', 'organiser']),
    guiding: withRole('guiding', ['guide', 'organiser']),
    organising: withRole('organising', ['organiser']),
  }
}

export const ROLES = ['learner', 'guide', 'organiser'] as const satisfies EnrolmentRole[]

/** Guides and organisers see things before they open and read what is for guides. */
export function leads(role: EnrolmentRole): boolean {
  return role !== 'learner'
}

/** Whether nobody can join any more; what is done later still counts. */
export function isClosed({ closed_at }: Pick<Cohort, 'closed_at'>, now: Temporal.Instant): boolean {
  return closed_at !== null && Temporal.Instant.compare(closed_at, now) <= 0
}

/** Whether a cohort is closed or past its last day in its time zone; those who took part are alumni then. */
export function isOver(cohort: Pick<Cohort, 'closed_at' | 'ends_on' | 'time_zone'>, now: Temporal.Instant): boolean {
  return isClosed(cohort, now) || cohort.ends_on < localDate(now, cohort.time_zone)
}

/** How long an invitation is valid. */
export const INVITATION_LIFETIME = Temporal.Duration.from({ hours: 24 * 7 })

/** SQL: how many learners are in the cohort of this id. @param cohort_id a column or parameter */
export function countLearnersSql(cohort_id: string): string {
  return `(SELECT count(*) FROM enrolment WHERE cohort_id = ${cohort_id} AND role = 'learner' AND left_at IS NULL)`
}

/** SQL: how many more learners a `cohort` has room for; null for any number. */
export const FREE_PLACES_SQL = `max(0, capacity - ${countLearnersSql('cohort.id')})`

/** SQL: how many things the calendar of `:cohort_id` has; the default goal. */
export const COUNT_THINGS_SQL = `(
  SELECT count(*) FROM calendar_entry
   WHERE cohort_id = :cohort_id AND kind = 'thing' AND taken_out_at IS NULL)`
