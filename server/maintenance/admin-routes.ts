import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { courseAt } from '../courses/policy.ts'
import { author } from '../people/policy.ts'
import type { Services } from '../services.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { type Form, idempotencyKey, line, readForm, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { HttpError, notFound } from '../web/http/http-error.ts'
import { idParam, queryText } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { BrokenLink, LinkNumbers } from './links.ts'
import type { ThingFreshness } from './maintenance.ts'
import type { ReportedThing } from './thing-reports.ts'

const overviewPage = view<{
  course: { slug: string; title: string } | null
  courses: { slug: string; title: string }[]
  reported: ReportedThing[]
  things: ThingFreshness[]
  older: string | null
  first: boolean
  /** The refused form that settles a thing's reports. */
  refused: { thing_id: number; form: Form } | null
}>('maintenance/things')
const linksPage = view<{ broken: BrokenLink[]; numbers: LinkNumbers }>('maintenance/links')

const triedForm = z.object({ tried_on: line({ min: 0, max: 200 }).optional().default(''), once: idempotencyKey })
const settleForm = z.object({ word: line({ max: 280 }) })

/** Reports of learners, untested things and broken links, for authors. */
export function maintenanceAdminRoutes(
  router: Router,
  { courses, courseMarkdown, courseAuthoring, notices, idempotency, maintenance }: Services,
): void {
  router.get('/admin/upkeep', author, noStore, (req, res) => show(req, res))

  router.post('/admin/upkeep/things/:id/settle', author, noStore, (req, res) => {
    const thing_id = idParam(req.params['id'])
    const form = readForm(settleForm, req.body)
    if (!form.ok) return show(req, res, { thing_id, form: refusedForm(pageContext(res).t, form) })
    const settled = maintenance.reports.settle(thing_id, currentPerson(req).id, form.data.word)
    addFlash(req, { kind: 'said', key: settled ? 'upkeep.said.settled' : 'upkeep.said.gone' })
    res.redirect(303, '/admin/upkeep')
  })

  router.post('/admin/upkeep/reports/:id/fold', author, async (req, res) => {
    const done = await maintenance.applyAlternative(idParam(req.params['id']), currentPerson(req).id)
    addFlash(req, { kind: 'said', key: `upkeep.said.fold_${done}` })
    res.redirect(303, '/admin/upkeep')
  })

  router.post('/admin/courses/:slug/things/:thing/tried', author, async (req, res) => {
    const course = courseAt(courses, req)
    const thing = course.things.find(({ slug }) => slug === req.params['thing']) ?? notFound()
    const form = readForm(triedForm, req.body)
    if (!form.ok) throw new HttpError(422)
    const by = currentPerson(req).id
    await courseMarkdown.prepare([courseAuthoring.thingText(thing.id)?.outline ?? notFound()])
    const location = idempotency.run(by, form.data.once, () => {
      maintenance.markTried(thing.id, form.data.tried_on, by)
      return `/admin/courses/${course.slug}/things/${thing.slug}`
    })
    addFlash(req, { kind: 'said', key: 'upkeep.said.tried', values: { title: thing.title } })
    res.redirect(303, location)
  })

  router.get('/admin/upkeep/links', author, noStore, (_req, res) => {
    const title = pageContext(res).t('upkeep.links.title')
    linksPage(res, { title, area: 'admin', broken: maintenance.links.broken(), numbers: maintenance.links.numbers() })
  })

  router.post('/admin/upkeep/links/check', author, (req, res) => {
    const begun = maintenance.links.checkNow(currentPerson(req).id)
    addFlash(req, { kind: 'said', key: begun ? 'upkeep.said.checking' : 'upkeep.said.under_way' })
    res.redirect(303, '/admin/upkeep/links')
  })

  function show(req: Request, res: Response, refused: { thing_id: number; form: Form } | null = null): void {
    const all = courses.all()
    const asked = queryText(req, 'course')
    const course = asked === null ? null : (all.find(({ slug }) => slug === asked) ?? notFound())
    const after = afterIn(queryText(req, 'after'))
    const { things, next } = maintenance.things(asked, after)
    const way = new URLSearchParams({ ...(asked ? { course: asked } : {}), after: `${next?.tried}_${next?.id}` })
    notices.markSeen(currentPerson(req), { kinds: ['thing_reported'] })
    overviewPage(res, {
      title: pageContext(res).t('upkeep.title'),
      area: 'admin',
      status: refused ? 422 : 200,
      course,
      courses: all.filter(({ archived_at }) => archived_at === null),
      reported: after ? [] : maintenance.reports.open(asked),
      things,
      older: next ? `/admin/upkeep?${way}` : null,
      first: after === null,
      refused,
    })
  }
}

/** Parses the cursor `<date or nothing>_<thing id>`: the last thing of the previous page. */
function afterIn(text: string | null): { tried: string; id: number } | null {
  const { tried, id } = /^(?<tried>\d{4}-\d\d-\d\d|)_(?<id>[1-9]\d{0,14})$/.exec(text ?? '')?.groups ?? {}
  return tried === undefined || id === undefined ? null : { tried, id: Number(id) }
}
