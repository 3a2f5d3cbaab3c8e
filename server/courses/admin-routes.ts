import type { Router } from 'express'
import { z } from 'zod'
import { author } from '../people/policy.ts'
import type { Services } from '../services.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { readForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { HttpError } from '../web/http/http-error.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { coursePages } from './authoring/course-pages.ts'
import { revisionPages } from './authoring/revision-pages.ts'
import { setPages } from './authoring/set-pages.ts'
import { draftPages } from './authoring/thing-draft-pages.ts'
import { orderPages } from './authoring/thing-order-pages.ts'
import { thingPages } from './authoring/thing-pages.ts'
import type { CourseContent, CourseLine } from './course-content.ts'
import { picturePages } from './pictures/pages.ts'
import { courseAt } from './policy.ts'
import { importPages } from './transfer/import-pages.ts'
import { courseTranslationPages } from './translations/course-translation-pages.ts'
import { languagePages } from './translations/language-pages.ts'
import { translationPages } from './translations/thing-translation-pages.ts'

const listPage = view<{ courses: CourseLine[] }>('courses/authoring/list')
const outlinePage = view<{
  course: CourseContent
  /** How many drafts are not published. */
  drafts: number
  /** How many people reported a problem with a thing, by its id. */
  said: Map<number, number>
}>('courses/authoring/outline')

const settingsForm = z.object({ write_first: z.literal('1').optional() })

/** Everything that authors do with courses. */
export function courseAdminRoutes(router: Router, services: Services): void {
  const { courses, courseAuthoring } = services

  router.get('/admin/courses', author, noStore, (_req, res) => {
    listPage(res, { title: pageContext(res).t('courses.list.title'), area: 'admin', courses: courses.all() })
  })

  importPages(router, services)
  coursePages(router, services)

  router.get('/admin/courses/:slug', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const drafts = courseAuthoring.countDrafts(course.id)
    const said = services.maintenance.reports.flags(course.id)
    outlinePage(res, { title: course.title, area: 'admin', course, drafts, said })
  })

  router.post('/admin/courses/:slug/settings', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const form = readForm(settingsForm, req.body)
    if (!form.ok) throw new HttpError(422)
    const on = form.data.write_first === '1'
    courseAuthoring.setWriteFirst(course.id, on, currentPerson(req).id)
    addFlash(req, { kind: 'said', key: `courses.said.write_first_${on ? 'on' : 'off'}` })
    res.redirect(303, `/admin/courses/${course.slug}`)
  })

  setPages(router, services)
  orderPages(router, services)
  draftPages(router, services)
  thingPages(router, services)
  picturePages(router, services)
  revisionPages(router, services)
  languagePages(router, services)
  courseTranslationPages(router, services)
  translationPages(router, services)
}
