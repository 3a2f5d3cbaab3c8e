import { Router } from 'express'
import { author } from '../people/policy.ts'
import type { Services } from '../services.ts'
import { frameOf } from '../web/frame.ts'
import { keepNothing } from '../web/headers.ts'
import { notFound } from '../web/refusal.ts'
import { view } from '../web/view.ts'
import type { CourseContent, CourseLine } from './courses.ts'
import { revisionPages } from './revision-pages.ts'
import { thingPages } from './thing-pages.ts'

const listPage = view<{ courses: CourseLine[] }>('courses/list')
const outlinePage = view<{ course: CourseContent }>('courses/outline')

/** Where authors keep courses fresh. */
export function courseAdminRoutes(services: Services): Router {
  const { courses } = services
  const router = Router()

  router.get('/admin/courses', author, keepNothing, (_req, res) => {
    listPage(res, { title: frameOf(res).t('courses.list.title'), area: 'admin', courses: courses.all() })
  })

  router.get('/admin/courses/:slug', author, keepNothing, (req, res) => {
    const course = courses.bySlug(String(req.params['slug'])) ?? notFound()
    outlinePage(res, { title: course.title, area: 'admin', course })
  })

  thingPages(router, services)
  revisionPages(router, services)

  return router
}
