import type { IncomingMessage, ServerResponse } from 'node:http'
import { instantText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { escapeHtml } from '../web/render/escape.ts'
import { type CohortKey, type DemoPost, readContent } from './content.ts'

interface BlogText {
  title: string
  body: string
  audience: 'me' | 'guides' | 'pod' | 'cohort' | 'world'
}

interface PublishedPost {
  title: string
  link: string
  published_at: string
}

/** Author and title of the one external blog, which the demo serves itself, beside the pages of the site. */
const BLOG = { by: 'soren', cohort: 'spring' satisfies CohortKey, title: 'Bus 3, stop by stop' }
const PATH = '/demo-blog/'
const FEED = `${PATH}feed.xml`
/** While the demo is made nobody serves the blog, so it must not be read. */
const NEVER = '9999-12-31T00:00:00.000Z'

/** Marks all feeds as fetched 40 minutes ago, and due in 80 minutes. */
export function markFeedsRead(db: Database, now: Temporal.Instant): void {
  const [read_at, next_at] = [now.subtract({ minutes: 40 }), now.add({ minutes: 80 })].map(instantText)
  db.prepare('UPDATE feed SET tried_at = :read_at, read_at = :read_at, next_at = :next_at').run({ read_at, next_at })
}

/** Adds posts of external blogs as if they had been fetched; no request is made. */
export function createBlogs({ base_url, db, feeds, progress }: Services) {
  return {
    /** @returns the reflection's id; null for an author without an external blog */
    publish(key: string, enrolment: Enrolment, thing_id: number, { title, body, audience }: BlogText): number | null {
      if (key !== BLOG.by) return null
      const blog = `${base_url}${PATH}`
      if (!feeds.ofEnrolment(enrolment.id)) {
        feeds.follow(enrolment, {
          url: `${base_url}${FEED}`,
          site_url: blog,
          title: BLOG.title,
          extent: 'full',
          audience,
        })
        db.prepare('UPDATE feed SET next_at = ?').run(NEVER)
        db.prepare("DELETE FROM job WHERE kind = 'feeds.read'").run()
      }
      const tile = progress.map(enrolment).tiles.find(({ thing }) => thing.id === thing_id)
      if (!tile) return null
      const post = { title, link: linkOf(blog, tile.number), html: htmlOf(body), tags: [tagOf(tile.number)] }
      return feeds.addPost(enrolment, tile, post)
    },
  }
}

/**
 * Serves the external blog: its page, its posts and its feed.
 * @returns a handler that answers requests for the blog only, and says whether it did
 */
export function blogServer(db: Database, base_url: string) {
  let texts: DemoPost[] | null = null
  const published = db.prepare<[string], PublishedPost>(`
    SELECT feed_item.title, link, published_at FROM feed_item JOIN feed ON feed.id = feed_id
     WHERE feed.url = ? ORDER BY published_at DESC, feed_item.id DESC`)
  const blog = `${base_url}${PATH}`

  function posts() {
    // most visitors never ask, and what is read takes memory
    texts ??= readContent().posts.filter(({ by, cohort }) => by === BLOG.by && cohort === BLOG.cohort)
    const written = texts
    return published.all(`${base_url}${FEED}`).map((post) => {
      const text = written.find(({ thing }) => linkOf(blog, thing) === post.link)
      return { ...post, html: htmlOf(text?.body ?? ''), tag: text ? tagOf(text.thing) : '' }
    })
  }

  const page = (title: string, main: string) =>
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="alternate" type="application/atom+xml" title="${title}" href="${FEED}">
</head><body><main>${main}</main></body></html>`

  return ({ url = '' }: IncomingMessage, res: ServerResponse): boolean => {
    const { pathname } = new URL(url, blog)
    if (!pathname.startsWith(PATH)) return false
    const all = posts()
    const one = all.find(({ link }) => new URL(link).pathname === pathname)
    if (pathname === FEED) send(res, 'application/atom+xml', feedOf(blog, all))
    else if (one) send(res, 'text/html', page(escapeHtml(one.title), `<h1>${escapeHtml(one.title)}</h1>${one.html}`))
    else if (pathname === PATH) {
      const list = all.map(
        ({ title, link }) => `<li><a href="${escapeHtml(link)}">${escapeHtml(title || link)}</a></li>`,
      )
      send(res, 'text/html', page(BLOG.title, `<h1>${BLOG.title}</h1><ul>${list.join('')}</ul>`))
    } else res.writeHead(404).end()
    return true
  }
}

function send(res: ServerResponse, type: string, text: string): void {
  res.writeHead(200, { 'Content-Type': `${type}; charset=utf-8` }).end(text)
}

function feedOf(blog: string, posts: (PublishedPost & { html: string; tag: string })[]): string {
  const entries = posts.map(
    ({
      title,
      link,
      published_at,
      html,
      tag,
    }) => `<entry><id>${escapeHtml(link)}</id><title>${escapeHtml(title)}</title>
<link href="${escapeHtml(link)}"/><published>${published_at}</published><updated>${published_at}</updated>
<category term="${escapeHtml(tag)}"/><content type="html">${escapeHtml(html)}</content></entry>`,
  )
  return `<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><id>${blog}</id>
<title>${BLOG.title}</title><link href="${blog}"/><updated>${posts[0]?.published_at ?? NEVER}</updated>
${entries.join('\n')}</feed>`
}

/** The tag by which a post is known to be about a thing. */
function tagOf(number: number): string {
  return `Thing ${number}`
}

function linkOf(blog: string, number: number): string {
  return `${blog}thing-${number}`
}

function htmlOf(body: string): string {
  return body
    .split(/\n\s*\n/)
    .map((words) => `<p>${words}</p>`)
    .join('')
}
