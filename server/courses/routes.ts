import { type Request, Router } from 'express'
import type { OpenCohort } from '../cohorts/cohorts.ts'
import type { Services } from '../services.ts'
import { anybody } from '../web/access.ts'
import { numberIn } from '../web/current.ts'
import { notFound } from '../web/refusal.ts'
import { view } from '../web/view.ts'
import type { CourseContent, Step, Thing } from './courses.ts'
import { DEPTHS, type Depth } from './outline.ts'

interface DepthPart {
  depth: Depth
  minutes: number | null
  steps: Step[]
}

const coursePage = view<{ course: CourseContent; open: OpenCohort[] }>('courses/course')
const thingPage = view<{
  course: CourseContent
  thing: Thing
  start: Step[]
  depths: DepthPart[]
  around: { before: Thing | null; after: Thing | null }
  open: OpenCohort[]
}>('courses/thing')

/** Reading along: public courses, for anybody. */
export function courseRoutes({ cohorts, courses }: Services): Router {
  const router = Router()

  router.get('/courses/:slug', anybody, (req, res) => {
    const course = publicCourse(req)
    const open = openFor(course)
    coursePage(res, { ...pageOf(req, course.title, course.summary), area: 'front', course, open })
  })

  router.get('/courses/:slug/things/:n', anybody, (req, res) => {
    const course = publicCourse(req)
    const number = numberIn(req.params['n'])
    const thing = course.things[number - 1] ?? notFound()
    const { start, depths } = partsOf(thing)
    const around = { before: course.things[number - 2] ?? null, after: course.things[number] ?? null }
    const open = openFor(course)
    thingPage(res, {
      ...pageOf(req, thing.title, thing.summary),
      area: 'thing',
      course,
      thing,
      start,
      depths,
      around,
      open,
    })
  })

  function publicCourse(req: Request): CourseContent {
    const course = courses.bySlug(String(req.params['slug']))
    return course?.public === 1 ? course : notFound()
  }

  function openFor(course: CourseContent): OpenCohort[] {
    return cohorts.open().filter(({ course_id }) => course_id === course.id)
  }

  return router
}

function pageOf({ user }: Request, title: string, description: string) {
  return { title, description, alone: !user }
}

/** The short way, and what lies deeper. */
function partsOf(thing: Thing): { start: Step[]; depths: DepthPart[] } {
  const stepsOf = (depth: Depth) => thing.steps.filter((step) => step.depth === depth)
  const deeper = DEPTHS.filter((depth) => depth !== 'start' && stepsOf(depth).length > 0)
  const depths = deeper.map((depth) => ({ depth, minutes: thing.minutes[depth] ?? null, steps: stepsOf(depth) }))
  return { start: stepsOf('start'), depths }
}
