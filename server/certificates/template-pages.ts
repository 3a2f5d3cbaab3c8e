import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { CourseContent } from '../courses/course-content.ts'
import { BADGE_HUES, courseAt } from '../courses/policy.ts'
import { localDate } from '../db/clock.ts'
import { EditConflict } from '../db/edit-conflict-error.ts'
import { author } from '../people/policy.ts'
import type { Services } from '../services.ts'
import { currentPerson } from '../web/http/current-user.ts'
import {
  emptyForm,
  type Form,
  idempotencyKey,
  line,
  type Problems,
  readForm,
  refusedForm,
  text,
  typedText,
} from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { HttpError, notFound } from '../web/http/http-error.ts'
import { idParam } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { type CertificateTemplate, FIELDS, fillIn, unknownFields } from './template.ts'
import { markOf, type SavedTemplate, type TemplateInput } from './templates.ts'

const listPage = view<{ course: CourseContent; designs: SavedTemplate[] }>('certificates/templates')
const editPage = view<{
  course: CourseContent
  design: SavedTemplate | null
  form: Form
  hues: readonly string[]
  badges: { id: number; title: string }[]
  fields: readonly string[]
  /** A sample certificate with the typed values. */
  sample: Omit<CertificateTemplate, 'body'> & { name: string; words: string; day: string }
  clash: boolean
}>('certificates/edit')

const designForm = z.object({
  title: line({ max: 80 }),
  body: text({ max: 600 }).refine((typed) => unknownFields(typed).length === 0, { error: 'certificates.edit.unknown' }),
  signer: line({ max: 120 }),
  hue: z.enum(BADGE_HUES),
  landscape: z.enum(['1', '0']).transform((value) => (value === '1' ? (1 as const) : (0 as const))),
  /** `badge 12` or `things`. */
  by: z.string().regex(/^(things|badge [1-9]\d{0,14})$/),
  things: line({ min: 0, max: 3 }).optional().default(''),
  seen: z.string().max(10_000).optional().default(''),
  once: idempotencyKey,
})

/** Certificates of a course for its authors: how they look, what they say, what grants them. */
export function templatePages(router: Router, services: Services): void {
  const { certificates, certificateTemplates: templates, clock, courses, idempotency } = services
  const designOf = (course: CourseContent, req: Request) =>
    templates.find(course.id, idParam(String(req.params['design']))) ?? notFound()

  router.get('/admin/courses/:slug/certificates', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const title = pageContext(res).t('certificates.designs.title', { title: course.title })
    listPage(res, { title, area: 'admin', course, designs: templates.list(course.id) })
  })

  router.get('/admin/courses/:slug/new-certificate', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const { t } = pageContext(res)
    show(res, course, null, emptyForm({ ...fresh(t), things: String(Math.min(99, course.things.length)) }))
  })

  router.post('/admin/courses/:slug/certificates', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const read = readDesign(req, course)
    if (Object(req.body).intent === 'preview') return show(res, course, null, emptyForm(read.values))
    const { t } = pageContext(res)
    if (read.words === null) return show(res, course, null, refusedForm(t, read), { status: 422 })
    const { words } = read
    const by = currentPerson(req).id
    const location = idempotency.run(by, read.once, () => {
      const id = templates.make(course.id, words, by)
      addFlash(req, { kind: 'said', key: 'certificates.said.made' })
      return `/admin/courses/${course.slug}/certificates/${id}`
    })
    res.redirect(303, location)
  })

  router.get('/admin/courses/:slug/certificates/:design', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const design = designOf(course, req)
    show(res, course, design, emptyForm(valuesOf(design)))
  })

  router.post('/admin/courses/:slug/certificates/:design', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const design = designOf(course, req)
    const read = readDesign(req, course)
    if (Object(req.body).intent === 'preview') return show(res, course, design, emptyForm(read.values))
    const { t } = pageContext(res)
    if (read.words === null) return show(res, course, design, refusedForm(t, read), { status: 422 })
    const { words, seen } = read
    const by = currentPerson(req).id
    try {
      const location = idempotency.run(by, read.once, () => {
        const changed = templates.change(design, words, { seen, by })
        addFlash(req, { kind: 'said', key: changed ? 'certificates.said.changed' : 'courses.said.unchanged' })
        return `/admin/courses/${course.slug}/certificates/${design.id}`
      })
      res.redirect(303, location)
    } catch (error) {
      if (!(error instanceof EditConflict)) throw error
      const now = designOf(course, req)
      show(res, course, now, emptyForm({ ...read.values, seen: markOf(now) }), { status: 409, clash: true })
    }
  })

  router.post('/admin/courses/:slug/certificates/:design/state', author, (req, res) => {
    const course = courseAt(courses, req)
    const design = designOf(course, req)
    const { state } = Object(req.body)
    if (state === 'remove') {
      if (!templates.remove(design)) throw new HttpError(409, 'certificate_granted')
      addFlash(req, { kind: 'said', key: 'certificates.said.removed' })
      return res.redirect(303, `/admin/courses/${course.slug}/certificates`)
    }
    if (state !== 'on' && state !== 'off') throw new HttpError(422)
    templates.activate(design, state === 'on', currentPerson(req).id)
    // who has earned it already gets it too
    if (state === 'on') certificates.grantAll(design.id)
    addFlash(req, { kind: 'said', key: `certificates.said.${state}` })
    res.redirect(303, `/admin/courses/${course.slug}/certificates/${design.id}`)
  })

  function readDesign(
    req: Request,
    course: CourseContent,
  ):
    | { words: TemplateInput; seen: string; once: string; values: Record<string, string> }
    | { words: null; values: Record<string, string>; problems: Problems } {
    const sent: Record<string, unknown> = { ...req.body }
    const values = Object.fromEntries(Object.keys(designForm.shape).map((name) => [name, typedText(sent[name])]))
    const form = readForm(designForm, sent)
    if (!form.ok) return { words: null, values, problems: form.problems }
    const { seen, once, by, things, ...design } = form.data
    if (by === 'things') {
      const count = /^[1-9]\d?$/.test(things) ? Number(things) : 0
      if (count < 1 || count > course.things.length) {
        const problem = { key: 'certificates.edit.no_number', values: { max: course.things.length } }
        return { words: null, values, problems: { things: problem } }
      }
      return { words: { ...design, badge_id: null, things: count }, seen, once, values }
    }
    const badge_id = Number(by.slice('badge '.length))
    if (!templates.badges(course.id).some(({ id }) => id === badge_id))
      return { words: null, values, problems: { by: { key: 'problems.choice' } } }
    return { words: { ...design, badge_id, things: null }, seen, once, values }
  }

  function show(
    res: Response,
    course: CourseContent,
    design: SavedTemplate | null,
    form: Form,
    { status = 200, clash = false } = {},
  ): void {
    const { t, dates, locale } = pageContext(res)
    const { values } = form
    const day = dates.full(localDate(clock.now(), 'UTC'))
    const count = values['by'] === 'things' ? Number(values['things']) : Number.NaN
    const done = course.things.slice(0, count > 0 ? count : undefined)
    const issue = {
      title: values['title'] ?? '',
      body: values['body'] ?? '',
      signer: values['signer'] ?? '',
      hue: BADGE_HUES.find((hue) => hue === values['hue']) ?? 'plain',
      landscape: values['landscape'] === '1' ? (1 as const) : (0 as const),
      course: course.title,
      cohort: t('certificates.edit.some_cohort'),
      things: done.length,
      total: course.things.length,
      minutes: done.reduce((sum, { minutes }) => sum + minutes.start, 0),
    }
    editPage(res, {
      title: t(design ? 'certificates.edit.title' : 'certificates.edit.title_new', { title: design?.title }),
      area: 'admin',
      status,
      course,
      design,
      form,
      hues: BADGE_HUES,
      badges: templates.badges(course.id),
      fields: FIELDS.map((field) => `{${field}}`),
      sample: { ...issue, name: t('certificates.edit.somebody'), words: fillIn(issue, day, { t, locale }), day },
      clash,
    })
  }
}

/** The first values of a new template. */
function fresh(t: (key: string) => string): Record<string, string> {
  const words = { title: t('certificates.edit.first_title'), body: t('certificates.edit.first_body'), signer: '' }
  return { ...words, hue: 'plain', landscape: '1', by: 'things', seen: '' }
}

function valuesOf(design: SavedTemplate): Record<string, string> {
  const { title, body, signer, hue, landscape, badge_id, things } = design
  const by = badge_id === null ? 'things' : `badge ${badge_id}`
  return {
    title,
    body,
    signer,
    hue,
    landscape: String(landscape),
    by,
    things: String(things ?? ''),
    seen: markOf(design),
  }
}
