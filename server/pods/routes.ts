import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { StreamItem } from '../reflections/stream-item.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { emptyForm, type Form, line, readForm, refusedForm, rowNumber } from '../web/http/forms.ts'
import { forbidden, notFound } from '../web/http/http-error.ts'
import { idParam, queryNumber } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { podAdminPages } from './admin-pages.ts'
import { podEditPages } from './editing-pages.ts'
import { HOURS } from './grouping.ts'
import type { Pod, PodGuide, PodLine, PodMember } from './queries.ts'

const podsPage = view<{
  enrolment: Enrolment
  pods: PodLine[]
  /** Cursor of the next page. */
  next: string | null
  may_choose: boolean
  hours: typeof HOURS
  interests: string[]
  form: Form
}>('pods/pods')

const podPage = view<{
  enrolment: Enrolment
  pod: Pod & { people: number }
  /** How many things its people did together; null for others, and in calm cohorts. */
  together: number | null
  members: PodMember[]
  guides: PodGuide[]
  items: StreamItem[]
  older: string | null
}>('pods/pod')

const LONGEST_INTEREST = 60

const chooseForm = z.object({ pod: z.union([z.literal('').transform(() => null), rowNumber]) })
const aboutForm = z.object({
  interest: line({ min: 0, max: LONGEST_INTEREST }).optional().default(''),
  hours: z
    .enum([...HOURS, ''])
    .optional()
    .default(''),
})

/** The pods of a cohort for those who are in it. */
export function podRoutes(router: Router, services: Services): void {
  const { may, podPosts, pods } = services
  podAdminPages(router, services)
  podEditPages(router, services)

  router.get('/cohorts/:cohort/pods', may.enrolled, (req, res) => {
    const { interest, hours } = pods.preferences(currentEnrolment(req).id)
    showPods(services, req, res, emptyForm({ interest: interest ?? '', hours: hours ?? '' }))
  })

  router.post('/cohorts/:cohort/pods', may.enrolled, (req, res) => {
    const enrolment = currentEnrolment(req)
    const form = readForm(chooseForm, req.body)
    if (!form.ok) return showPods(services, req, res, refusedForm(pageContext(res).t, form))
    const { pod: pod_id } = form.data
    const pod = pod_id === null ? null : (pods.find(enrolment.cohort.id, pod_id) ?? notFound())
    if (!pods.choose(enrolment, pod_id)) forbidden()
    addFlash(req, choiceMessage(enrolment, pod))
    const base = `/cohorts/${enrolment.cohort.slug}/pods`
    res.redirect(303, pod ? `${base}/${pod.id}` : base)
  })

  router.post('/cohorts/:cohort/pods/about', may.enrolled, (req, res) => {
    const enrolment = currentEnrolment(req)
    const form = readForm(aboutForm, req.body)
    if (!form.ok) return showPods(services, req, res, refusedForm(pageContext(res).t, form))
    pods.savePreferences(enrolment.id, form.data)
    addFlash(req, { kind: 'said', key: 'cohorts.pods.said.told' })
    res.redirect(303, `/cohorts/${enrolment.cohort.slug}/pods`)
  })

  router.get('/cohorts/:cohort/pods/:pod', may.enrolled, (req, res) => {
    const enrolment = currentEnrolment(req)
    const { cohort } = enrolment
    const pod = pods.find(cohort.id, idParam(req.params['pod'])) ?? notFound()
    const { items, older } = podPosts(pod.id, enrolment.person_id, queryNumber(req, 'before') ?? undefined)
    podPage(res, {
      title: pod.name,
      area: 'read',
      here: 'read',
      enrolment,
      pod,
      together: enrolment.pod?.id === pod.id && !pageContext(res).calm ? pods.countThingsDone(pod.id) : null,
      members: pods.members(pod.id),
      guides: pods.guides(cohort.id, pod.id).filter(({ here }) => here),
      items,
      older: older === null ? null : `/cohorts/${cohort.slug}/pods/${pod.id}?before=${older}`,
    })
  })
}

/** What changes for what was written for the pod: it goes where its author goes. */
function choiceMessage({ pod: before }: Enrolment, pod: Pod | null) {
  const kind = 'said' as const
  if (pod === null) return { kind, key: 'cohorts.pods.said.out' }
  if (before === null || before.id === pod.id) return { kind, key: 'cohorts.pods.said.in', values: { pod: pod.name } }
  return { kind, key: 'cohorts.pods.said.changed', values: { pod: pod.name, before: before.name } }
}

function showPods({ pods }: Services, req: Request, res: Response, form: Form): void {
  const enrolment = currentEnrolment(req)
  const { cohort } = enrolment
  const { pods: list, next } = pods.page(cohort.id, queryNumber(req, 'after') ?? 0)
  podsPage(res, {
    title: pageContext(res).t('cohorts.pods.title'),
    area: 'read',
    here: 'read',
    status: Object.keys(form.problems).length > 0 ? 422 : 200,
    enrolment,
    pods: list,
    next: next === null ? null : `/cohorts/${cohort.slug}/pods?after=${next}`,
    may_choose: cohort.pods_open === 1 && enrolment.role === 'learner',
    hours: HOURS,
    interests: pods.interests(cohort.id),
    form,
  })
}
