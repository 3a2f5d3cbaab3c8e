import type { RequestListener } from 'node:http'
import { serving } from '../http-client/hostile.ts'
import { rssOf } from './blog.ts'

/** Many blogs on one loopback port, told apart by their names; counts who asks at the same time. */
export async function manyBlogs(
  count: number,
  {
    posts = 20,
    wait = 20,
    hostile = {},
    on,
  }: { posts?: number; wait?: number; hostile?: Record<number, RequestListener>; on?: string } = {},
) {
  const seen = { most: 0, most_of_a_host: 0, requests: 0 }
  const asking = new Map<string, number>()
  let running = 0
  const server = await serving((req, res) => {
    const host = String(req.headers.host)
    const number = Number(/^blog-(\d+)\./.exec(host)?.[1] ?? host.replaceAll(/\D/g, ''))
    running += 1
    seen.requests += 1
    asking.set(host, (asking.get(host) ?? 0) + 1)
    seen.most = Math.max(seen.most, running)
    seen.most_of_a_host = Math.max(seen.most_of_a_host, asking.get(host) ?? 0)
    res.on('close', () => {
      running -= 1
      asking.set(host, (asking.get(host) ?? 1) - 1)
    })
    const answer = hostile[number] ?? ((_req, res) => setTimeout(() => res.end(feedOf(number, posts)), wait))
    answer(req, res)
  }, on)
  const hosts = Array.from({ length: count }, (_, number) => `blog-${number}.example:${server.port}`)
  return Object.assign(server, { seen, hosts })
}

/** A feed as large as those of real blogs: some words, two pictures and links in each post. */
function feedOf(blog: number, posts: number): string {
  const paragraph = `<p>${'I tried it at the desk, between two questions about the printer. '.repeat(8)}<a href="/about">More</a></p>`
  return rssOf(
    Array.from({ length: posts }, (_, at) => ({
      title: at < 5 ? `Thing ${at + 1}: what I tried` : `Post ${at} about something else`,
      guid: `${blog}-${at}`,
      link: `https://blog-${blog}.example/${at}`,
      html: `<h2>${at}</h2>${paragraph.repeat(4)}<img src="/a.jpg" alt="A map"><img src="/b.jpg">`,
      date: new Date(Date.UTC(2026, 2, 3 + at)).toUTCString(),
    })),
  )
}
