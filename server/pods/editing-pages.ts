import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { emptyForm, type Form, readForm, refusedForm, rowNumber } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { notFound } from '../web/http/http-error.ts'
import { idParam, queryText } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { podName } from './admin-pages.ts'
import type { Pod, PodGuide, PodMember } from './queries.ts'

const podPage = view<{
  cohort: Enrolment['cohort']
  pod: Pod
  members: PodMember[]
  others: Pod[]
  /** The first of those who are in no pod, or of those whose name fits the search. */
  without: PodMember[]
  q: string
  guides: PodGuide[]
  form: Form
}>('pods/pod-admin')

const LONGEST_SEARCH = 120

/** Check boxes of one name: none, one or several. */
const numbers = z
  .union([z.string(), z.array(z.string()).max(1000)])
  .optional()
  .transform((sent) => [sent ?? []].flat())
  .pipe(z.array(rowNumber))

const nameForm = z.object({ name: podName })
const moveForm = z.object({
  people: numbers,
  to: z.union([z.literal('none').transform(() => null), rowNumber]),
})
const guidesForm = z.object({ guides: numbers })

/** One pod for the organisers: its name, its people, its guides. */
export function podEditPages(router: Router, services: Services): void {
  const { may, pods } = services

  router.get('/admin/cohorts/:cohort/pods/:pod', may.organising, noStore, (req, res) => show(req, res, emptyForm()))

  router.post('/admin/cohorts/:cohort/pods/:pod', may.organising, noStore, (req, res) => {
    const { t } = pageContext(res)
    const { cohort, person_id } = currentEnrolment(req)
    const pod = podIn(req)
    const form = readForm(nameForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(t, form))
    const { name } = form.data
    if (!pods.rename(cohort.id, pod, name, person_id)) {
      return show(req, res, { values: { name }, problems: { name: t('cohorts.pods.name_taken') } })
    }
    addFlash(req, { kind: 'said', key: 'cohorts.pods.said.renamed', values: { pod: name } })
    res.redirect(303, addressOf(req))
  })

  router.post('/admin/cohorts/:cohort/pods/:pod/people', may.organising, noStore, (req, res) => {
    const { cohort, person_id } = currentEnrolment(req)
    podIn(req)
    const form = readForm(moveForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(pageContext(res).t, form))
    const { people, to } = form.data
    const target = to === null ? null : (pods.find(cohort.id, to) ?? notFound())
    const count = pods.move(cohort.id, people, to, person_id)
    const key = `cohorts.pods.said.${count === 0 ? 'nobody' : target ? 'moved' : 'taken_out'}`
    addFlash(req, { kind: 'said', key, values: { count, pod: target?.name ?? '' } })
    res.redirect(303, addressOf(req))
  })

  router.post('/admin/cohorts/:cohort/pods/:pod/guides', may.organising, noStore, (req, res) => {
    const { cohort, person_id } = currentEnrolment(req)
    const pod = podIn(req)
    const form = readForm(guidesForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(pageContext(res).t, form))
    pods.setGuides(cohort.id, pod.id, form.data.guides, person_id)
    addFlash(req, { kind: 'said', key: 'cohorts.pods.said.guides' })
    res.redirect(303, addressOf(req))
  })

  router.post('/admin/cohorts/:cohort/pods/:pod/delete', may.organising, noStore, (req, res) => {
    const { cohort, person_id } = currentEnrolment(req)
    const pod = podIn(req)
    pods.remove(cohort.id, pod.id, person_id)
    addFlash(req, { kind: 'said', key: 'cohorts.pods.said.deleted', values: { pod: pod.name } })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/pods`)
  })

  function podIn(req: Request): Pod {
    return pods.find(currentEnrolment(req).cohort.id, idParam(req.params['pod'])) ?? notFound()
  }

  function addressOf(req: Request): string {
    return `/admin/cohorts/${currentEnrolment(req).cohort.slug}/pods/${idParam(req.params['pod'])}`
  }

  function show(req: Request, res: Response, form: Form): void {
    const { cohort } = currentEnrolment(req)
    const pod = podIn(req)
    const q = (queryText(req, 'q') ?? '').slice(0, LONGEST_SEARCH)
    podPage(res, {
      title: pod.name,
      area: 'admin',
      status: Object.keys(form.problems).length > 0 ? 422 : 200,
      cohort,
      pod,
      members: pods.members(pod.id),
      others: pods.list(cohort.id).filter(({ id }) => id !== pod.id),
      without: pods.listWithoutPod(cohort.id, q),
      q,
      guides: pods.guides(cohort.id, pod.id),
      form,
    })
  }
}
