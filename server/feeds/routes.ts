import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { audiencesIn } from '../reflections/policy.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { idempotencyKey, line, readForm, refusedForm } from '../web/http/forms.ts'
import { HttpError, notFound } from '../web/http/http-error.ts'
import { idParam } from '../web/http/params.ts'
import { addAwards, addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { showBlog, showFound } from './blog-page.ts'
import type { FoundFeed } from './discover-feed.ts'
import { feedTroubleOf } from './feed-error.ts'
import type { Feed } from './feed-rows.ts'
import { canonicalLink } from './parsing/post.ts'

const EXTENTS = ['full', 'excerpt'] as const
const link = line({ max: 2000 }).refine((text) => canonicalLink(text, null) !== null, { error: 'problems.wrong' })

const addressForm = z.object({ address: line({ max: 2000 }) })
const stopForm = z.object({ posts: z.enum(['stay', 'go']) })
const decisionForm = z.object({ thing: z.string().regex(/^\d{1,3}$/), once: idempotencyKey })

/** Routes for the owner of an external blog in a cohort. */
export function feedRoutes(router: Router, services: Services): void {
  const { badges, feeds, may, idempotency } = services

  router.get('/cohorts/:cohort/blog', may.enrolled, (req, res) => showBlog(services, req, res))

  router.post('/cohorts/:cohort/blog', may.enrolled, async (req, res) => {
    const form = readForm(addressForm, req.body)
    if (!form.ok) return showBlog(services, req, res, { address: refusedForm(pageContext(res).t, form) })
    const enrolment = currentEnrolment(req)
    if (!feeds.mayLookUp(enrolment.person_id)) return refuseAddress(req, res, 'feeds.blog.too_often', 429)
    const found = await find(req, res, form.data.address)
    if (found) showFound(services, res, enrolment, found)
  })

  router.post('/cohorts/:cohort/blog/follow', may.enrolled, (req, res) => {
    const enrolment = currentEnrolment(req)
    const form = readForm(
      z.object({
        url: link,
        site_url: link.or(z.literal('')).optional(),
        title: line({ min: 0, max: 200 }),
        ...choices(req),
        once: idempotencyKey,
      }),
      req.body,
    )
    if (!form.ok) return showBlog(services, req, res, { address: refusedForm(pageContext(res).t, form) })
    const { url, site_url, title, extent, audience } = form.data
    const wishes = { url, site_url: site_url || null, title: title || url, extent, audience }
    let followed = true
    const location = idempotency.run(enrolment.person_id, form.data.once, () => {
      followed = feeds.follow(enrolment, wishes)
      return blogOf(req)
    })
    if (!followed) return refuseAddress(req, res, 'feeds.blog.taken', 422)
    addFlash(req, { kind: 'said', key: 'feeds.blog.said.following' })
    res.redirect(303, location)
  })

  router.post('/cohorts/:cohort/blog/settings', may.enrolled, (req, res) => {
    const feed = feedOf(req)
    const form = readForm(z.object(choices(req)), req.body)
    if (!form.ok) return showBlog(services, req, res, { choices: refusedForm(pageContext(res).t, form) })
    feeds.change(currentEnrolment(req), feed, form.data)
    addFlash(req, { kind: 'said', key: `feeds.blog.said.audience_${form.data.audience}` })
    res.redirect(303, blogOf(req))
  })

  router.post('/cohorts/:cohort/blog/stop', may.enrolled, (req, res) => {
    const feed = feedOf(req)
    const form = readForm(stopForm, req.body)
    if (!form.ok) return showBlog(services, req, res, { choices: refusedForm(pageContext(res).t, form) })
    feeds.stop(feed, form.data.posts)
    addFlash(req, { kind: 'said', key: `feeds.blog.said.stopped_${form.data.posts}` })
    res.redirect(303, blogOf(req))
  })

  router.post('/cohorts/:cohort/blog/again', may.enrolled, (req, res) => {
    const soon = feeds.readAgain(feedOf(req))
    addFlash(req, { kind: 'said', key: soon ? 'feeds.blog.said.again' : 'feeds.blog.said.just_read' })
    res.redirect(303, blogOf(req))
  })

  router.post('/cohorts/:cohort/blog/posts/:id', may.enrolled, async (req, res) => {
    const feed = feedOf(req)
    const form = readForm(decisionForm, req.body)
    if (!form.ok) throw new HttpError(422)
    const number = Number(form.data.thing) || null
    const enrolment = currentEnrolment(req)
    const item_id = idParam(req.params['id'])
    if (number) await feeds.prepare(feed, item_id)
    const location = idempotency.run(enrolment.person_id, form.data.once, () => {
      const act = feeds.decide(enrolment, feed, item_id, number) ?? notFound()
      if (act.activity_id !== null) addAwards(req, badges.earnedBy(act.activity_id))
      return blogOf(req)
    })
    addFlash(req, {
      kind: 'said',
      key: number ? 'feeds.blog.said.decided' : 'feeds.blog.said.left',
      values: { number: number ?? 0 },
    })
    res.redirect(303, location)
  })

  function choices(req: Request) {
    return { extent: z.enum(EXTENTS), audience: z.enum(audiencesIn(currentEnrolment(req))) }
  }

  function feedOf(req: Request): Feed {
    return feeds.ofEnrolment(currentEnrolment(req).id) ?? notFound()
  }

  function blogOf(req: Request): string {
    return `/cohorts/${currentEnrolment(req).cohort.slug}/blog`
  }

  /** Looks up the address; null when there is no feed, which the page reports. */
  async function find(req: Request, res: Response, address: string): Promise<FoundFeed | null> {
    try {
      return await feeds.find(address)
    } catch (error) {
      refuseAddress(req, res, `feeds.trouble.${feedTroubleOf(error)}`, 422)
      return null
    }
  }

  function refuseAddress(req: Request, res: Response, key: string, status: number): void {
    const { t } = pageContext(res)
    const { address = '', url = '' } = req.body
    const form = { values: { address: String(address || url) }, problems: { address: t(key) } }
    showBlog(services, req, res, { address: form, status })
  }
}
