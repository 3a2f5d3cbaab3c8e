import type { Request, Response } from 'express'
import type { Enrolment } from '../enrolments/enrolments.ts'
import { type Audience, audiencesIn } from '../reflections/policy.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { emptyForm, type Form } from '../web/http/forms.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { FoundFeed } from './discover-feed.ts'
import { isPartial } from './feed-error.ts'
import type { Feed } from './feed-rows.ts'
import { type PostLine, postLines, previewLines } from './presenter.ts'
import { reachOf } from './reach.ts'

const page = view<{
  href: string
  blog: Feed | null
  /** Set where it can be seen by its owner; http or https. */
  blog_href: string | null
  /** True when the feed could be read, but not all of it. */
  partial: boolean
  asked: PostLine[]
  latest: PostLine[]
  things: { number: number; title: string }[]
  audiences: Audience[]
  address: Form
  choices: Form
}>('feeds/blog')

const foundPage = view<{
  href: string
  found: Pick<FoundFeed, 'url' | 'site_url' | 'title' | 'partial' | 'older'>
  /** When the oldest post was published, where older ones may be missing. */
  reaches_to: string | null
  posts: PostLine[]
  audiences: Audience[]
  form: Form
}>('feeds/found')

/** A learner's own blog elsewhere: the form for its address, or how it is doing. */
export function showBlog(
  { feeds, progress }: Services,
  req: Request,
  res: Response,
  refused: { address?: Form; choices?: Form; status?: number } = {},
): void {
  const enrolment = currentEnrolment(req)
  const cohort_href = `/cohorts/${enrolment.cohort.slug}`
  const feed = feeds.ofEnrolment(enrolment.id)
  const map = progress.map(enrolment)
  const posts = feeds.posts(feed?.id ?? 0)
  page(res, {
    title: pageContext(res).t('feeds.blog.title'),
    area: 'write',
    here: 'me',
    status: refused.status ?? (refused.address || refused.choices ? 422 : 200),
    href: `${cohort_href}/blog`,
    blog: feed,
    blog_href: feed && (feed.site_url ?? feed.url),
    partial: isPartial(feed?.problem ?? null),
    asked: postLines(posts.asked, map, cohort_href),
    latest: postLines(
      posts.latest.filter(({ state }) => state !== 'asked'),
      map,
      cohort_href,
    ),
    things: map.tiles.filter(({ open }) => open).map(({ number, thing }) => ({ number, title: thing.title })),
    audiences: audiencesIn(enrolment),
    address: refused.address ?? emptyForm(),
    choices: refused.choices ?? emptyForm({ extent: feed?.extent ?? 'full', audience: feed?.audience ?? 'cohort' }),
  })
}

/** The feed found at the address, before the person confirms it. */
export function showFound({ feeds, progress }: Services, res: Response, enrolment: Enrolment, found: FoundFeed): void {
  const cohort_href = `/cohorts/${enrolment.cohort.slug}`
  const title = found.title || (URL.parse(found.url)?.hostname ?? found.url)
  foundPage(res, {
    title: pageContext(res).t('feeds.blog.found'),
    area: 'write',
    here: 'me',
    href: `${cohort_href}/blog`,
    found: { ...found, title },
    reaches_to: reachOf(enrolment.cohort.starts_on, found.posts),
    posts: previewLines(feeds.preview(enrolment, found), progress.map(enrolment), cohort_href),
    audiences: audiencesIn(enrolment),
    form: emptyForm({ extent: 'full', audience: 'cohort' }),
  })
}
