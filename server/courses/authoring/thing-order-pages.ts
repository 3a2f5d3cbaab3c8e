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
import type { CourseContent, Thing } from '../course-content.ts'
import { courseAt } from '../policy.ts'
import { THINGS_MAX } from './thing-order.ts'

const orderPage = view<{
  course: CourseContent
  things: Thing[]
  /** The order that the change was made from. */
  seen: string
  /** The saved order, where somebody else changed it meanwhile. */
  now: Thing[] | null
  unsaved: boolean
}>('courses/authoring/order')
const addPage = view<{ course: CourseContent; form: Form; full: boolean }>('courses/authoring/add')

const addForm = z.object({
  title: line({ max: 200 }),
  short: line({ max: 12 }),
  summary: line({ max: 500 }),
  set: line({ max: 60 }),
  step: line({ max: 200 }),
  hidden: z.literal('1').optional(),
  once: idempotencyKey,
})

/** Pages that add, hide, restore and order things. */
export function orderPages(router: Router, { courses, courseAuthoring, idempotency }: Services): void {
  router.get('/admin/courses/:slug/order', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    show(res, course, course.things, { seen: slugsOf(course) })
  })

  router.post('/admin/courses/:slug/order', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const { order, seen, intent = 'save', once: token } = Object(req.body)
    if (typeof order !== 'string' || typeof seen !== 'string' || typeof intent !== 'string') throw new HttpError(422)
    const slugs = namesIn(order)
    const things = slugs.flatMap((slug) => course.things.find((thing) => thing.slug === slug) ?? [])
    if (intent !== 'save') {
      const moved = afterMove(things, intent) ?? notFound()
      return show(res, course, moved, { seen, unsaved: true })
    }
    const by = currentPerson(req).id
    try {
      const location = idempotency.run(by, typeof token === 'string' ? token.slice(0, 64) : '', () => {
        const changed = courseAuthoring.orderThings(course.id, slugs, { seen: namesIn(seen), by })
        addFlash(req, { kind: 'said', key: changed ? 'courses.said.ordered' : 'courses.said.unchanged' })
        return `/admin/courses/${course.slug}/order`
      })
      res.redirect(303, location)
    } catch (error) {
      if (!(error instanceof EditConflict)) throw error
      const others = course.things.filter((thing) => !things.includes(thing))
      const status = 409
      show(res, course, Array.from(new Set([...things, ...others])), { seen: slugsOf(course), status, conflict: true })
    }
  })

  function show(
    res: Response,
    course: CourseContent,
    things: Thing[],
    { seen, status = 200, conflict = false, unsaved = conflict }: OrderFormView,
  ): void {
    const now = conflict ? course.things : null
    const title = pageContext(res).t('courses.order.title', { title: course.title })
    orderPage(res, { title, area: 'admin', status, course, things, seen, now, unsaved })
  }

  router.get('/admin/courses/:slug/add', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    showAdd(res, course, emptyForm({ set: course.sets.at(-1)?.slug ?? '', hidden: '1' }))
  })

  router.post('/admin/courses/:slug/things', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const { t } = pageContext(res)
    const form = readForm(addForm, req.body)
    const known = !form.ok || course.sets.some(({ slug }) => slug === form.data.set)
    if (!form.ok) return showAdd(res, course, refusedForm(t, form), 422)
    const { once: token, step, hidden, ...words } = form.data
    const values = { ...words, step, hidden: hidden ?? '' }
    if (!known) return showAdd(res, course, { values, problems: { set: t('problems.choice') } }, 422)
    const by = currentPerson(req).id
    const steps = { start: [{ slug: 'first', title: step }] }
    const wanted = { ...words, icon: 'sprout', minutes: { start: 15 }, steps, prompts: [], body: '' }
    const location = idempotency.run(by, token, () => {
      const slug = courseAuthoring.addThing(course.id, wanted, { hidden: hidden === '1', by })
      if (slug === null) return `/admin/courses/${course.slug}/add`
      addFlash(req, {
        kind: 'said',
        key: `courses.said.added${hidden ? '_hidden' : ''}`,
        values: { title: words.title },
      })
      return `/admin/courses/${course.slug}/things/${slug}`
    })
    res.redirect(303, location)
  })

  function showAdd(res: Response, course: CourseContent, form: Form, status = 200): void {
    const title = pageContext(res).t('courses.add.title', { title: course.title })
    addPage(res, { title, area: 'admin', status, course, form, full: course.things.length >= THINGS_MAX })
  }

  router.post('/admin/courses/:slug/things/:thing/hide', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const thing = course.things.find(({ slug }) => slug === req.params['thing']) ?? notFound()
    const done = courseAuthoring.hideThing(course.id, thing.slug, currentPerson(req).id)
    const key = done ? 'courses.said.hidden' : 'courses.said.only_one'
    addFlash(req, { kind: 'said', key, values: { title: thing.title } })
    res.redirect(303, `/admin/courses/${course.slug}`)
  })

  router.post('/admin/courses/:slug/things/:thing/put-back', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const thing = course.hidden.find(({ slug }) => slug === req.params['thing']) ?? notFound()
    const done = courseAuthoring.restoreThing(course.id, thing.slug, currentPerson(req).id)
    const key = done ? 'courses.said.put_back' : 'courses.said.full'
    addFlash(req, { kind: 'said', key, values: { title: thing.title } })
    res.redirect(303, `/admin/courses/${course.slug}`)
  })
}

interface OrderFormView {
  seen: string
  status?: number
  conflict?: boolean
  unsaved?: boolean
}

function slugsOf({ things }: CourseContent): string {
  return things.map(({ slug }) => slug).join(' ')
}

function namesIn(order: string): string[] {
  return order.split(' ').filter(Boolean)
}

/** The things after the button `intent` was pressed; null for a button that the form does not have. */
function afterMove(things: Thing[], intent: string): Thing[] | null {
  const { way, slug } = /^(?<way>up|down)-(?<slug>[a-z0-9-]+)$/.exec(intent)?.groups ?? {}
  const at = things.findIndex((thing) => thing.slug === slug)
  const thing = things[at]
  if (!thing) return null
  const to = Math.min(Math.max(at + (way === 'up' ? -1 : 1), 0), things.length - 1)
  return things.toSpliced(at, 1).toSpliced(to, 0, thing)
}
