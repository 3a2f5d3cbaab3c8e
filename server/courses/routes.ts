import type { Request, RequestHandler, Router } from 'express'
import type { OpenCohort } from '../cohorts/cohorts.ts'
import type { Services } from '../services.ts'
import { anybody, signedIn } from '../web/http/access.ts'
import { notFound } from '../web/http/http-error.ts'
import { idParam } from '../web/http/params.ts'
import { view } from '../web/render/view.ts'
import { missingLanguage } from '../web/text/languages.ts'
import type { CourseContent, Step, Thing } from './course-content.ts'
import { DEPTHS, type Depth } from './format/schema.ts'
import { thingAddress, withThingLinks } from './format/thing-links.ts'
import { forReader } from './policy.ts'

interface DepthPart {
  depth: Depth
  minutes: number | null
  steps: Step[]
}

const coursePage = view<{ course: CourseContent; open: OpenCohort[]; missing: string | null }>('courses/course')
const thingPage = view<{
  course: CourseContent
  thing: Thing
  start: Step[]
  depths: DepthPart[]
  around: { before: Thing | null; after: Thing | null }
  open: OpenCohort[]
  /** The reader's language where the thing is not translated into it. */
  missing: string | null
}>('courses/thing')

/** Public courses, for everybody including guests. */
export function courseRoutes(router: Router, { cohorts, courses, settings }: Services): void {
  const readers: RequestHandler = (req, res, next) =>
    settings.value('guests_read') === '1' ? next() : signedIn(req, res, next)

  router.get('/courses/:slug', anybody, readers, (req, res) => {
    const course = publicCourse(req)
    const open = openFor(course)
    coursePage(res, {
      ...pageOf(req, course.title, course.summary),
      area: 'front',
      course,
      open,
      missing: missingLanguage(req.user?.language ?? null, course.language),
    })
  })

  router.get('/courses/:slug/things/:n', anybody, readers, (req, res) => {
    const course = publicCourse(req)
    const number = idParam(req.params['n'])
    const thing = course.things[number - 1] ?? notFound()
    const { start, depths } = partsOf(thing)
    const links = withThingLinks(course, ({ position }) => (position > 0 ? thingAddress(course.slug, position) : null))
    const around = { before: course.things[number - 2] ?? null, after: course.things[number] ?? null }
    const open = openFor(course)
    thingPage(res, {
      ...pageOf(req, thing.title, thing.summary),
      area: 'thing',
      course,
      thing: links.thing(thing),
      start,
      depths,
      around,
      open,
      missing: missingLanguage(req.user ? req.user.language : course.language, thing.language),
    })
  })

  function publicCourse(req: Request): CourseContent {
    const course = courses.bySlug(String(req.params['slug']))
    return course?.public === 1 ? forReader(req, course) : notFound()
  }

  function openFor(course: CourseContent): OpenCohort[] {
    return cohorts.listOpen().filter(({ course_id }) => course_id === course.id)
  }
}

function pageOf({ user }: Request, title: string, description: string) {
  return { title, description, alone: !user }
}

/** The steps to start with, and those of each further depth. */
function partsOf(thing: Thing): { start: Step[]; depths: DepthPart[] } {
  const stepsOf = (depth: Depth) => thing.steps.filter((step) => step.depth === depth)
  const deeper = DEPTHS.filter((depth) => depth !== 'start' && stepsOf(depth).length > 0)
  const depths = deeper.map((depth) => ({ depth, minutes: thing.minutes[depth] ?? null, steps: stepsOf(depth) }))
  return { start: stepsOf('start'), depths }
}
