import { serving } from '../http-client/hostile.ts'
import type { TestSite } from '../support/site.ts'

export interface FeedPost {
  title?: string
  link?: string
  guid?: string
  html?: string
  tags?: string[]
  date?: string
}

export function rssOf(posts: FeedPost[], title = "Amara's phone notes"): string {
  const items = posts.map(({ title, link, guid, html, tags = [], date }) => {
    const parts = [
      title === undefined ? '' : `<title>${escaped(title)}</title>`,
      link === undefined ? '' : `<link>${escaped(link)}</link>`,
      guid === undefined ? '' : `<guid isPermaLink="false">${escaped(guid)}</guid>`,
      html === undefined ? '' : `<description><![CDATA[${html}]]></description>`,
      date === undefined ? '' : `<pubDate>${date}</pubDate>`,
      ...tags.map((tag) => `<category>${escaped(tag)}</category>`),
    ]
    return `<item>${parts.join('')}</item>`
  })
  return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>${escaped(title)}</title><link>https://amara.blog.example/</link>${items.join('')}</channel></rss>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** A blog with one page and one feed, which tests change; it answers as a polite server does. */
export async function blogServer() {
  const blog = {
    feed: rssOf([]),
    status: 200,
    headers: {} as Record<string, string>,
    requests: [] as Record<string, unknown>[],
  }
  const server = await serving((req, res) => {
    blog.requests.push({ url: req.url, ...req.headers })
    if (req.url === '/') {
      res.setHeader('Content-Type', 'text/html')
      return res.end(
        '<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head></html>',
      )
    }
    if (req.url !== '/feed.xml') return res.writeHead(404).end()
    const etag = `"${blog.feed.length}"`
    const news = req.headers['if-none-match'] !== etag
    for (const [name, value] of Object.entries(blog.headers)) res.setHeader(name, value)
    res.writeHead(blog.status === 200 && !news ? 304 : blog.status, {
      ETag: etag,
      'Content-Type': 'application/rss+xml',
    })
    res.end(blog.status === 200 && news ? blog.feed : '')
  })
  return Object.assign(blog, server, { host: `blog.example:${server.port}`, url: `http://blog.example:${server.port}` })
}

/** The reflections that came from elsewhere. */
export function outsideIn(site: TestSite) {
  return site.db
    .prepare<
      [],
      {
        id: number
        thing_id: number
        title: string
        html: string
        audience: string
        source_url: string
        number: number
      }
    >(`
      SELECT reflection.id, reflection.thing_id, title, html, audience, source_url, calendar_entry.number
        FROM reflection
        JOIN calendar_entry ON calendar_entry.cohort_id = reflection.cohort_id AND calendar_entry.thing_id = reflection.thing_id
       WHERE source = 'outside' ORDER BY reflection.id`)
    .all()
}

export const outsideCompletions = (site: TestSite): number =>
  site.db.prepare<[], number>('SELECT count(*) FROM completion').pluck().get() ?? 0
