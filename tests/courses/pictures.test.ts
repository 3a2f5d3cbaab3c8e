import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { isSiteWebp } from '../../server/courses/pictures/webp-validation.ts'
import { flatPhoto, moving, photo, sendForm } from '../images/photos.ts'
import type { Browser } from '../support/http-client.ts'
import { type TestSite, testSite } from '../support/site.ts'

const AT = '/admin/courses/course-23/pictures'

function add(author: Browser, bytes: Uint8Array, name = 'Our garden.jpg'): Promise<Response> {
  return sendForm(author, AT, [['picture', { bytes, name }]])
}

function kept(site: TestSite): string[] {
  const folder = path.join(site.config.data_dir, 'uploads', 'courses')
  return existsSync(folder) ? readdirSync(folder).flatMap((two) => readdirSync(path.join(folder, two))) : []
}

function show(site: TestSite, by: number, body: string): void {
  const { courses, courseAuthoring } = site.services
  const id = courses.bySlug('course-23')?.things[0]?.id ?? 0
  const { outline, revision } = courseAuthoring.thingText(id)!
  courseAuthoring.changeThing(id, { ...outline, body }, { seen: revision, by })
}

test('a photo becomes a WebP of at most 1600 pixels without metadata, named after the file', async () => {
  using site = await testSite()
  const { author } = site.cast()
  expect((await add(author, await photo({ width: 2400, height: 1200, gps: true }))).status).toBe(303)
  const answer = await author.get('/courses/course-23/pictures/our-garden.webp')
  const bytes = Buffer.from(await answer.arrayBuffer())
  expect(answer.headers.get('content-type')).toBe('image/webp')
  expect(isSiteWebp(bytes)).toBe(true)
  expect(bytes.includes('secret-marker')).toBe(false)
  const { width, height, exif } = await sharp(bytes).metadata()
  expect([width, height, exif]).toEqual([1600, 800, undefined])
  expect(kept(site)).toHaveLength(1)
})

test('a picture is served as image/webp only', async () => {
  using site = await testSite()
  const { author } = site.cast()
  await add(author, await flatPhoto())
  const answer = await author.get('/courses/course-23/pictures/our-garden.webp')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(answer.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
  const again = await author.get('/courses/course-23/pictures/our-garden.webp', {
    'if-none-match': answer.headers.get('etag') ?? '',
  })
  expect(again.status).toBe(304)
})

test('the same photo is stored once, another one with that name gets a number', async () => {
  using site = await testSite()
  const { author } = site.cast()
  const one = await flatPhoto()
  await add(author, one)
  await add(author, one, 'again.jpg')
  await add(author, await photo({ width: 300 }))
  const id = site.services.courses.bySlug('course-23')?.id ?? 0
  const names = site.services.coursePictures.list(id).map(({ name }) => name)
  expect(names).toEqual(['our-garden-2.webp', 'our-garden.webp'])
})

test('files that are no still picture are refused with an explanation, and nothing is stored', async () => {
  using site = await testSite()
  const { author } = site.cast()
  for (const [bytes, words] of [
    [Buffer.from('<svg/>'), 'SVG'],
    [Buffer.from('MZ'), 'is not a picture'],
    [await moving(), 'moves'],
  ] as const) {
    const answer = await add(author, bytes)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(words)
  }
  expect(kept(site)).toEqual([])
})

test('a text shows the pictures of its course with their size; a missing one is its alternative text', async () => {
  using site = await testSite()
  const { author, guest } = site.cast()
  await add(author, await photo({ width: 1200, height: 900 }))
  show(site, author.id, 'Look:\n\n![The "old" tree](pictures/our-garden.webp) ![no tree](pictures/gone.webp)')
  const page = await (await guest.get('/courses/course-23/things/1')).text()
  expect(page).toContain(
    '<img src="/courses/course-23/pictures/our-garden.webp" width="1200" height="900" alt="The &quot;old&quot; tree"',
  )
  expect(page).toContain('no tree')
  expect(page).not.toContain('gone.webp')
})

test('the preview of the editor shows pictures', async () => {
  using site = await testSite()
  const { author } = site.cast()
  await add(author, await flatPhoto())
  const course = site.services.courses.bySlug('course-23')!
  const html = await site.services.courseMarkdown.preview(course, '![](pictures/our-garden.webp)')
  expect(html).toContain('src="/courses/course-23/pictures/our-garden.webp"')
})

test('a reflection cannot show pictures of a course', async () => {
  using site = await testSite()
  const { author, learner, cohort } = site.cast()
  await add(author, await flatPhoto())
  const id = site.reflection(learner, cohort, { body: 'See ![our tree](pictures/our-garden.webp) there.' })
  const page = await (await learner.get(`/reflections/${id}`)).text()
  expect(page).toContain('See our tree there.')
  expect(page).not.toContain('our-garden.webp')
})

test('pictures of a course for members are shown to learners and authors only', async () => {
  using site = await testSite()
  const { author, learner, guest } = site.cast()
  const stranger = site.person()
  await add(author, await flatPhoto())
  site.db.exec('UPDATE course SET public = 0')
  const address = '/courses/course-23/pictures/our-garden.webp'
  const statuses = await Promise.all(
    [guest, stranger, learner, author].map(async (who) => (await who.get(address)).status),
  )
  expect(statuses).toEqual([404, 404, 200, 200])
})

test('pictures are not cached publicly where guests cannot read', async () => {
  using site = await testSite()
  const { author, learner, guest } = site.cast()
  await add(author, await flatPhoto())
  site.db.exec('UPDATE course SET public = 1')
  const address = '/courses/course-23/pictures/our-garden.webp'
  expect((await guest.get(address)).headers.get('cache-control')).toContain('public')
  site.services.settings.set('guests_read', '0')
  expect((await guest.get(address)).status).toBe(404)
  const answer = await learner.get(address)
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-cache'])
})

test('a picture can be removed only when no text and no draft shows it', async () => {
  using site = await testSite()
  const { author } = site.cast()
  await add(author, await flatPhoto())
  show(site, author.id, '![](pictures/our-garden.webp)')
  const refused = await author.post(`${AT}/our-garden.webp/delete`)
  expect(refused.status).toBe(409)
  expect(await refused.text()).toContain('A text still shows this picture')
  show(site, author.id, 'Nothing to see.')
  expect((await author.post(`${AT}/our-garden.webp/delete`)).status).toBe(303)
  expect(kept(site)).toEqual([])
  expect((await author.get('/courses/course-23/pictures/our-garden.webp')).status).toBe(404)
})

test('the pictures page and its actions are for authors', async () => {
  using site = await testSite()
  const { learner, organiser, author } = site.cast()
  await add(author, await flatPhoto())
  for (const who of [learner, organiser]) {
    expect((await who.get(AT)).status).toBe(403)
    expect((await add(who, await flatPhoto())).status).toBe(403)
    expect((await who.post(`${AT}/our-garden.webp/delete`)).status).toBe(403)
  }
})
