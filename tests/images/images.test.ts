import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, type TestSite, testSite } from '../support/site.ts'
import { addPicture, bytesOf, flatPhoto, type Part, photo, sendForm, sendPictures } from './photos.ts'

const uploads = (site: TestSite) => path.join(site.config.data_dir, 'uploads')

/** The folders of pictures, without what is on its way. */
function kept(site: TestSite): string[] {
  const folder = uploads(site)
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => name !== 'incoming')
  return names.flatMap((name) => readdirSync(path.join(folder, name)))
}

const onItsWay = (site: TestSite) => readdirSync(path.join(uploads(site), 'incoming'))

test('the name of a file keeps emoji of several code points, and loses what nobody sees', async () => {
  using site = await testSite()
  const { learner } = site.cast()
  const parts = [
    'Crew \u{1f469}\u200d\u{1f680}\u{1f3f3}\ufe0f\u200d\u{1f308}.jpg',
    '\u202egnp\u202c\u200b.jpg',
    `${'x'.repeat(119)}\u{1f469}.jpg`,
  ]
  const sent = parts.map((name): Part => ['picture', { bytes: Buffer.from('no picture'), name }])
  const answer = await sendForm(learner, '/images', sent, { accept: 'application/json' })
  const { problems } = (await answer.json()) as { problems: { name: string }[] }
  expect(problems.map(({ name }) => name)).toEqual([parts[0], 'gnp.jpg', 'x'.repeat(119)])
})

test('several pictures are added at once, each with its Markdown; other files are reported', async () => {
  using site = await testSite()
  const { learner } = site.cast()
  const sent = await sendPictures(learner, await photo(), Buffer.from('<svg/>'), await photo({ width: 50, height: 20 }))
  expect(sent.status).toBe(200)
  expect(sent.images.map(({ name, width, height }) => [name, width, height])).toEqual([
    ['IMG_1.jpg', 1200, 900],
    ['IMG_3.jpg', 50, 20],
  ])
  for (const { id, markdown } of sent.images) expect(markdown).toBe(`![](/images/${id})`)
  expect(sent.problems.map(({ name, why }) => [name, why])).toEqual([['IMG_2.jpg', 'svg']])
  expect(sent.problems[0]?.problem).toContain('“IMG_2.jpg” is a drawing')
  expect(onItsWay(site)).toEqual([])
})

test('where nothing could be added the answer says so', async () => {
  using site = await testSite()
  const { learner } = site.cast()
  const { status, images, problems } = await sendPictures(learner, Buffer.from('<html>'))
  expect([status, images, problems.length]).toEqual([422, [], 1])
  expect(kept(site)).toEqual([])
})

test('a file of more than 15 MB is refused with a sentence, the others are taken', async () => {
  using site = await testSite()
  const { learner } = site.cast()
  const { images, problems } = await sendPictures(learner, Buffer.alloc(15_000_001, 7), await flatPhoto())
  expect(images).toHaveLength(1)
  expect(problems[0]).toMatchObject({ why: 'too_big' })
})

test('of more than twelve the first twelve are taken', async () => {
  using site = await testSite()
  const { learner } = site.cast()
  const all = await Promise.all(Array.from({ length: 13 }, (_, index) => photo({ width: 20 + index, height: 20 })))
  const { images, problems } = await sendPictures(learner, ...all)
  expect(images).toHaveLength(12)
  expect(problems.map(({ why }) => why)).toEqual(['too_many'])
})

test('a broken form is refused, and leaves nothing behind', async () => {
  using site = await testSite()
  const { learner } = site.cast()
  const type = { 'content-type': 'multipart/form-data; boundary=x', accept: 'application/json' }
  const head = '--x\r\nContent-Disposition: form-data; name="picture"; filename="a.jpg"\r\n\r\n'
  expect((await learner.postRaw('/images', `${head}abc`, type)).status).toBe(400)
  expect((await learner.postRaw('/images', 'nothing', { ...type, 'content-type': 'multipart/form-data' })).status).toBe(
    400,
  )
  const nested = '--x\r\nContent-Disposition: form-data; name="a[b][c]"\r\n\r\n1\r\n--x--\r\n'
  expect((await learner.postRaw('/images', nested, type)).status).toBe(400)
  expect(onItsWay(site)).toEqual([])
})

test.each(['../../../etc/passwd', '..\\..\\x.jpg', '/images/1', `${'x'.repeat(5000)}.jpg`, '"><b>.jpg', 'con'])(
  'a file may be called %j: no path is made of it',
  async (name) => {
    using site = await testSite()
    const { learner } = site.cast()
    const bytes = await photo({ width: 30, height: 30 })
    const answer = await sendForm(learner, '/images', [['picture', { bytes, name }]], { accept: 'application/json' })
    expect(answer.status).toBe(200)
    expect(kept(site)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
  },
)

test('a file uploaded twice is one picture and counts once against the quota', async () => {
  using site = await testSite()
  const { learner, peer } = site.cast()
  const bytes = await flatPhoto()
  const one = await addPicture(learner, bytes)
  expect((await addPicture(learner, bytes)).id).toBe(one.id)
  expect((await addPicture(peer, bytes)).id).not.toBe(one.id)
  expect(kept(site)).toHaveLength(1)
})

test('a person without storage left is told so, others are not', async () => {
  using site = await testSite()
  const { learner, peer } = site.cast()
  site.services.settings.set('upload_quota_mb', '1')
  const all = await Promise.all([0, 1, 2].map((index) => photo({ width: 1200 + index, height: 900 })))
  const { images, problems } = await sendPictures(learner, ...all)
  expect(images.length).toBeGreaterThan(0)
  expect(problems.map(({ why }) => why)).toContain('quota')
  expect(problems[0]?.problem).toContain('used up their room')
  expect(
    site.db.prepare('SELECT max(total) FROM (SELECT sum(bytes) AS total FROM image)').pluck().get(),
  ).toBeLessThanOrEqual(1_000_000)
  await addPicture(peer, all[0])
})

test('an admin sets the storage quota of each person', async () => {
  using site = await testSite()
  const { admin, learner } = site.cast()
  await addPicture(learner)
  expect(await admin.read('/admin/pictures')).toContain('One picture, 1 MB, of one person.')
  for (const quota of ['', '0', '-1', '1.5', 'many', '1000000']) {
    const refused = await admin.post('/admin/pictures', { quota })
    expect([quota, refused.status]).toEqual([quota, 422])
  }
  expect((await admin.post('/admin/pictures', { quota: '50' })).status).toBe(303)
  expect(await admin.read('/admin/pictures')).toContain('value="50"')
  expect((await learner.get('/admin/pictures')).status).toBe(403)
})

test('guests add nothing', async () => {
  using site = await testSite()
  const { guest } = site.cast()
  const bytes = await photo({ width: 20, height: 20 })
  expect((await sendForm(guest, '/images', [['picture', { bytes, name: 'a.jpg' }]])).status).toBe(403)
  expect(kept(site)).toEqual([])
})

test('browsers that accept WebP get it, others a JPEG, and the response varies by Accept', async () => {
  using site = await testSite()
  const { learner } = site.cast()
  const { id } = await addPicture(learner)
  const webp = await learner.get(`/images/${id}/960`, { accept: 'image/avif,image/webp,*/*;q=0.8' })
  const jpeg = await learner.get(`/images/${id}/960`, { accept: 'image/png,image/*;q=0.8,*/*;q=0.5' })
  expect([webp.headers.get('content-type'), jpeg.headers.get('content-type')]).toEqual(['image/webp', 'image/jpeg'])
  expect(webp.headers.get('vary')).toContain('Accept')
  expect((await sharp(await bytesOf(jpeg)).metadata()).width).toBe(960)
})

describe('the addresses of a small picture', () => {
  let site: TestSite
  let learner: Actor
  let id = 0
  beforeAll(async () => {
    site = await testSite()
    learner = site.cast().learner
    id = (await addPicture(learner, await photo({ width: 100, height: 50 }))).id
  })
  afterAll(() => site[Symbol.asyncDispose]())

  test.each(['480', '960', '1600'])('the one that ends in %s works too', async (width) => {
    const answer = await learner.get(`/images/${id}/${width}`)
    expect((await sharp(await bytesOf(answer)).metadata()).width).toBe(100)
  })

  test.each([
    '/images/1/481',
    '/images/1/0480',
    '/images/1/4800',
    '/images/2/480',
    '/images/0/480',
    '/images/-1/480',
    '/images/1/480.webp',
    '/images/1e0/480',
    '/images/1/..%2f..',
  ])('there is nothing at %s', async (address) => {
    expect(id).toBe(1)
    expect((await learner.get(address)).status).toBe(404)
  })
})

test('a picture is sent as nothing but a picture', async () => {
  using site = await testSite()
  const { learner } = site.cast()
  const { id } = await addPicture(learner)
  const { headers } = await learner.get(`/images/${id}/480`)
  expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('content-disposition')).toBe(`inline; filename="picture-${id}.jpeg"`)
})

test('a picture that is not public is not cached by proxies and is revalidated without being sent again', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const { id } = await addPicture(learner)
  site.reflection(learner, cohort, { body: `![](/images/${id})`, audience: 'cohort' })
  const first = await peer.get(`/images/${id}/480`)
  expect(first.headers.get('cache-control')).toBe('private, no-cache')
  expect(first.headers.get('vary')).toContain('Cookie')
  const etag = first.headers.get('etag') ?? ''
  const again = await peer.get(`/images/${id}/480`, { 'if-none-match': etag })
  expect([again.status, await again.text()]).toEqual([304, ''])
  expect((await peer.get(`/images/${id}/960`, { 'if-none-match': etag })).status).toBe(200)
  expect((await peer.get(`/images/${id}/480`, { 'if-none-match': etag, accept: 'image/webp' })).status).toBe(200)
})

test('a public picture is cached for five minutes', async () => {
  using site = await testSite()
  const { cohort, guest, learner } = site.cast()
  const { id } = await addPicture(learner)
  site.reflection(learner, cohort, { body: `![](/images/${id})`, audience: 'world' })
  const { headers } = await guest.get(`/images/${id}/480`)
  expect(headers.get('cache-control')).toBe('public, max-age=300')
  expect(headers.get('vary')).toBe('Accept')
})

test('a picture in no text for a week is deleted with its files; one in a reflection or draft stays', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  const all = await Promise.all([0, 1, 2].map((index) => photo({ width: 20 + index, height: 20 })))
  const { images } = await sendPictures(learner, ...all)
  const [used, drafted, unused] = images.map(({ id }) => id)
  site.reflection(learner, cohort, { body: `![](/images/${used})` })
  const draft = { body: `![](/images/${drafted})`, intent: 'draft', version: '' }
  expect((await learner.post(cohort.at('/things/2/reflection'), draft)).status).toBe(303)
  site.clock.advance({ hours: 24 * 6 })
  await site.services.jobs.runDue()
  expect(kept(site)).toHaveLength(3)
  site.clock.advance({ hours: 25 })
  await site.services.jobs.runDue()
  expect(kept(site)).toHaveLength(2)
  expect((await learner.get(`/images/${unused}/480`)).status).toBe(404)
  for (const id of [used, drafted]) expect((await learner.get(`/images/${id}/480`)).status).toBe(200)
})

test('a picture that is taken out of a text waits a week too', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  const { id } = await addPicture(learner)
  const reflection = site.reflection(learner, cohort, { body: `![](/images/${id})` })
  site.clock.advance({ hours: 24 * 20 })
  await site.services.jobs.runDue()
  await learner.post(`/reflections/${reflection}/delete`)
  site.clock.advance({ hours: 24 })
  await site.services.jobs.runDue()
  site.clock.advance({ hours: 24 * 6 })
  await site.services.jobs.runDue()
  expect(kept(site)).toHaveLength(1)
  site.clock.advance({ hours: 48 })
  await site.services.jobs.runDue()
  expect(kept(site)).toEqual([])
})

test('files that two people share stay as long as one of them needs them', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const bytes = await flatPhoto()
  const mine = await addPicture(learner, bytes)
  await addPicture(peer, bytes)
  site.reflection(learner, cohort, { body: `![](/images/${mine.id})` })
  site.clock.advance({ hours: 24 * 9 })
  await site.services.jobs.runDue()
  expect(site.db.prepare('SELECT count(*) FROM image').pluck().get()).toBe(1)
  expect((await learner.get(`/images/${mine.id}/480`)).status).toBe(200)
})

test('the pictures of a deleted account are deleted', async () => {
  using site = await testSite()
  const { learner } = site.cast()
  await addPicture(learner)
  site.db.prepare('DELETE FROM person WHERE id = ?').run(learner.id)
  await site.services.jobs.runDue()
  expect(kept(site)).toEqual([])
})

test('temporary files left by a crash are deleted after a day', async () => {
  using site = await testSite()
  const folder = path.join(uploads(site), 'incoming')
  mkdirSync(folder, { recursive: true })
  const yesterday = site.clock.now().epochMilliseconds / 1000 - 25 * 3600
  for (const name of ['old', 'new']) writeFileSync(path.join(folder, name), 'half a picture')
  utimesSync(path.join(folder, 'old'), yesterday, yesterday)
  await site.services.jobs.runDue()
  expect(onItsWay(site)).toEqual(['new'])
})

test('where the disk refuses writes, nothing is added and the response says so', async () => {
  using site = await testSite()
  const { learner } = site.cast()
  mkdirSync(site.config.data_dir, { recursive: true })
  writeFileSync(uploads(site), 'a file where the folder should be')
  const { status, problems } = await sendPictures(learner, await flatPhoto(), await photo({ width: 30, height: 30 }))
  expect([status, problems.map(({ why }) => why)]).toEqual([507, ['not_kept', 'not_kept']])
  expect(site.db.prepare('SELECT count(*) FROM image').pluck().get()).toBe(0)
  rmSync(uploads(site))
  await addPicture(learner)
})

test('where the finished files cannot be moved to their place there is no row, and no half picture', async () => {
  using site = await testSite()
  const { learner } = site.cast()
  const bytes = await flatPhoto()
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))).toString('hex')
  mkdirSync(uploads(site), { recursive: true })
  writeFileSync(path.join(uploads(site), hash.slice(0, 2)), 'in the way')
  const { status } = await sendPictures(learner, bytes)
  expect([status, onItsWay(site)]).toEqual([507, []])
  expect(site.db.prepare('SELECT count(*) FROM image').pluck().get()).toBe(0)
})

test('a picture is read with two statements', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const { id } = await addPicture(learner)
  for (const number of [1, 2]) site.reflection(learner, cohort, { number, body: `![](/images/${id})` })
  await peer.get(`/images/${id}/480`)
  expect(await site.statements(() => peer.get(`/images/${id}/480`))).toHaveLength(2)
})
