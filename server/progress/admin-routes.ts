import type { Response, Router } from 'express'
import { z } from 'zod'
import type { CompletionRule } from '../courses/completion.ts'
import type { CourseContent } from '../courses/course-content.ts'
import { courseAt } from '../courses/policy.ts'
import { author } from '../people/policy.ts'
import type { Services } from '../services.ts'
import { authorise } from '../web/http/authorisation.ts'
import { currentEnrolment, currentPerson } from '../web/http/current-user.ts'
import { emptyForm, type Form, line, onOrOff, readForm, refusedForm, rowNumber } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { HttpError, notFound } from '../web/http/http-error.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { COMPLETION_RULES } from './completion-rule-text.ts'
import type { PendingConfirmation } from './confirmations.ts'

const rulePage = view<{ course: CourseContent; address: string; rules: readonly CompletionRule['by'][]; form: Form }>(
  'progress/completion',
)
const confirmationsPage = view<{
  cohort: { slug: string; title: string }
  role: string
  base: string
  /** False where the course does not ask its guides. */
  asked: boolean
  shown: PendingConfirmation[]
  total: number
}>('progress/confirmations')

const MOST_WORDS = 1000
const isWords = (typed: string) => /^\d{0,4}$/.test(typed) && Number(typed) <= MOST_WORDS
const ruleForm = z.object({
  by: z.enum(COMPLETION_RULES),
  skip: z.literal('1').optional(),
  min_words: line({ min: 0, max: 20 })
    .refine(isWords, { error: 'progress.rule.no_words' })
    .transform(Number)
    .optional()
    .default(0),
})
const confirmForm = z.object({
  enrolment: rowNumber,
  thing: rowNumber,
  done: onOrOff,
  reflection: rowNumber.optional(),
})

/** The completion rule of a course, and confirmations by guides where the rule asks for them. */
export function progressAdminRoutes(
  router: Router,
  { confirmations, recount, courses, courseAuthoring, may }: Services,
): void {
  router.get('/admin/courses/:slug/completion', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const { by, skip, min_words } = course.completion
    showRule(res, course, emptyForm({ by, skip: skip ? '1' : '', min_words: String(min_words) }))
  })

  router.post('/admin/courses/:slug/completion', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const form = readForm(ruleForm, req.body)
    if (!form.ok) return showRule(res, course, refusedForm(pageContext(res).t, form), 422)
    const { by, skip, min_words } = form.data
    const changed = courseAuthoring.setCompletion(
      course.id,
      { by, skip: skip === '1', min_words },
      currentPerson(req).id,
    )
    addFlash(req, { kind: 'said', key: changed ? 'progress.said.rule' : 'courses.said.unchanged' })
    res.redirect(303, addressOf(course))
  })

  router.post('/admin/courses/:slug/completion/count', author, (req, res) => {
    const course = courseAt(courses, req)
    recount(course.id, currentPerson(req).id)
    addFlash(req, { kind: 'said', key: 'progress.said.counting' })
    res.redirect(303, addressOf(course))
  })

  router.get('/admin/cohorts/:cohort/confirmations', may.guiding, noStore, (req, res) => {
    const { cohort, person_id, role } = currentEnrolment(req)
    const asked = asksGuides(cohort)
    confirmationsPage(res, {
      title: pageContext(res).t('progress.confirmations.title'),
      area: 'admin',
      cohort,
      role,
      base: `/admin/cohorts/${cohort.slug}/confirmations`,
      asked,
      ...(asked ? confirmations.pending(cohort.id, person_id) : { shown: [], total: 0 }),
    })
  })

  router.post('/admin/cohorts/:cohort/confirmations', may.guiding, (req, res) => {
    const { cohort, person_id } = currentEnrolment(req)
    const form = readForm(confirmForm, req.body)
    if (!form.ok) throw new HttpError(422)
    const { done, reflection } = form.data
    const where = { cohort_id: cohort.id, enrolment_id: form.data.enrolment, thing_id: form.data.thing }
    const place = authorise(() => (asksGuides(cohort) && confirmations.find(where, person_id)) || notFound())
    confirmations.set(where, place, { done, by: person_id })
    const key = `progress.said.${done ? 'confirmed' : 'unconfirmed'}`
    addFlash(req, { kind: 'said', key, values: { name: place.name, title: place.title } })
    res.redirect(303, reflection === undefined ? req.path : `/reflections/${reflection}`)
  })

  function asksGuides({ course_id, course_revision }: { course_id: number; course_revision: number }): boolean {
    return courses.content(course_id, course_revision).completion.by === 'guide'
  }
}

function addressOf({ slug }: CourseContent): string {
  return `/admin/courses/${slug}/completion`
}

function showRule(res: Response, course: CourseContent, form: Form, status = 200): void {
  const title = pageContext(res).t('progress.rule.title')
  rulePage(res, { title, area: 'admin', status, course, address: addressOf(course), rules: COMPLETION_RULES, form })
}
