import { expect, test } from 'vitest'
import { testSite } from '../support/site.ts'
import { blogServer, type FeedPost, outsideCompletions, outsideIn, rssOf } from './blog.ts'

const FOLLOW = { extent: 'full', audience: 'cohort' }

async function siteWithBlog(posts: FeedPost[], now = '2026-04-15T07:00:00Z') {
  const blog = await blogServer()
  blog.feed = rssOf(posts)
  const site = await testSite({ now, fetch_allow: [blog.host] })
  const cast = site.cast()
  const follow = async (more: Record<string, string> = {}) => {
    await cast.learner.post('/cohorts/spring/blog/follow', {
      url: `${blog.url}/feed.xml`,
      title: 'Blog',
      ...FOLLOW,
      ...more,
    })
    await site.services.jobs.runDue()
  }
  const readAgain = async () => {
    site.clock.advance({ hours: 2 })
    await site.services.jobs.runDue()
  }
  return {
    blog,
    site,
    ...cast,
    follow,
    readAgain,
    [Symbol.dispose]() {
      site[Symbol.dispose]()
      blog[Symbol.dispose]()
    },
  }
}

const seven: FeedPost = {
  title: 'Thing 7: what I tried',
  link: 'https://amara.blog.example/7',
  guid: 'post-7',
  html: '<p>I tried it at the desk.</p>',
  date: 'Mon, 06 Apr 2026 10:00:00 GMT',
}

test('a pasted address leads to a followed blog, a completed thing and its badge', async () => {
  const posts: FeedPost[] = [
    {
      title: 'Thing 1: my own space',
      link: 'https://amara.blog.example/1',
      html: '<p>Begun.</p>',
      date: 'Tue, 03 Mar 2026 10:00:00 GMT',
    },
    {
      title: 'Safe and sound',
      tags: ['23mobilethings2'],
      link: 'https://amara.blog.example/2',
      html: '<p>Locks.</p>',
      date: 'Wed, 04 Mar 2026 10:00:00 GMT',
    },
    {
      title: 'The garden in March',
      link: 'https://amara.blog.example/garden',
      html: '<p>Peas.</p>',
      date: 'Thu, 05 Mar 2026 10:00:00 GMT',
    },
    {
      title: 'One thing seven of us did',
      link: 'https://amara.blog.example/q',
      html: '<p>Hm.</p>',
      date: 'Fri, 06 Mar 2026 10:00:00 GMT',
    },
  ]
  using here = await siteWithBlog([...posts].reverse())
  const { blog, site, learner, cohort } = here

  const found = await learner.post(cohort.at('/blog'), { address: blog.url })
  expect(found.status).toBe(200)
  const page = await found.text()
  for (const words of [
    "Amara's phone notes".replace("'", '&#39;'),
    'Thing 1: my own space',
    'Safe and sound',
    'The garden in March',
  ]) {
    expect(page).toContain(words)
  }
  expect(page).toMatch(/Perhaps 7 /)
  expect(outsideIn(site)).toEqual([])

  const url = /name="url" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const answer = await learner.post(cohort.at('/blog/follow'), { url, title: 'Notes', ...FOLLOW, once: 'a' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, cohort.at('/blog')])
  await site.services.jobs.runDue()

  expect(outsideIn(site).map(({ number, title, source_url }) => [number, title, source_url])).toEqual([
    [1, 'Thing 1: my own space', 'https://amara.blog.example/1'],
    [2, 'Safe and sound', 'https://amara.blog.example/2'],
  ])
  const map = await learner.read(cohort.at(''))
  expect(map.match(/data-state="done"/g)).toHaveLength(2)
  expect(await learner.read('/badges/first-reflection')).toContain('Amara Okonkwo')
  const [first] = outsideIn(site)
  const reflection = await here.peer.read(`/reflections/${first?.id}`)
  expect(reflection).toContain('<p dir="auto">Begun.</p>')
  expect(reflection).toContain('<link rel="canonical" href="https://amara.blog.example/1">')
  expect(reflection).toContain('Read the original')
  expect(reflection).not.toContain('/reflection"')

  const notices = await learner.read('/notices')
  expect(notices).toContain('One thing seven of us did')
  const blogPage = await learner.read(cohort.at('/blog'))
  expect(blogPage).toContain('One question about your posts')
  const item = /action="(\/cohorts\/spring\/blog\/posts\/\d+)"/.exec(blogPage)?.[1] ?? ''
  expect((await learner.post(item, { thing: '7', once: 'b' })).status).toBe(303)
  expect(outsideIn(site).map(({ number }) => number)).toEqual([1, 2, 7])
  expect((await learner.read(cohort.at(''))).match(/data-state="done"/g)).toHaveLength(3)
})

test('reading the same feed again adds nothing and sends a conditional request', async () => {
  using here = await siteWithBlog([seven])
  await here.follow()
  await here.readAgain()
  expect(outsideIn(here.site)).toHaveLength(1)
  expect(here.blog.requests.at(-1)).toMatchObject({ 'if-none-match': expect.stringMatching(/^"/) })
  expect(here.blog.requests.at(-1)?.['user-agent']).toContain('Twentythree')
  expect(here.blog.requests.at(-1)).not.toHaveProperty('cookie')
})

test.each([
  ['the guid', { guid: 'moved-7' }],
  ['the link', { link: 'https://elsewhere.example/7' }],
  ['guid and link', { guid: 'moved-7', link: 'https://elsewhere.example/7' }],
  ['the title', { title: 'Thing 7, again' }],
  [
    'what counts visitors in the link',
    { guid: 'x', link: 'https://amara.blog.example/7?utm_source=feed#top', title: 'Thing 7!' },
  ],
])('a post that has changed %s is the same post', async (_what, change) => {
  using here = await siteWithBlog([seven])
  await here.follow()
  here.blog.feed = rssOf([{ ...seven, ...change }], 'Moved')
  await here.readAgain()
  expect(outsideIn(here.site)).toHaveLength(1)
})

test('a post that is in a feed twice is ingested once', async () => {
  using here = await siteWithBlog([seven, seven, { ...seven, guid: 'other', link: 'https://amara.blog.example/copy' }])
  await here.follow()
  await here.readAgain()
  expect(outsideIn(here.site)).toHaveLength(1)
})

test('two posts of the same title, day and link stay two, and neither changes', async () => {
  const link = 'https://amara.blog.example/'
  const posts = [7, 8].map((number) => ({
    ...seven,
    title: 'Photo of the day',
    link,
    guid: `photo-${number}`,
    tags: [`thing ${number}`],
    html: `<p>Picture ${number}.</p>`,
  }))
  using here = await siteWithBlog(posts)
  await here.follow()
  for (const order of [posts.toReversed(), posts]) {
    here.blog.feed = rssOf(order, `Notes ${order[0]?.guid}`)
    await here.readAgain()
    const texts = outsideIn(here.site).map(({ number, html }) => [number, html])
    expect(texts.toSorted()).toEqual([
      [7, expect.stringContaining('Picture 7.')],
      [8, expect.stringContaining('Picture 8.')],
    ])
  }
  expect(here.site.db.prepare('SELECT count(*) FROM reflection WHERE edited_at IS NOT NULL').pluck().get()).toBe(0)
})

test('a blog that moves to https changes addresses, and no post counts as changed', async () => {
  const html = '<p>See <a href="http://amara.blog.example/map">the map</a>.</p>'
  const before = { ...seven, guid: 'http://amara.blog.example/?p=7', link: 'http://amara.blog.example/7', html }
  using here = await siteWithBlog([before])
  await here.follow()
  const secure = (text: string) => text.replaceAll('http://amara', 'https://amara')
  here.blog.feed = rssOf([{ ...before, guid: secure(before.guid), link: secure(before.link), html: secure(html) }])
  await here.readAgain()
  expect(outsideIn(here.site)).toMatchObject([{ source_url: 'https://amara.blog.example/7' }])
  expect(outsideIn(here.site)[0]?.html).toContain('href="https://amara.blog.example/map"')
  expect(await here.learner.read(`/reflections/${outsideIn(here.site)[0]?.id}`)).not.toContain('changed')
})

test('a post that was rendered by an earlier version is rendered anew, and does not count as changed', async () => {
  const pixel = '<img src="https://pixel.wp.com/b.gif?post=7" width="1" height="1">'
  using here = await siteWithBlog([{ ...seven, html: `<p>Words.</p>${pixel}` }])
  await here.follow()
  here.site.db.exec("UPDATE reflection SET renderer = 'outside-1', html = 'b.gif', body = 'b.gif'")
  here.site.db.exec("UPDATE feed_item SET hash = 'of before'")
  here.blog.feed = rssOf([{ ...seven, html: `<p>Words.</p>${pixel}` }], 'Again')
  await here.readAgain()
  expect(outsideIn(here.site)[0]?.html).toContain('Words.')
  expect(await here.learner.read(`/reflections/${outsideIn(here.site)[0]?.id}`)).not.toContain('changed')
})

test('posts without titles are named by their first words wherever they are listed', async () => {
  const words = '<p>Walked round with the map today and found the old bindery.</p>'
  const untitled: FeedPost[] = [
    { guid: 'u1', html: words, tags: ['thing7'], date: 'Mon, 06 Apr 2026 10:00:00 GMT' },
    { guid: 'u2', html: '<p>Notes app: fine. Thing 8 perhaps.</p>', date: 'Mon, 06 Apr 2026 11:00:00 GMT' },
  ]
  using here = await siteWithBlog(untitled)
  const found = await (await here.learner.post('/cohorts/spring/blog', { address: here.blog.url })).text()
  await here.follow()
  const blog = await here.learner.read('/cohorts/spring/blog')
  for (const page of [found, blog]) {
    expect(page).toContain('Walked round with the map today')
    expect(page).toContain('Notes app: fine.')
    expect(page).not.toContain('A post without a title')
  }
  expect(await here.learner.read('/notices')).toContain('Notes app: fine.')
  expect(outsideIn(here.site)[0]?.title).toContain('Walked round with the map today')
  here.blog.feed = rssOf(untitled, 'Again')
  await here.readAgain()
  expect(await here.learner.read(`/reflections/${outsideIn(here.site)[0]?.id}`)).not.toContain('changed')
})

test('a feed over 2 MB is read as far as it goes, and its owner is told', async () => {
  const long = Array.from({ length: 60 }, (_, at) => ({
    title: `Other post ${at}`,
    guid: `long-${at}`,
    html: 'é'.repeat(25_000),
    date: 'Sun, 05 Apr 2026 10:00:00 GMT',
  }))
  using here = await siteWithBlog([
    seven,
    ...long,
    { ...seven, title: 'Thing 8', guid: 'last', link: 'https://amara.blog.example/8' },
  ])
  const found = await here.learner.post('/cohorts/spring/blog', { address: here.blog.url })
  expect([found.status, await found.text()]).toEqual([200, expect.stringContaining('read only partly')])
  await here.follow()
  expect(outsideIn(here.site)).toMatchObject([{ number: 7 }])
  const page = await here.learner.read('/cohorts/spring/blog')
  expect(page).toContain('read only partly: the posts in the first 2 MB')
  expect(page).not.toContain('We could not read it')
})

test('posts of the same time stay in the order of the feed', async () => {
  const posts = ['Third', 'Second', 'First'].map((title) => ({
    ...seven,
    title,
    guid: title,
    link: `https://a.example/${title}`,
  }))
  using here = await siteWithBlog(posts)
  const found = await (await here.learner.post('/cohorts/spring/blog', { address: here.blog.url })).text()
  await here.follow()
  for (const page of [found, await here.learner.read('/cohorts/spring/blog')]) {
    const at = posts.map(({ title }) => page.indexOf(title))
    expect(at).toEqual(at.toSorted((one, other) => one - other))
  }
})

test('a post is updated when its original changes', async () => {
  using here = await siteWithBlog([seven])
  await here.follow()
  here.blog.feed = rssOf([{ ...seven, html: '<p>I tried it <b>twice</b>.</p>' }])
  await here.readAgain()
  expect(outsideIn(here.site)).toMatchObject([{ html: '<p dir="auto">I tried it <strong>twice</strong>.</p>' }])
  expect(await here.learner.read(`/reflections/${outsideIn(here.site)[0]?.id}`)).toContain('changed')
})

test('a deleted post is not ingested again, and its completion is removed', async () => {
  using here = await siteWithBlog([seven])
  await here.follow()
  await here.learner.post(`/reflections/${outsideIn(here.site)[0]?.id}/delete`)
  expect(outsideCompletions(here.site)).toBe(0)
  here.blog.feed = rssOf([{ ...seven, html: '<p>Changed.</p>' }])
  await here.readAgain()
  expect(outsideIn(here.site)).toEqual([])
  expect(await here.learner.read('/cohorts/spring/blog')).toContain('You deleted it here.')
})

test('a thing written about here and on the blog is completed once', async () => {
  using here = await siteWithBlog([seven])
  const hosted = here.site.reflection(here.learner, here.cohort, { number: 7 })
  await here.follow()
  expect(outsideIn(here.site)).toHaveLength(1)
  expect(outsideCompletions(here.site)).toBe(1)
  await here.learner.post(`/reflections/${hosted}/delete`)
  expect(outsideCompletions(here.site)).toBe(1)
  const thing = await here.learner.read('/cohorts/spring/things/7')
  expect(thing).toContain(`/reflections/${outsideIn(here.site)[0]?.id}`)
  await here.learner.post(`/reflections/${outsideIn(here.site)[0]?.id}/delete`)
  expect(outsideCompletions(here.site)).toBe(0)
})

test('a post about a thing that is not open yet waits until it opens', async () => {
  using here = await siteWithBlog([{ ...seven, title: 'Thing 20' }])
  await here.follow()
  expect(outsideIn(here.site)).toEqual([])
  expect(await here.learner.read('/cohorts/spring/blog')).toContain('it comes when the thing opens')
  here.site.clock.set('2026-06-30T07:00:00Z')
  await here.site.services.jobs.runDue()
  expect(outsideIn(here.site)).toMatchObject([{ number: 20 }])
})

test('posts from long before the course are ignored', async () => {
  using here = await siteWithBlog([{ ...seven, date: 'Mon, 06 Apr 2015 10:00:00 GMT' }])
  await here.follow()
  expect(outsideIn(here.site)).toEqual([])
  expect(await here.learner.read('/cohorts/spring/blog')).toContain('Not about a thing')
})

test('only the first three of many posts about one thing are ingested', async () => {
  const flood = Array.from({ length: 50 }, (_, at) => ({
    ...seven,
    title: `Thing 7, part ${at}`,
    guid: `g${at}`,
    link: `https://a.example/${at}`,
  }))
  using here = await siteWithBlog(flood)
  await here.follow()
  expect(outsideIn(here.site)).toHaveLength(3)
  expect(outsideCompletions(here.site)).toBe(1)
})

test('at most twenty posts at a time wait for a choice', async () => {
  const unsure = Array.from({ length: 60 }, (_, at) => ({
    ...seven,
    title: `${at}: one thing one did`,
    guid: `g${at}`,
    link: `https://a.example/${at}`,
  }))
  using here = await siteWithBlog(unsure)
  await here.follow()
  const asked = here.site.db.prepare("SELECT count(*) FROM feed_item WHERE state = 'asked'").pluck().get()
  expect(asked).toBe(20)
  expect(here.site.db.prepare("SELECT count(*) FROM notice WHERE kind = 'feed_unsure'").pluck().get()).toBe(1)
})

test('only the beginning is shown when the owner chooses excerpts', async () => {
  using here = await siteWithBlog([{ ...seven, html: `<p>Beginning. ${'word '.repeat(400)}</p><p>The end.</p>` }])
  await here.follow({ extent: 'excerpt' })
  const [short] = outsideIn(here.site)
  expect(short?.html).toMatch(/^<p dir="auto">Beginning\. .*…<\/p>$/)
  expect(short?.html.length).toBeLessThan(700)
  await here.learner.post('/cohorts/spring/blog/settings', { extent: 'full', audience: 'cohort' })
  here.site.clock.advance({ seconds: 1 })
  await here.site.services.jobs.runDue()
  expect(outsideIn(here.site)[0]?.html).toContain('The end.')
})

test('the chosen audience reads the posts, and a change also applies to existing ones', async () => {
  using here = await siteWithBlog([seven])
  await here.follow({ audience: 'me' })
  const address = `/reflections/${outsideIn(here.site)[0]?.id}`
  expect((await here.peer.get(address)).status).toBe(404)
  await here.learner.post('/cohorts/spring/blog/settings', { extent: 'full', audience: 'cohort' })
  expect((await here.peer.get(address)).status).toBe(200)
  expect((await here.guest.get(address)).status).toBe(404)
  await here.learner.post('/cohorts/spring/blog/settings', { extent: 'full', audience: 'guides' })
  expect((await here.peer.get(address)).status).toBe(404)
  expect((await here.guide.get(address)).status).toBe(200)
})

test.each(['world', 'pod'])('nobody chooses "%s" where that may not be chosen', async (audience) => {
  const blog = await blogServer()
  using site = await testSite({ now: '2026-04-15T07:00:00Z', fetch_allow: [blog.host] })
  const { learner } = site.cast({ joining: 'invitation' })
  const answer = await learner.post('/cohorts/spring/blog/follow', {
    url: `${blog.url}/feed.xml`,
    title: 'B',
    extent: 'full',
    audience,
  })
  expect(answer.status).toBe(422)
  expect(site.db.prepare('SELECT count(*) FROM feed').pluck().get()).toBe(0)
  blog[Symbol.dispose]()
})

test('stopping leaves the posts, or takes them and what they completed', async () => {
  using here = await siteWithBlog([seven])
  await here.follow()
  await here.learner.post('/cohorts/spring/blog/stop', { posts: 'stay' })
  here.blog.feed = rssOf([seven, { ...seven, title: 'Thing 8', guid: '8', link: 'https://amara.blog.example/8' }])
  await here.readAgain()
  expect(outsideIn(here.site)).toHaveLength(1)
  await here.learner.post('/cohorts/spring/blog/again')
  await here.site.services.jobs.runDue()
  expect(outsideIn(here.site)).toHaveLength(2)
  await here.learner.post('/cohorts/spring/blog/stop', { posts: 'go' })
  expect([outsideIn(here.site), outsideCompletions(here.site)]).toEqual([[], 0])
  await here.follow()
  expect(outsideIn(here.site)).toHaveLength(2)
})

test('a post about the wrong thing is moved, with its completion', async () => {
  using here = await siteWithBlog([seven])
  await here.follow()
  const id = here.site.db.prepare('SELECT id FROM feed_item').pluck().get()
  await here.learner.post(`/cohorts/spring/blog/posts/${id}`, { thing: '8' })
  expect(outsideIn(here.site)).toMatchObject([{ number: 8 }])
  expect(outsideCompletions(here.site)).toBe(1)
  await here.learner.post(`/cohorts/spring/blog/posts/${id}`, { thing: '0' })
  expect([outsideIn(here.site), outsideCompletions(here.site)]).toEqual([[], 0])
  here.blog.feed = rssOf([{ ...seven, html: 'Changed' }])
  await here.readAgain()
  expect(outsideIn(here.site)).toEqual([])
  await here.learner.post(`/cohorts/spring/blog/posts/${id}`, { thing: '7' })
  expect(outsideIn(here.site)).toMatchObject([{ number: 7 }])
})

test('a closed or unknown thing and a post of somebody else cannot be chosen', async () => {
  using here = await siteWithBlog([seven])
  await here.follow()
  const id = here.site.db.prepare('SELECT id FROM feed_item').pluck().get()
  const at = `/cohorts/spring/blog/posts/${id}`
  for (const thing of ['20', '99']) expect((await here.learner.post(at, { thing })).status).toBe(404)
  for (const thing of ['', 'x', '-1', '7.5']) expect((await here.learner.post(at, { thing })).status).toBe(422)
  expect((await here.peer.post(at, { thing: '8' })).status).toBe(404)
  expect(outsideIn(here.site)).toMatchObject([{ number: 7 }])
})

test('two people of a cohort cannot follow the same blog', async () => {
  using here = await siteWithBlog([seven])
  await here.follow()
  const answer = await here.peer.post('/cohorts/spring/blog/follow', {
    url: `${here.blog.url}/feed.xml`,
    title: 'B',
    ...FOLLOW,
  })
  expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('Somebody else in this cohort')])
})

test('the blog of a person who left is not read', async () => {
  using here = await siteWithBlog([seven])
  await here.follow()
  await here.learner.post('/cohorts/spring/leave', { posts: 'stay' })
  const before = here.blog.requests.length
  await here.readAgain()
  expect(here.blog.requests).toHaveLength(before)
})

test('a refused form stays as typed, with the problem beside the field', async () => {
  using here = await siteWithBlog([])
  const cases: [string, string][] = [
    ['', 'Please fill this in.'],
    ['http://127.0.0.1/', 'inside a private network'],
    ['http://10.1.2.3/feed', 'inside a private network'],
    ['http://localhost:1/', 'on the usual ports only'],
    ['ftp://blog.example/', 'It begins with https://'],
    ['https://me:secret@blog.example/', 'no name or password'],
    [`${here.blog.url}/nowhere`, 'There is no page at this address.'],
  ]
  for (const [address, words] of cases) {
    const answer = await here.learner.post('/cohorts/spring/blog', { address })
    const page = await answer.text()
    expect([address, answer.status]).toEqual([address, 422])
    expect(page).toContain(words)
    expect(page).toContain(`value="${address}"`)
  }
  expect(here.site.db.prepare('SELECT count(*) FROM feed').pluck().get()).toBe(0)
})

test('a person may look up ten addresses in fifteen minutes', async () => {
  using here = await siteWithBlog([])
  const look = () => here.learner.post('/cohorts/spring/blog', { address: 'http://127.0.0.1/' })
  for (let time = 0; time < 10; time++) expect((await look()).status).toBe(422)
  expect((await look()).status).toBe(429)
  expect((await here.peer.post('/cohorts/spring/blog', { address: 'http://127.0.0.1/' })).status).toBe(422)
  here.site.clock.advance({ minutes: 16 })
  expect((await look()).status).toBe(422)
})

test('organisers see the health of blogs and refresh one at most every ten minutes', async () => {
  using here = await siteWithBlog([seven])
  await here.follow()
  const at = '/admin/cohorts/spring/blogs'
  expect(await here.organiser.read(at)).toMatch(/Amara Okonkwo[\s\S]*Fine[\s\S]*1 seen, 1 here, 0 asked about/)
  const id = here.site.db.prepare('SELECT id FROM feed').pluck().get()
  const requests = () => here.blog.requests.length
  const before = requests()
  await here.organiser.post(`${at}/${id}/read`)
  await here.site.services.jobs.runDue()
  expect(requests()).toBe(before)
  here.site.clock.advance({ minutes: 11 })
  await here.organiser.post(`${at}/${id}/read`)
  await here.site.services.jobs.runDue()
  expect(requests()).toBe(before + 1)
  expect((await here.foreignOrganiser.post(`/admin/cohorts/elsewhere/blogs/${id}/read`)).status).toBe(404)
})

test('a failing blog is polled less often, then stopped, and its owner is notified', async () => {
  using here = await siteWithBlog([seven])
  await here.follow()
  here.blog.status = 500
  const before = here.blog.requests.length
  for (let hour = 0; hour < 24 * 9; hour++) {
    here.site.clock.advance({ hours: 1 })
    await here.site.services.jobs.runDue()
  }
  expect(here.blog.requests.length - before).toBe(10)
  expect(here.site.db.prepare('SELECT state, failures, problem FROM feed').get()).toEqual({
    state: 'off',
    failures: 10,
    problem: 'server',
  })
  expect(await here.learner.read('/notices')).toContain('Your blog could not be read')
  expect(await here.organiser.read('/admin/cohorts/spring/blogs')).toContain('No longer tried')
  expect(outsideIn(here.site)).toHaveLength(1)
  here.blog.status = 200
  await here.learner.post('/cohorts/spring/blog/again')
  await here.site.services.jobs.runDue()
  expect(here.site.db.prepare('SELECT state, failures, problem FROM feed').get()).toEqual({
    state: 'on',
    failures: 0,
    problem: null,
  })
})

test('a blog that answers 410 is not polled again', async () => {
  using here = await siteWithBlog([seven])
  await here.follow()
  here.blog.status = 410
  await here.readAgain()
  const before = here.blog.requests.length
  here.site.clock.advance({ hours: 100 })
  await here.site.services.jobs.runDue()
  expect(here.blog.requests).toHaveLength(before)
  expect(here.site.db.prepare('SELECT state, problem FROM feed').get()).toEqual({ state: 'off', problem: 'gone' })
})

test('Retry-After is respected', async () => {
  using here = await siteWithBlog([seven])
  await here.follow()
  here.blog.status = 429
  here.blog.headers = { 'Retry-After': String(48 * 3600) }
  await here.readAgain()
  const before = here.blog.requests.length
  here.site.clock.advance({ hours: 47 })
  await here.site.services.jobs.runDue()
  expect(here.blog.requests).toHaveLength(before)
  here.site.clock.advance({ hours: 12 })
  await here.site.services.jobs.runDue()
  expect(here.blog.requests).toHaveLength(before + 1)
})

test('markup of a blog is sanitised and loads nothing from elsewhere', async () => {
  const html =
    '<p onclick="x()">Hi<script>alert(1)</script><img src="https://tracker.example/p.gif" alt="A map"><a href="javascript:x()">j</a><a href="/about">about</a><iframe src="https://v.example/1"></iframe><img src="/images/1/480"></p><style>*{}</style><form action="/logout"><button>B</button></form><svg onload=x>'
  using here = await siteWithBlog([{ ...seven, title: 'Thing 7 <img src=x onerror=alert(1)>', html }])
  await here.follow()
  const [post] = outsideIn(here.site)
  expect(post?.html).not.toMatch(/<(?:img|script|style|iframe|form|button|svg)|on\w+=|javascript:/i)
  expect(post?.html).toContain('<a href="https://tracker.example/p.gif" rel="nofollow ugc noopener">A map</a>')
  expect(post?.html).toContain('<a href="https://amara.blog.example/about" rel="nofollow ugc noopener">about</a>')
  expect(post?.title).toBe('Thing 7')
})
