import sharp from 'sharp'
import { afterEach, expect, test } from 'vitest'
import { photo, sendForm } from '../images/photos.ts'
import { badgeWith } from '../support/fixtures/badge.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const AT = '/admin/courses/course-23/badges/night-owl'
let site: TestSite
afterEach(() => site[Symbol.dispose]())

async function scene() {
  site = await testSite({ now: '2026-04-15T07:00:00Z' })
  const cast = site.cast()
  badgeWith(site, { kind: 'first-reflection' })
  return cast
}

const send = (author: Actor, bytes: Uint8Array, name = 'owl.png') =>
  sendForm(author, `${AT}/picture`, [['picture', { bytes, name }]])
const badge = () => site.services.badgeEditing.find(1, 'night-owl')
const red = () =>
  sharp({ create: { width: 300, height: 300, channels: 3, background: '#e00000' } })
    .png()
    .toBuffer()

test('a picture is drawn anew, shown on pages, baked into files, and makes a version', async () => {
  const { author, learner, cohort, guest } = await scene()
  expect((await send(author, await red())).status).toBe(303)
  const { picture, version } = badge() ?? {}
  expect([version, picture]).toEqual([2, expect.stringMatching(/^[0-9a-f]{64}$/)])
  const answer = await guest.get(`/badge-pictures/${picture}.jpg`)
  expect(answer.headers.get('content-type')).toBe('image/jpeg')
  expect((await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).format).toBe('jpeg')
  site.reflection(learner, cohort)
  expect(await learner.read('/badges/night-owl')).toContain(`/badge-pictures/${picture}.jpg`)
  const id = site.db
    .prepare<[], string>("SELECT award.id FROM award JOIN badge ON badge.id = badge_id WHERE slug = 'night-owl'")
    .pluck()
    .get()
  expect(await learner.read(`/awards/${id}`)).toContain(`/badge-pictures/${picture}.jpg`)
  expect(await learner.read(`/awards/${id}/badge.svg`)).toContain('data:image/jpeg;base64,')
  const png = Buffer.from(await (await learner.get(`/awards/${id}/badge.png`)).arrayBuffer())
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
  const middle = (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * info.channels
  expect(data[middle]).toBeGreaterThan(200)
  expect(data[middle + 1]).toBeLessThan(40)

  await author.post(`${AT}/picture/remove`)
  expect(badge()).toMatchObject({ picture: null, version: 3 })
  expect(await learner.read(`/awards/${id}`)).toContain(`/badge-pictures/${picture}.jpg`)
  expect((await guest.get(`/badge-pictures/${picture}.jpg`)).status).toBe(200)
})

test('metadata of the camera is removed', async () => {
  const { author, guest } = await scene()
  await send(author, await photo(), 'photo.jpg')
  const bytes = Buffer.from(await (await guest.get(`/badge-pictures/${badge()?.picture}.jpg`)).arrayBuffer())
  expect((await sharp(bytes).metadata()).exif).toBeUndefined()
})

test('the same picture again changes nothing; a deleted badge takes its pictures along', async () => {
  const { author } = await scene()
  await send(author, await red())
  await send(author, await red())
  expect(badge()?.version).toBe(2)
  await author.post(`${AT}/delete`)
  expect(site.db.prepare('SELECT count(*) FROM badge_picture').pluck().get()).toBe(0)
})

test('a file that is no picture is refused beside the field', async () => {
  const { author } = await scene()
  for (const bytes of [Buffer.from('no picture'), Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')]) {
    const answer = await send(author, bytes)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('picture-problem')
  }
  expect(badge()).toMatchObject({ picture: null, version: 1 })
})

test('only authors upload pictures, and unknown addresses are not found', async () => {
  const { learner, guest } = await scene()
  expect((await send(learner, await red())).status).toBe(403)
  for (const name of ['x.jpg', `${'0'.repeat(64)}.jpg`, `${'0'.repeat(64)}.png`])
    expect((await guest.get(`/badge-pictures/${name}`)).status).toBe(404)
})
