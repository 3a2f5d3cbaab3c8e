import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { emptyForm, type Form, idempotencyKey, line, readForm, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { queryNumber } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { GROUPING_METHODS, type GroupingRequest, type PodPlan } from './plan.ts'
import type { PodLine } from './queries.ts'

const podsPage = view<{
  cohort: Enrolment['cohort']
  pods: PodLine[]
  /** Cursor of the next page. */
  next: string | null
  /** How many learners are in no pod. */
  without: number
  ways: typeof GROUPING_METHODS
  form: Form
}>('pods/pods-admin')

const planPage = view<{
  cohort: Enrolment['cohort']
  wish: GroupingRequest
  plan: PodPlan
  /** As many as anybody reads; the others are like them. */
  shown: PodPlan['pods']
  changed: boolean
}>('pods/plan')

const SHOWN = 40
const USUAL_SIZE = '6'

export const podName = line({ max: 80 })
const makeForm = z.object({ name: podName, once: idempotencyKey })
const switchesForm = z.object({ open: z.literal('1').optional(), ask: z.literal('1').optional() })
const wish = {
  by: z.enum(GROUPING_METHODS),
  size: line({ max: 20 })
    .pipe(z.string().regex(/^\d{1,3}$/))
    .transform(Number)
    .pipe(z.number().refine((size) => size >= 2 && size <= 50, { error: 'cohorts.pods.make.no_size' })),
  with_guides: z.literal('1').optional(),
}
const wishForm = z.object(wish)
const planForm = z.object({ ...wish, seen: z.string().max(40), once: idempotencyKey })

/** The pods of a cohort for its organisers: making them, by hand or many at once, and how learners come into them. */
export function podAdminPages(router: Router, services: Services): void {
  const { may, idempotency, pods } = services

  router.get('/admin/cohorts/:cohort/pods', may.organising, noStore, (req, res) => show(req, res, emptyForm()))

  router.post('/admin/cohorts/:cohort/pods', may.organising, noStore, (req, res) => {
    const { t } = pageContext(res)
    const { cohort, person_id } = currentEnrolment(req)
    const form = readForm(makeForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(t, form))
    const { name } = form.data
    let made = true
    const location = idempotency.run(person_id, form.data.once, () => {
      const pod_id = pods.make(cohort.id, name, person_id)
      made = pod_id !== null
      return `/admin/cohorts/${cohort.slug}/pods/${pod_id}`
    })
    if (!made) return show(req, res, { values: { name }, problems: { name: t('cohorts.pods.name_taken') } })
    addFlash(req, { kind: 'said', key: 'cohorts.pods.said.made', values: { pod: name } })
    res.redirect(303, location)
  })

  router.post('/admin/cohorts/:cohort/pods/settings', may.organising, noStore, (req, res) => {
    const { cohort, person_id } = currentEnrolment(req)
    const form = readForm(switchesForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(pageContext(res).t, form))
    const { open, ask } = form.data
    pods.setSettings(cohort.id, { open: open === '1', ask: ask === '1' }, person_id)
    addFlash(req, { kind: 'said', key: 'cohorts.pods.said.settings' })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/pods`)
  })

  router.get('/admin/cohorts/:cohort/pods/make', may.organising, noStore, (req, res) => {
    const form = readForm(wishForm, req.query)
    if (!form.ok) return show(req, res, refusedForm(pageContext(res).t, form))
    showPlan(req, res, requestOf(form.data))
  })

  router.post('/admin/cohorts/:cohort/pods/make', may.organising, noStore, (req, res) => {
    const form = readForm(planForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(pageContext(res).t, form))
    const { cohort, person_id } = currentEnrolment(req)
    const { seen, once, ...typed } = form.data
    let made: number | null = 0
    const location = idempotency.run(person_id, once, () => {
      made = pods.makePlanned(cohort.id, requestOf(typed), pageContext(res).t, seen, person_id)
      return `/admin/cohorts/${cohort.slug}/pods`
    })
    if (made === null) return showPlan(req, res, requestOf(typed), true)
    if (made > 0) addFlash(req, { kind: 'said', key: 'cohorts.pods.said.many', values: { count: made } })
    res.redirect(303, location)
  })

  function show(req: Request, res: Response, form: Form): void {
    const { cohort } = currentEnrolment(req)
    const { pods: list, next } = pods.page(cohort.id, queryNumber(req, 'after') ?? 0)
    podsPage(res, {
      title: pageContext(res).t('cohorts.pods.title'),
      area: 'admin',
      status: Object.keys(form.problems).length > 0 ? 422 : 200,
      cohort,
      pods: list,
      next: next === null ? null : `/admin/cohorts/${cohort.slug}/pods?after=${next}`,
      without: pods.countWithoutPod(cohort.id),
      ways: GROUPING_METHODS,
      form: { ...form, values: { by: 'size', size: USUAL_SIZE, ...form.values } },
    })
  }

  function showPlan(req: Request, res: Response, wish: GroupingRequest, changed = false): void {
    const { t } = pageContext(res)
    const { cohort } = currentEnrolment(req)
    const plan = pods.plan(cohort.id, wish, t)
    planPage(res, {
      title: t('cohorts.pods.plan.title'),
      area: 'admin',
      status: changed ? 409 : 200,
      cohort,
      wish,
      plan,
      shown: plan.pods.slice(0, SHOWN),
      changed,
    })
  }
}

function requestOf({ by, size, with_guides }: Omit<z.infer<typeof wishForm>, never>): GroupingRequest {
  return { by, size, with_guides: with_guides === '1' }
}
