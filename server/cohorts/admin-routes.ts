import { Router } from 'express'
import type { CourseLine } from '../courses/courses.ts'
import type { Services } from '../services.ts'
import { signedIn } from '../web/access.ts'
import { currentPerson } from '../web/current.ts'
import { frameOf } from '../web/frame.ts'
import { keepNothing } from '../web/headers.ts'
import { forbidden } from '../web/refusal.ts'
import { view } from '../web/view.ts'
import { calendarPages } from './calendar-pages.ts'
import type { Enrolment } from './enrolments.ts'
import { invitingPages } from './inviting-pages.ts'
import { memberPages } from './member-pages.ts'
import { newCohortPages } from './new-cohort-pages.ts'
import { overviewPages } from './overview-pages.ts'
import { podAdminPages } from './pod-admin-pages.ts'
import { podEditingPages } from './pod-editing-pages.ts'

const adminPage = view<{
  organised: Enrolment[]
  /** For those who may change them. */
  courses: CourseLine[]
  is_author: boolean
  is_admin: boolean
}>('cohorts/admin')

/** What organisers do with their cohort, and where admins make one. */
export function cohortAdminRoutes(services: Services): Router {
  const { courses, enrolments } = services
  const router = Router()

  router.get('/admin', signedIn, keepNothing, (req, res) => {
    const person = currentPerson(req)
    const organised = enrolments.allOf(person.id).filter(({ role }) => role === 'organiser')
    const is_admin = person.role === 'admin'
    const is_author = is_admin || person.role === 'author'
    if (!is_author && organised.length === 0) forbidden()
    const title = frameOf(res).t('cohorts.admin.title')
    const own = { organised, courses: is_author ? courses.all() : [] }
    adminPage(res, { title, area: 'admin', ...own, is_author, is_admin })
  })

  newCohortPages(router, services)
  overviewPages(router, services)
  calendarPages(router, services)
  memberPages(router, services)
  podAdminPages(router, services)
  podEditingPages(router, services)
  invitingPages(router, services)

  return router
}
