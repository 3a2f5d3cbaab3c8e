import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { signedIn } from '../web/http/access.ts'
import { currentEnrolment, currentPerson } from '../web/http/current-user.ts'
import { emptyForm, type Form, readForm, refusedForm } from '../web/http/forms.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { alumniPages } from './alumni-pages.ts'
import type { OpenCohort } from './cohorts.ts'
import { joinPages } from './join-pages.ts'
import type { WaitingListPlace } from './waiting-list.ts'

const homePage = view<{
  enrolments: (Enrolment & { is_over: boolean })[]
  lines: WaitingListPlace[]
  open: OpenCohort[]
  may_make: boolean
}>('cohorts/home')
const leavePage = view<{ form: Form; enrolment: Enrolment }>('cohorts/leave')

const leaveForm = z.object({ posts: z.enum(['stay', 'go']) })

/** Coming into cohorts and going from them. */
export function cohortRoutes(router: Router, services: Services): void {
  const { alumni, cohorts, enrolments, may, members, waitingList } = services
  joinPages(router, services)
  alumniPages(router, services)

  router.get('/home', signedIn, (req, res) => {
    const person = currentPerson(req)
    const mine = enrolments.listOfPerson(person.id)
    const lines = waitingList.listOfPerson(person.id)
    if (mine.length === 1 && lines.length === 0) return res.redirect(303, `/cohorts/${mine[0]?.cohort.slug}`)
    const title = pageContext(res).t(mine.length > 0 ? 'cohorts.home.title' : 'cohorts.home.welcome', {
      name: person.name,
    })
    const open = mine.length > 0 ? [] : cohorts.listOpen()
    const own = mine.map((enrolment) => ({ ...enrolment, is_over: alumni.isOver(enrolment.cohort) }))
    homePage(res, { title, area: 'map', enrolments: own, lines, open, may_make: person.role === 'admin' })
  })

  router.get('/cohorts/:cohort/leave', may.enrolled, (req, res) => showLeaving(req, res, emptyForm({ posts: 'stay' })))

  router.post('/cohorts/:cohort/leave', may.enrolled, (req, res) => {
    const { t } = pageContext(res)
    const enrolment = currentEnrolment(req)
    const form = readForm(leaveForm, req.body)
    if (!form.ok) return showLeaving(req, res, refusedForm(t, form))
    if (!members.leave(enrolment, form.data.posts)) {
      return showLeaving(req, res, { values: form.data, problems: { '': t('cohorts.leave.last_organiser') } })
    }
    addFlash(req, { kind: 'said', key: 'cohorts.said.left', values: { cohort: enrolment.cohort.title } })
    res.redirect(303, '/home')
  })
}

function showLeaving(req: Request, res: Response, form: Form): void {
  const enrolment = currentEnrolment(req)
  const title = pageContext(res).t('cohorts.leave.title', { cohort: enrolment.cohort.title })
  const status = Object.keys(form.problems).length > 0 ? 422 : 200
  leavePage(res, { title, area: 'map', here: 'me', status, form, enrolment })
}
