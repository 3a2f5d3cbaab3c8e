import { expect, test } from 'vitest'
import { photo, sendForm } from '../images/photos.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const NEW = {
  title: 'Knitting at work',
  summary: 'Wool and what to do with it.',
  set: 'First rows',
  language: 'en',
  licence: 'CC BY 4.0',
  weekday: 'monday',
  per_week: '2',
  catch_up_after: '',
}
const THING = { title: 'Cast on', short: 'Cast on', summary: 'Twenty loops.', set: 'first-rows', step: 'Find wool' }

function kinds(site: TestSite): { kind: string; detail: Record<string, unknown> }[] {
  const rows = site.db.prepare<[], { kind: string; detail: string }>('SELECT kind, detail FROM activity ORDER BY id')
  return rows.all().map(({ kind, detail }) => ({ kind, detail: JSON.parse(detail) }))
}

async function aboutForm(author: Actor, at: string): Promise<Record<string, string>> {
  const page = await author.read(`${at}/about`)
  const seen = /name="seen" value="([^"]*)"/.exec(page)?.[1]?.replaceAll('&quot;', '"') ?? ''
  return { ...NEW, catch_up_after: '7', credit_1_name: 'Amira', credit_1_part: 'Text', seen }
}

test('a new course has one set, an empty state, and a credit for its author', async () => {
  using site = await testSite()
  const { author, guest } = site.cast()
  expect(await author.read('/admin/courses')).toContain('href="/admin/courses/new"')
  const answer = await author.post('/admin/courses', { ...NEW, once: 'a' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/admin/courses/knitting-at-work'])
  await author.post('/admin/courses', { ...NEW, once: 'a' })
  expect(await author.read('/admin/courses/knitting-at-work')).toContain('href="/admin/courses/knitting-at-work/add"')
  const course = site.services.courses.bySlug('knitting-at-work')
  expect(course).toMatchObject({
    public: 0,
    things: [],
    rhythm: { weekday: 'monday', per_week: 2, catch_up_after: [] },
    credits: [{ name: 'Priya Nair', part: 'Text' }],
    sets: [{ slug: 'first-rows', title: 'First rows', hue: 'teal', position: 1 }],
  })
  expect(site.services.courses.bySlug('knitting-at-work-2')).toBeNull()
  expect((await guest.get('/courses/knitting-at-work')).status).toBe(404)
  expect(kinds(site).filter(({ kind }) => kind === 'course.made')).toHaveLength(1)
})

test('every course has a free slug that is not reserved', async () => {
  using site = await testSite()
  const { author } = site.cast()
  const made = async (title: string) =>
    (await author.post('/admin/courses', { ...NEW, title })).headers.get('location')?.split('/').at(-1)
  expect([await made('New'), await made('New'), await made('Import'), await made('Å'), await made('写')]).toEqual([
    'new-2',
    'new-3',
    'import-2',
    'a',
    'course',
  ])
})

test.each([
  ['title', ''],
  ['title', 'x'.repeat(201)],
  ['summary', 'x'.repeat(501)],
  ['language', 'not a language'],
  ['licence', ''],
  ['weekday', 'someday'],
  ['per_week', '8'],
  ['catch_up_after', 'seven'],
  ['set', ''],
])('a new course with an invalid %s is refused beside the field, with all that was typed', async (field, value) => {
  using site = await testSite()
  const { author } = site.cast()
  const answer = await author.post('/admin/courses', { ...NEW, [field]: value })
  const page = await answer.text()
  expect(answer.status).toBe(422)
  expect(page).toContain(`id="${field}-problem"`)
  expect(page).toContain(field === 'title' ? 'Wool and what to do with it.' : 'value="Knitting at work"')
  expect(site.services.courses.all()).toHaveLength(1)
})

test('an archived or empty course is not offered to new cohorts; running ones go on', async () => {
  using site = await testSite()
  const { admin, author, cohort, learner } = site.cast()
  await author.post('/admin/courses', NEW)
  expect(await admin.read('/admin/cohorts/new')).not.toContain('value="knitting-at-work"')
  const page = await author.read('/admin/courses/course-23/archive')
  expect(page).toContain('The 2 cohorts that run it')
  await author.post('/admin/courses/course-23/archive', { away: '1' })
  expect(await admin.read('/admin/cohorts/new')).not.toContain('value="course-23"')
  const plan = { title: 'X', starts_on: '2026-04-06', time_zone: 'UTC', per_week: '2', joining: 'code' }
  for (const course of ['course-23', 'knitting-at-work']) {
    expect((await admin.post('/admin/cohorts', { ...plan, course })).status).toBe(422)
  }
  expect((await learner.get(cohort.at('/things/1'))).status).toBe(200)
  expect((await author.post('/admin/courses/course-23/delete')).status).toBe(409)
  expect((await author.get('/admin/courses/course-23/delete')).status).toBe(409)
  await author.post('/admin/courses/course-23/archive', { away: '0' })
  expect(await admin.read('/admin/cohorts/new')).toContain('value="course-23"')
  expect((await author.post('/admin/courses/course-23/archive', { away: 'perhaps' })).status).toBe(422)
  expect(kinds(site).slice(-2)).toEqual([
    { kind: 'course.archived', detail: { archived: 1, archived_before: 0 } },
    { kind: 'course.taken_out_again', detail: { archived: 0, archived_before: 1 } },
  ])
})

test('only a course without things and cohorts can be deleted, and its id may be used again', async () => {
  using site = await testSite()
  const { author } = site.cast()
  await author.post('/admin/courses', NEW)
  expect(await author.read('/admin/courses/knitting-at-work')).toContain('Nothing is in it yet')
  expect((await author.get('/admin/courses/knitting-at-work/delete')).status).toBe(200)
  await author.post('/admin/courses/knitting-at-work/delete')
  expect(site.services.courses.bySlug('knitting-at-work')).toBeNull()
  await author.post('/admin/courses', { ...NEW, title: 'Weaving' })
  expect(await author.read('/admin/courses/weaving')).toContain('<h1>Weaving</h1>')
  await author.post('/admin/courses/weaving/things', { ...THING, hidden: '1' })
  expect((await author.post('/admin/courses/weaving/delete')).status).toBe(409)
})

test('a copy has everything under other slugs, keeps the credits and is not public', async () => {
  using site = await testSite()
  const { author, guest } = site.cast()
  const answer = await author.post('/admin/courses/course-23/copy', { title: '23 Things for Museums', once: 'c' })
  expect(answer.headers.get('location')).toBe('/admin/courses/23-things-for-museums')
  const [one, other] = ['course-23', '23-things-for-museums'].map((slug) =>
    site.services.courseTransfer.exportOutline(slug),
  )
  const { slug, title, badges, parents, ...rest } = other ?? {}
  expect([slug, title]).toEqual(['23-things-for-museums', '23 Things for Museums'])
  expect(parents).toMatchObject([{ slug: 'course-23', credits: one?.credits }])
  expect(rest).toEqual({
    ...Object.fromEntries(Object.entries(one ?? {}).filter(([key]) => !['slug', 'title', 'badges'].includes(key))),
  })
  expect(badges?.map((badge) => badge.slug)).toEqual(one?.badges.map((badge) => `${badge.slug}-2`))
  expect(badges?.map(({ rule }) => rule)).toEqual(one?.badges.map(({ rule }) => rule))
  expect((await guest.get('/courses/23-things-for-museums')).status).toBe(404)
  expect((await author.post('/admin/courses/course-23/copy', { title: '' })).status).toBe(422)
  expect((await author.post('/admin/courses/knitting/copy', { title: 'x' })).status).toBe(404)
})

test('an empty course can be copied, and both can get things', async () => {
  using site = await testSite()
  const { author } = site.cast()
  await author.post('/admin/courses', NEW)
  await author.post('/admin/courses/knitting-at-work/copy', { title: 'Copy' })
  expect((await author.post('/admin/courses/copy/things', THING)).headers.get('location')).toBe(
    '/admin/courses/copy/things/cast-on',
  )
  expect(site.services.courseTransfer.exportOutline('copy')?.things.map(({ slug }) => slug)).toEqual(['cast-on'])
})

test('changed facts of a course are on its page, in its folder, and in the log with the earlier values', async () => {
  using site = await testSite()
  const { author, guest } = site.cast()
  const at = '/admin/courses/course-23'
  const form = await aboutForm(author, at)
  const credits = { credit_2_name: 'Ben', credit_2_part: 'Pictures', credit_2_link: 'https://example.org/ben' }
  expect((await author.post(`${at}/about`, { ...form, ...credits, public: '1' })).status).toBe(303)
  const page = await guest.read('/courses/course-23')
  expect(page).toContain('Knitting at work')
  expect(page).toContain('href="https://example.org/ben"')
  expect(site.services.courseTransfer.exportOutline('course-23')).toMatchObject({
    title: 'Knitting at work',
    credits: [
      { name: 'Amira', part: 'Text' },
      { name: 'Ben', part: 'Pictures', link: 'https://example.org/ben' },
    ],
    rhythm: { weekday: 'monday', per_week: 2, catch_up_after: [7] },
  })
  expect(kinds(site).at(-1)).toEqual({
    kind: 'course.changed',
    detail: expect.objectContaining({ title: 'Knitting at work', title_before: '23 Mobile Things', credits: 2 }),
  })
  const again = await aboutForm(author, at)
  await author.post(`${at}/about`, again)
  expect((await guest.get('/courses/course-23')).status).toBe(404)
  expect(kinds(site).at(-1)?.detail).toEqual({ public: 0, public_before: 1, credits: 1, credits_before: 2 })
})

test.each([
  [{ credit_1_name: '' }, 'credit_1_name'],
  [{ credit_1_link: 'javascript:alert(1)' }, 'credit_1_link'],
  [{ credit_2_name: 'Ben' }, 'credit_2_part'],
  [{ language: 'x' }, 'language'],
  [{ catch_up_after: '0' }, 'catch_up_after'],
])('about: %o is refused beside the field', async (fields, field) => {
  using site = await testSite()
  const { author } = site.cast()
  const form = await aboutForm(author, '/admin/courses/course-23')
  const answer = await author.post('/admin/courses/course-23/about', { ...form, ...fields })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain(`id="${field}-problem"`)
})

test('the second of two authors who change facts sees the saved ones and loses nothing', async () => {
  using site = await testSite()
  const { admin, author } = site.cast()
  const at = '/admin/courses/course-23'
  const form = await aboutForm(author, at)
  await admin.post(`${at}/about`, { ...(await aboutForm(admin, at)), title: 'Hers', public: '1' })
  const answer = await author.post(`${at}/about`, { ...form, title: 'His' })
  const page = await answer.text()
  expect(answer.status).toBe(409)
  expect(page).toContain('Somebody changed this meanwhile')
  expect(page).toContain('Hers')
  expect(page).toContain('value="His"')
  const seen = /name="seen" value="([^"]*)"/.exec(page)?.[1]?.replaceAll('&quot;', '"') ?? ''
  expect((await author.post(`${at}/about`, { ...form, title: 'His', seen })).status).toBe(303)
  expect(site.services.courses.bySlug('course-23')?.title).toBe('His')
})

test("a change of a thing does not conflict with a change of the course's facts", async () => {
  using site = await testSite()
  const { admin, author } = site.cast()
  const at = '/admin/courses/course-23'
  const form = await aboutForm(author, at)
  await admin.post(`${at}/things/thing-1/hide`)
  expect((await author.post(`${at}/about`, form)).status).toBe(303)
})

test('markup in a title is shown as text', async () => {
  using site = await testSite()
  const { author } = site.cast()
  await author.post('/admin/courses', { ...NEW, title: '<script>alert(1)</script>', set: '"><img src=x>' })
  const slug = 'script-alert-1-script'
  for (const path of ['', '/order', '/sets', '/changes', '/about', '/copy', '/archive', '/delete', '/add']) {
    const page = await author.read(`/admin/courses/${slug}${path}`)
    expect(page).not.toContain('<script>alert')
    expect(page).not.toContain('<img src=x')
  }
})

test('the chosen cover is shown, exported and copied', async () => {
  using site = await testSite()
  const { author, guest } = site.cast()
  const at = '/admin/courses/course-23'
  const picture = { bytes: await photo({ width: 400, height: 300 }), name: 'Our garden.jpg' }
  const headers = { accept: 'application/json' }
  const sent = await sendForm(author, `${at}/pictures`, [['picture', picture]], headers)
  expect(await sent.json()).toEqual({ names: ['our-garden.webp'], problems: [] })
  const form = { ...(await aboutForm(author, at)), public: '1' }
  expect((await author.post(`${at}/about`, { ...form, cover: 'elsewhere.webp' })).status).toBe(422)
  expect((await author.post(`${at}/about`, { ...form, cover: 'our-garden.webp' })).status).toBe(303)
  expect(await guest.read('/courses/course-23')).toContain(
    'src="/courses/course-23/pictures/our-garden.webp" width="400"',
  )
  expect(site.services.courseTransfer.exportOutline('course-23')?.cover).toBe('our-garden.webp')
  await author.post(`${at}/copy`, { title: 'Copy' })
  expect(site.services.courses.bySlug('copy')?.cover_picture?.src).toBe('/courses/copy/pictures/our-garden.webp')
  expect((await author.post(`${at}/pictures/our-garden.webp/delete`)).status).toBe(409)
})
