import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeCourse } from '../../../server/courses/format/course-files.ts'
import { rawZip } from '../../courses/raw-zip.ts'
import { serving } from '../../http-client/hostile.ts'
import { sendForm } from '../../images/photos.ts'
import { holdsWhile } from '../../support/event-loop-holds.ts'
import { courseOutline } from '../../support/fixtures/course-outline.ts'
import { type TestSite, testSite } from '../../support/site.ts'

// Of processor time, for one turn of the event loop. Each of these inputs took between 60 ms and 3 s of one turn before
// it went to a thread; now they take 2 to 30 ms, with the test's own reading and writing in the same turns.
const MOST = 60

const full = (text: string, size: number) => text.repeat(Math.ceil(size / text.length)).slice(0, size)
const pictures = (size: number) => full('![', size)
const square = full(`${'|a'.repeat(256)}|\n${'|-'.repeat(256)}|\n${'a\n'.repeat(256)}\n`, 40_000)
const distinct = (size: number, make: (at: number) => string) => {
  const parts: string[] = []
  for (let length = 0; length < size; length += parts.at(-1)?.length ?? 1) parts.push(make(parts.length))
  return parts.join('')
}
const rss = (inner: string) =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title>${inner}</channel></rss>`
const paragraphs = (seed: number) =>
  Array.from({ length: 195 }, (_, at) =>
    Array.from({ length: 100 }, (_, word) => 'abcdefgh'[(at * 31 + word * word * seed + (word >> 1) * at) % 8]).join(
      ' ',
    ),
  ).join('\n\n')

let site: TestSite
let cast: ReturnType<TestSite['cast']>
let blogs: Awaited<ReturnType<typeof serving>>
const feeds: Record<string, string> = {
  '/tags': rss(distinct(1_990_000, (at) => `<t${at}/>`)),
  '/posts': rss(
    `<item><title>Thing 1: bold</title><description><![CDATA[${full('<b>a', 200_000)}]]></description></item>`,
  ),
}

beforeAll(async () => {
  blogs = await serving((req, res) => {
    const body = feeds[req.url ?? '']
    res.writeHead(body ? 200 : 404, { 'Content-Type': 'application/rss+xml' }).end(body)
  })
  site = await testSite({ fetch_allow: [`blog.example:${blogs.port}`] })
  cast = site.cast()
  // whatever is loaded or compiled at its first use is
  await cast.learner.post('/preview', { body: pictures(3000) })
  await cast.learner.get('/search?q=word')
})
afterAll(async () => {
  await site[Symbol.asyncDispose]()
  blogs[Symbol.dispose]()
})

/** Makes ready what is needed, and returns what is watched. */
type Case = [name: string, ready: () => Act | Promise<Act>, expected: unknown]
type Act = () => Promise<unknown>

const at = (path: string) => cast.cohort.at(path)
const admin = (path: string) => `/admin${cast.cohort.at(path)}`
const statusOf = async (answer: Promise<Response>) => {
  const { status } = await answer
  return status
}

test.each<Case>([
  [
    'ten previews at once',
    () => () =>
      Promise.all(
        Array.from({ length: 10 }, () => statusOf(cast.learner.post('/preview', { body: pictures(40_000) }))),
      ),
    Array(10).fill(200),
  ],
  ['a preview of square tables', () => () => statusOf(cast.learner.post('/preview', { body: square })), 200],
  [
    'a reflection',
    () => () => statusOf(cast.learner.post(at('/things/1/reflection'), { intent: 'publish', body: pictures(40_000) })),
    303,
  ],
  [
    'five comments at once',
    () => {
      const id = site.reflection(cast.peer, cast.cohort)
      const write = () => statusOf(cast.learner.post(`/reflections/${id}/comments`, { body: pictures(10_000) }))
      return () => Promise.all(Array.from({ length: 5 }, write))
    },
    Array(5).fill(303),
  ],
  [
    'an announcement',
    () => () => statusOf(cast.organiser.post(admin('/announcements'), { title: 'News', body: pictures(20_000) })),
    303,
  ],
  [
    'a legal notice that is read for the first time',
    () => {
      site.db.prepare("INSERT INTO setting (name, value) VALUES ('imprint', ?)").run(pictures(20_000))
      site.services.settings.reload()
      return () => statusOf(cast.guest.get('/imprint'))
    },
    200,
  ],
  [
    'the preview of a course',
    () => () => statusOf(cast.author.post('/admin/courses/course-23/preview', { body: pictures(40_000) })),
    200,
  ],
  [
    'an earlier text of a course that is compared',
    () => {
      const { courses, courseAuthoring } = site.services
      const { id, slug } = courses.bySlug('course-23')!.things[1]!
      const { outline, revision } = courseAuthoring.thingText(id)!
      courseAuthoring.changeThing(id, { ...outline, body: paragraphs(1) }, { seen: revision, by: cast.author.id })
      courseAuthoring.changeThing(id, { ...outline, body: paragraphs(2) }, { seen: revision + 1, by: cast.author.id })
      return () => statusOf(cast.author.get(`/admin/courses/course-23/things/${slug}/revisions/${revision + 1}`))
    },
    200,
  ],
  [
    'a feed of distinct tags',
    () => async () => {
      const answer = await cast.learner.post(at('/blog'), { address: `http://blog.example:${blogs.port}/tags` })
      // a refusal says why on its page
      return answer.ok || (await answer.text())
    },
    true,
  ],
  [
    'a post of unclosed tags',
    () => {
      const enrolment = site.services.enrolments.find(cast.peer.id, cast.cohort.slug)!
      const url = `http://blog.example:${blogs.port}/posts`
      site.services.feeds.follow(enrolment, { url, site_url: null, title: 'Blog', extent: 'full', audience: 'cohort' })
      return async () => {
        await site.services.jobs.runDue()
        return site.services.feeds.ofEnrolment(enrolment.id)?.problem
      }
    },
    null,
  ],
  [
    'a list of people with 5,000 columns',
    () => {
      const bytes = Buffer.from(`email,name\n${`${'a,'.repeat(5000)}\n`.repeat(100)}`)
      return () => statusOf(sendForm(cast.organiser, admin('/import'), [['file', { bytes, name: 'a.csv' }]]))
    },
    303,
  ],
  [
    'pasted addresses',
    () => () => statusOf(cast.organiser.post(admin('/invitations'), { addresses: full('<@', 99_000) })),
    422,
  ],
  [
    'a search that finds long texts',
    () => {
      const body = `${full('a b ', 39_000)} lighthouse`
      for (let person = 0; person < 20; person += 1)
        site.reflection(cast.other.enrol(site.person()), cast.other, { body })
      return () => statusOf(cast.stranger.get('/search?q=lighthouse&kind=reflections'))
    },
    200,
  ],
  [
    'a course of 40 long things',
    () => {
      const outline = courseOutline({ slug: 'long', things: 40 })
      for (const [index, thing] of outline.things.entries()) thing.body = `${index} ${full('![a](b) *c* ', 8000)}`
      const bytes = rawZip([...writeCourse(outline)].map(([name, content]) => ({ name, content })))
      return async () => {
        const sent = await sendForm(cast.author, '/admin/courses/import', [['zip', { bytes, name: 'c.zip' }]])
        const address = sent.headers.get('location') ?? ''
        const looked = await cast.author.get(address)
        const taken = await cast.author.post(address, { into: 'itself', seen: '0' })
        return [sent.status, looked.status, taken.status]
      }
    },
    [303, 200, 303],
  ],
])('%s holds nobody else up', { timeout: 120_000 }, async (_, ready, expected) => {
  const act = await ready()
  let result: unknown
  const holds = await holdsWhile(site.guest(), async () => {
    result = await act()
  })
  expect(result).toEqual(expected)
  expect(holds.answered).toBeGreaterThan(0)
  expect(holds.longest).toBeLessThan(MOST)
})
