import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { testSite } from '../support/site.ts'
import { photo, sendForm } from './photos.ts'

const TYPED = { title: 'My <walk>', body: 'As I typed it.\n\nTwo lines.', audience: 'guides', version: '0' }

async function writing() {
  const site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const address = cohort.at('/things/1/reflection')
  /** The editor's form as a browser without scripts sends it. */
  const press = (intent: string, ...pictures: (Uint8Array | { bytes: Uint8Array; name: string })[]) =>
    sendForm(learner, address, [
      ...Object.entries(TYPED),
      ...pictures.map((one): [string, { bytes: Uint8Array; name: string }] => [
        'picture',
        one instanceof Uint8Array ? { bytes: one, name: 'IMG_1.jpg' } : one,
      ]),
      ['intent', intent],
    ])
  return { site, learner, peer, press }
}

/** The page with the line ends that a browser makes of any. */
async function textOf(answer: Response): Promise<string> {
  return (await answer.text()).replaceAll('\r\n', '\n')
}

function expectTyped(page: string): void {
  expect(page).toContain('My &lt;walk&gt;</textarea>')
  expect(page).toContain('As I typed it.\n\nTwo lines.')
  expect(page).toMatch(/value="guides" checked/)
}

test('the form without scripts: the picture comes to the end of the text, everything else is as typed', async () => {
  const { site, press } = await writing()
  using _site = site
  const answer = await press('picture', await photo())
  const page = await textOf(answer)
  expect(answer.status).toBe(200)
  expectTyped(page)
  expect(page).toContain('Two lines.\n\n![](/images/1)</textarea>')
})

test('refused pictures are reported beside the field, accepted ones are in the text', async () => {
  const { site, press } = await writing()
  using _site = site
  const answer = await press('picture', { bytes: Buffer.from('<svg/>'), name: 'a<b>.svg' }, await photo())
  const page = await textOf(answer)
  expect(answer.status).toBe(422)
  expectTyped(page)
  expect(page).toContain('“a&lt;b&gt;.svg” is a drawing')
  expect(page).toContain('![](/images/1)</textarea>')
})

test('a picture that was chosen but not added yet is published with the text', async () => {
  const { site, press, peer } = await writing()
  using _site = site
  const answer = await press('publish', await photo())
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/reflections/1'])
  expect(site.db.prepare('SELECT html FROM reflection').pluck().get()).toContain('<img src="/images/1/960"')
  expect((await peer.get('/images/1/480')).status).toBe(404)
})

test('a picture that cannot be added stops the publishing, and the text is there to go on with', async () => {
  const { site, press } = await writing()
  using _site = site
  const answer = await press('publish', Buffer.from('no picture'))
  expect(answer.status).toBe(422)
  expectTyped(await textOf(answer))
  expect(site.db.prepare('SELECT count(*) FROM reflection').pluck().get()).toBe(0)
})

test('where nothing can be kept the text is still there', async () => {
  const { site, press } = await writing()
  using _site = site
  mkdirSync(site.config.data_dir, { recursive: true })
  writeFileSync(path.join(site.config.data_dir, 'uploads'), 'a file where the folder should be')
  const answer = await press('publish', await photo())
  expect(answer.status).toBe(507)
  expectTyped(await textOf(answer))
})

test('without any picture chosen the editor comes back as it was', async () => {
  const { site, press } = await writing()
  using _site = site
  const page = await textOf(await press('picture'))
  expectTyped(page)
})

test('the preview shows the pictures of whoever writes, and of nobody else', async () => {
  const { site, learner, peer, press } = await writing()
  using _site = site
  await press('picture', await photo())
  const preview = async (who: typeof peer) => (await who.post('/preview', { body: '![x](/images/1)' })).text()
  expect(await preview(learner)).toContain('<img src="/images/1/960"')
  expect(await preview(peer)).toBe('<p dir="auto">x</p>')
})
