import type { Response, Router } from 'express'
import { z } from 'zod'
import { EditConflict } from '../../db/edit-conflict-error.ts'
import { author } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { emptyForm, type Form, idempotencyKey, line, readForm, refusedForm } from '../../web/http/forms.ts'
import { noStore } from '../../web/http/headers.ts'
import { HttpError, notFound } from '../../web/http/http-error.ts'
import { addFlash } from '../../web/render/flash.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import type { CourseContent } from '../course-content.ts'
import { WEEKDAYS } from '../format/schema.ts'
import { courseAt } from '../policy.ts'
import { aboutFields, creditNumbers, PER_WEEK, readAbout, readNewCourse, typedAbout } from './course-form.ts'

interface Choices {
  weekdays: readonly string[]
  per_week: readonly string[]
}
const CHOICES: Choices = { weekdays: WEEKDAYS, per_week: PER_WEEK }

const newPage = view<Choices & { form: Form }>('courses/authoring/new')
const aboutPage = view<
  Choices & {
    course: CourseContent
    form: Form
    credits: number[]
    /** The saved values, where somebody else changed them meanwhile. */
    now: { name: string; value: string }[]
    use: { cohorts: number; things: number }
    /** The names of the pictures to choose from. */
    covers: string[]
  }
>('courses/authoring/about')
const copyPage = view<{ course: CourseContent; form: Form }>('courses/authoring/copy')
const awayPage = view<{ course: CourseContent; cohorts: number }>('courses/authoring/archive')
const deletePage = view<{ course: CourseContent }>('courses/authoring/delete')

const copyForm = z.object({ title: line({ max: 200 }), once: idempotencyKey })

/** Pages that create, describe, copy, archive and delete courses. */
export function coursePages(
  router: Router,
  { courses, courseAuthoring, coursePictures, courseMarkdown, courseTransfer, idempotency }: Services,
): void {
  router.get('/admin/courses/new', author, noStore, (_req, res) => {
    const { t, locale } = pageContext(res)
    const rhythm = { weekday: 'monday', per_week: '2', catch_up_after: '' }
    const set = t('courses.new.first_set')
    showNew(res, emptyForm({ language: locale, licence: 'CC BY 4.0', set, ...rhythm }))
  })

  router.post('/admin/courses', author, noStore, (req, res) => {
    const { t } = pageContext(res)
    const person = currentPerson(req)
    const form = readNewCourse({ ...req.body }, { name: person.name, part: t('courses.new.part') })
    if (!form.ok) return showNew(res, refusedForm(t, form), 422)
    const { course, once: token } = form.data
    const meaning = (set: string) => t('courses.sets.badge', { set })
    const made = () => courseAuthoring.createCourse(course, { by: person.id, meaning })
    const location = idempotency.run(person.id, token, () => `/admin/courses/${made()}`)
    res.redirect(303, location)
  })

  function showNew(res: Response, form: Form, status = 200): void {
    newPage(res, { title: pageContext(res).t('courses.new.title'), area: 'admin', status, form, ...CHOICES })
  }

  router.get('/admin/courses/:slug/about', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    showAbout(res, course, emptyForm(aboutFields(course)))
  })

  router.post('/admin/courses/:slug/about', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const sent = { ...req.body }
    const { t } = pageContext(res)
    const form = readAbout(sent, coversOf(course))
    if (!form.ok) return showAbout(res, course, refusedForm(t, form), { status: 422 })
    const by = currentPerson(req).id
    try {
      const { facts, seen, once: token } = form.data
      const location = idempotency.run(by, token, () => {
        const changed = courseAuthoring.changeFacts(course.id, facts, { seen, by })
        addFlash(req, { kind: 'said', key: changed ? 'courses.said.about' : 'courses.said.unchanged' })
        return `/admin/courses/${course.slug}/about`
      })
      res.redirect(303, location)
    } catch (error) {
      if (!(error instanceof EditConflict)) throw error
      const now = aboutFields(courseAt(courses, req))
      const typed = typedAbout(sent)
      const other = Object.entries(now).filter(([name, value]) => name !== 'seen' && value !== (typed[name] ?? ''))
      const values = { ...typed, seen: now['seen'] ?? '' }
      const words = other.map(([name, value]) => ({ name: name.replace(/^credit_\d+_/, 'credit_'), value }))
      showAbout(res, course, emptyForm(values), { status: 409, now: words })
    }
  })

  function showAbout(
    res: Response,
    course: CourseContent,
    form: Form,
    { status = 200, now = [] }: { status?: number; now?: { name: string; value: string }[] } = {},
  ): void {
    aboutPage(res, {
      title: pageContext(res).t('courses.about.title', { title: course.title }),
      area: 'admin',
      status,
      course,
      form,
      credits: creditNumbers(form.values),
      now,
      use: courseAuthoring.usage(course.id),
      covers: coversOf(course),
      ...CHOICES,
    })
  }

  /** The cover of an imported course may be missing among its pictures. */
  function coversOf({ id, cover }: CourseContent): string[] {
    const names = coursePictures.list(id).map(({ name }) => name)
    return cover && !names.includes(cover) ? [...names, cover] : names
  }

  router.get('/admin/courses/:slug/copy', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const { t } = pageContext(res)
    showCopy(res, course, emptyForm({ title: t('courses.copy.copy_of', { title: course.title.slice(0, 180) }) }))
  })

  router.post('/admin/courses/:slug/copy', author, noStore, async (req, res) => {
    const course = courseAt(courses, req)
    const form = readForm(copyForm, req.body)
    if (!form.ok) return showCopy(res, course, refusedForm(pageContext(res).t, form), 422)
    await courseMarkdown.prepareCourse(courseTransfer.exportOutline(course.slug) ?? notFound())
    const by = currentPerson(req).id
    const location = idempotency.run(by, form.data.once, () => {
      const copy = courseTransfer.copyCourse(course.slug, form.data.title, by) ?? notFound()
      addFlash(req, { kind: 'said', key: 'courses.said.copied', values: { title: form.data.title } })
      return `/admin/courses/${copy}`
    })
    res.redirect(303, location)
  })

  function showCopy(res: Response, course: CourseContent, form: Form, status = 200): void {
    const title = pageContext(res).t('courses.copy.title', { title: course.title })
    copyPage(res, { title, area: 'admin', status, course, form })
  }

  router.get('/admin/courses/:slug/archive', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const { cohorts } = courseAuthoring.usage(course.id)
    const title = pageContext(res).t(`courses.away.title${course.archived_at ? '_out' : ''}`, { title: course.title })
    awayPage(res, { title, area: 'admin', course, cohorts })
  })

  router.post('/admin/courses/:slug/archive', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const { away } = Object(req.body)
    if (away !== '1' && away !== '0') throw new HttpError(422)
    const key = away === '1' ? 'courses.said.away' : 'courses.said.out_again'
    courseAuthoring.archiveCourse(course.id, away === '1', currentPerson(req).id)
    addFlash(req, { kind: 'said', key, values: { title: course.title } })
    res.redirect(303, '/admin/courses')
  })

  router.get('/admin/courses/:slug/delete', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const { cohorts, things } = courseAuthoring.usage(course.id)
    if (cohorts + things > 0) throw new HttpError(409, 'course_in_use')
    deletePage(res, {
      title: pageContext(res).t('courses.delete.title', { title: course.title }),
      area: 'admin',
      course,
    })
  })

  router.post('/admin/courses/:slug/delete', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    if (!courseAuthoring.deleteCourse(course.id, currentPerson(req).id)) throw new HttpError(409, 'course_in_use')
    addFlash(req, { kind: 'said', key: 'courses.said.deleted', values: { title: course.title } })
    res.redirect(303, '/admin/courses')
  })
}
