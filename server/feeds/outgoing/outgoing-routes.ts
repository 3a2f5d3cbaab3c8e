import { createHash } from 'node:crypto'
import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { byAudience } from '../../reflections/policy.ts'
import type { Services } from '../../services.ts'
import { contentDisposition } from '../../web/files/content-disposition.ts'
import { currentEnrolment } from '../../web/http/current-user.ts'
import { readForm } from '../../web/http/forms.ts'
import { noStore } from '../../web/http/headers.ts'
import { HttpError, notFound } from '../../web/http/http-error.ts'
import { idParam } from '../../web/http/params.ts'
import { sendBody } from '../../web/http/send-body.ts'
import { addFlash } from '../../web/render/flash.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import type { FeedEntry } from './outgoing-feeds.ts'
import { type FeedHead, type FeedKind, MEDIA_TYPE, serialiseFeed, serialiseOpml } from './serialise-feed.ts'

const feedsPage = view<{
  public_feeds: { label: string; href: string }[]
  made_at: string | null
  /** The private addresses, on the one page that shows them. */
  fresh: { label: string; href: string }[] | null
}>('feeds/addresses')

/** What each feed has of its own. */
type OwnHead = Omit<FeedHead, 'language'>

const addressForm = z.object({ intent: z.enum(['make', 'stop']) })

/** Routes of public feeds, private feeds of members, and the OPML list of a cohort's blogs. */
export function outgoingFeedRoutes(router: Router, { config, outgoingFeeds, may, people, settings }: Services): void {
  router.get('/people/:handle/feed.xml', byAudience, (req, res) => sendPerson(req, res, 'xml'))
  router.get('/people/:handle/feed.json', byAudience, (req, res) => sendPerson(req, res, 'json'))
  router.get('/cohorts/:cohort/feed.xml', byAudience, (req, res) => sendCohort(req, res, 'xml'))
  router.get('/cohorts/:cohort/feed.json', byAudience, (req, res) => sendCohort(req, res, 'json'))
  router.get('/cohorts/:cohort/things/:n/feed.xml', byAudience, (req, res) => sendCohort(req, res, 'xml'))
  router.get('/cohorts/:cohort/things/:n/feed.json', byAudience, (req, res) => sendCohort(req, res, 'json'))
  router.get('/feeds/:token/feed.xml', byAudience, (req, res) => sendPrivate(req, res, 'xml'))
  router.get('/feeds/:token/feed.json', byAudience, (req, res) => sendPrivate(req, res, 'json'))

  router.get('/cohorts/:cohort/feeds', may.enrolled, (req, res) => showFeeds(req, res, null))

  router.post('/cohorts/:cohort/feeds', may.enrolled, noStore, (req, res) => {
    const form = readForm(addressForm, req.body)
    if (!form.ok) throw new HttpError(422)
    const { cohort, id } = currentEnrolment(req)
    if (form.data.intent === 'make') return showFeeds(req, res, outgoingFeeds.makeAddress(id))
    outgoingFeeds.dropAddress(id)
    addFlash(req, { kind: 'said', key: 'feeds.said.stopped' })
    res.redirect(303, `/cohorts/${cohort.slug}/feeds`)
  })

  router.get('/cohorts/:cohort/blogs.opml', may.enrolled, (req, res) => {
    const { cohort } = currentEnrolment(req)
    res.setHeader('Content-Type', 'text/x-opml; charset=utf-8')
    res.setHeader(
      'Content-Disposition',
      contentDisposition({
        words: [cohort.title, 'blogs'],
        otherwise: 'blogs',
        plain: `${cohort.slug}-blogs`,
        extension: 'opml',
      }),
    )
    sendBody(res, serialiseOpml(config.base_url, titleOf(cohort.title), outgoingFeeds.blogs(cohort.id)))
  })

  function sendPerson(req: Request, res: Response, kind: FeedKind): void {
    const handle = String(req.params['handle'])
    const person = people.findByHandle(handle) ?? people.findByFormerHandle(handle) ?? notFound()
    const entries = outgoingFeeds.ofPerson(person.id)
    // same answer as the person's page, so that the feed does not reveal who exists
    if (entries.length === 0) notFound()
    if (person.handle !== handle) return res.redirect(301, `/people/${person.handle}/feed.${kind}`)
    const page = `/people/${person.handle}`
    sendPublic(req, res, kind, { title: person.name, author: person.name, page, self: `${page}/feed.${kind}` }, entries)
  }

  /** Of the cohort, or of the one thing that the address names. */
  function sendCohort(req: Request, res: Response, kind: FeedKind): void {
    const number = req.params['n'] === undefined ? null : idParam(req.params['n'])
    const cohort = outgoingFeeds.openCohort(String(req.params['cohort']), number) ?? notFound()
    const place = number === null ? `/cohorts/${cohort.slug}` : `/cohorts/${cohort.slug}/things/${number}`
    const head = {
      title: titleOf(cohort.title),
      author: settings.siteName(),
      page: place,
      self: `${place}/feed.${kind}`,
    }
    sendPublic(req, res, kind, head, outgoingFeeds.ofCohort(cohort.id, number))
  }

  function sendPrivate(req: Request, res: Response, kind: FeedKind): void {
    const subscriber = outgoingFeeds.subscriber(String(req.params['token'])) ?? notFound()
    const page = `/cohorts/${subscriber.slug}/reflections`
    res.setHeader('Cache-Control', 'private, no-cache')
    const head = { title: titleOf(subscriber.title), author: settings.siteName(), page, self: null }
    send(req, res, kind, head, outgoingFeeds.forMember(subscriber))
  }

  function sendPublic(req: Request, res: Response, kind: FeedKind, head: OwnHead, entries: FeedEntry[]): void {
    res.setHeader('Cache-Control', 'public, max-age=300')
    res.removeHeader('Vary')
    send(req, res, kind, head, entries)
  }

  /** Answers with a feed, or with 304 where the reader has this one already. */
  function send(req: Request, res: Response, kind: FeedKind, head: OwnHead, entries: FeedEntry[]): void {
    const site = { base_url: config.base_url, id_origin: outgoingFeeds.idOrigin() }
    const text = serialiseFeed(kind, site, { ...head, language: settings.languages()[0] ?? 'en' }, entries)
    const version = createHash('sha256').update(text).digest('base64url')
    // weak: the same feed has other bytes where it is compressed
    res.setHeader('ETag', `W/"${version}"`)
    if (req.headers['if-none-match']?.includes(version)) {
      res.status(304).end()
      return
    }
    res.setHeader('Content-Type', MEDIA_TYPE[kind])
    sendBody(res, text)
  }

  function titleOf(cohort: string): string {
    return `${cohort} · ${settings.siteName()}`
  }

  /** @param token of a private address that has just been made: this page is the only one to show it */
  function showFeeds(req: Request, res: Response, token: string | null): void {
    const { cohort, id } = currentEnrolment(req)
    const { t } = pageContext(res)
    const both = (place: string) =>
      (['xml', 'json'] as const).map((kind) => ({
        label: t(`feeds.kind.${kind}`),
        href: `${config.base_url}${place}/feed.${kind}`,
      }))
    feedsPage(res, {
      title: t('feeds.title'),
      area: 'read',
      here: 'read',
      public_feeds: cohort.world_allowed ? both(`/cohorts/${cohort.slug}`) : [],
      made_at: outgoingFeeds.addressMadeAt(id),
      fresh: token === null ? null : both(`/feeds/${token}`),
    })
  }
}
