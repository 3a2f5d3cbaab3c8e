import type { Response, Router } from 'express'
import { z } from 'zod'
import type { CourseLine } from '../courses/course-content.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import { type StalledEmails, withProblem } from '../mail/email-status.ts'
import type { Services } from '../services.ts'
import type { AdminCounts } from '../site/admin-home.ts'
import type { ChecklistItem } from '../site/checklist.ts'
import { proxyFindingValues } from '../site/proxy-fit.ts'
import { signedIn } from '../web/http/access.ts'
import { currentEnrolment, currentPerson } from '../web/http/current-user.ts'
import { line, readForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { forbidden } from '../web/http/http-error.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { closingPages } from './closing-pages.ts'
import { memberPages } from './member-pages.ts'
import { newCohortPages } from './new-cohort-pages.ts'
import { overviewPages } from './overview-pages.ts'
import { repeatCohortPages } from './repeat-cohort-pages.ts'
import { cohortSettingsPages } from './settings-pages.ts'
import { timeZonePages } from './time-zone-pages.ts'

const adminPage = view<{
  organised: Enrolment[]
  /** For those who may change them. */
  courses: CourseLine[]
  is_author: boolean
  is_admin: boolean
  checklist: ChecklistItem[] | null
  /** Nothing can be signed. */
  keys_trouble: boolean
  /** What is known of the database file; null for who is no admin. */
  database: { running: boolean; problem: string | null } | null
  /** Words about TRUST_PROXY or BASE_URL that do not fit the proxy; null where they fit. */
  proxy_problem: string | null
  counts: AdminCounts | null
  stalled_emails: StalledEmails | null
}>('cohorts/admin')

const tickForm = z.object({ item: line({ max: 20 }) })

/** What organisers do with their cohort, and where admins make one. */
export function cohortAdminRoutes(router: Router, services: Services): void {
  const { adminHome, checklist, courses, credentials, databaseCheck, enrolments, jobs, may, proxyCheck } = services

  router.get('/admin', signedIn, noStore, (req, res) => {
    const person = currentPerson(req)
    const organised = enrolments.listOfPerson(person.id).filter(({ role }) => role === 'organiser')
    const is_admin = person.role === 'admin'
    const is_author = is_admin || person.role === 'author'
    if (!is_author && organised.length === 0) forbidden()
    const title = pageContext(res).t('cohorts.admin.title')
    adminPage(res, {
      title,
      area: 'admin',
      organised,
      courses: is_author ? courses.all().filter(({ archived_at }) => archived_at === null) : [],
      is_author,
      is_admin,
      checklist: checklist.itemsFor(person),
      counts: is_admin ? adminHome.counts() : null,
      stalled_emails: is_admin ? stalledEmails() : null,
      proxy_problem: is_admin ? proxyProblem(res) : null,
      keys_trouble: is_admin && credentials.isInTrouble(),
      database: is_admin ? databaseCheck.read() : null,
    })
  })

  router.post('/admin/cohorts/:cohort/checklist', may.organising, noStore, (req, res) => {
    const form = readForm(tickForm, req.body)
    if (form.ok) checklist.tick(currentEnrolment(req).cohort.id, form.data.item)
    res.redirect(303, '/admin#checklist')
  })

  function proxyProblem(res: Response): string | null {
    const finding = proxyCheck.finding()
    return finding && pageContext(res).t(`site.proxy.${finding.problem}`, proxyFindingValues(finding))
  }

  function stalledEmails(): StalledEmails | null {
    const stalled = jobs.stalled({ kind: 'mail.' })
    return stalled && withProblem(stalled)
  }

  newCohortPages(router, services)
  overviewPages(router, services)
  cohortSettingsPages(router, services)
  closingPages(router, services)
  timeZonePages(router, services)
  repeatCohortPages(router, services)
  memberPages(router, services)
}
