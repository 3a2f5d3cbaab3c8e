import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { photo } from '../images/photos.ts'
import { phone } from '../support/browser/chromium.ts'
import { expectAccessible, expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { testSite } from '../support/site.ts'

const file = async (name: string, width = 800) => ({
  name,
  mimeType: 'image/jpeg',
  buffer: await photo({ width, height: 600 }),
})

async function choose(page: Page, ...files: Awaited<ReturnType<typeof file>>[]): Promise<void> {
  const asked = page.waitForEvent('filechooser')
  await page.click('[data-picture-button]')
  await (await asked).setFiles(files)
}

const saved = (page: Page) => page.locator('[data-state=saved]', { hasText: /Saved \d/ }).waitFor()

test('on a phone: a reflection with two described photos is visible to a peer, not a stranger', async () => {
  await using site = await testSite()
  const { cohort, learner, peer, stranger } = site.cast()
  const page = await openPage(site, phone, learner)
  await page.goto(cohort.at('/things/1/reflection'))
  await page.fill('[name=body]', 'The shelf by the door.')
  await choose(page, await file('shelf.jpg'), await file('desk.jpg', 700))
  await page.waitForSelector('.pictures li:nth-child(2) img')
  const body = () => page.inputValue('[name=body]')
  await page.waitForFunction(() => !document.querySelector('.pictures .coming'))
  const [first, second] = [...(await body()).matchAll(/!\[\]\((\/images\/\d+)\)/g)].map(([, address]) => address)
  expect(await body()).toBe(`The shelf by the door.\n\n![](${first})\n\n![](${second})\n\n`)
  expect(
    await page
      .locator('.pictures img')
      .first()
      .evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth)),
  ).toBe(480)

  await page.getByLabel('What is on it?').first().fill('A shelf [new]')
  expect(await body()).toContain(`![A shelf \\[new\\]](${first})`)
  await saved(page)
  await expectAccessible(page)
  await expectNoOverflow(page)
  await page.reload()
  expect(await page.getByLabel('What is on it?').first().inputValue()).toBe('A shelf [new]')
  await page.getByRole('button', { name: 'Take it out' }).last().click()
  expect((await body()).trimEnd()).toBe(`The shelf by the door.\n\n![A shelf \\[new\\]](${first})`)
  await page.click('button[value=publish]')
  await page.waitForURL('**/reflections/*')

  const read = await openPage(site, phone, peer)
  await read.goto(new URL(page.url()).pathname)
  const shown = read.getByRole('img', { name: 'A shelf [new]' })
  expect(await shown.evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth > 0))).toBe(true)
  await expectNoOverflow(read)
  await expectAccessible(read)
  expect((await stranger.get(`${first}/480`)).status).toBe(404)
  expect((await peer.get(`${first}/480`)).status).toBe(200)
  expect([...page.accidents, ...read.accidents]).toEqual([])
})

test('a picture is uploaded after reconnecting, and other files are refused', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const page = await openPage(site, phone, learner)
  await page.goto(cohort.at('/things/1/reflection'))
  await page.fill('[name=body]', 'Before.')
  await saved(page)
  await page.route('**/images', (route) => route.abort())
  await choose(page, await file('lost.jpg'))
  await page.getByText('The connection is gone').waitFor()
  await expectAccessible(page)
  await page.click('button[value=publish]')
  await page.getByText('Your pictures are still on their way').waitFor()
  await page.unroute('**/images')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.waitForURL('**/reflections/*')
  expect(await page.locator('.prose img').count()).toBe(1)

  await page.goto(cohort.at('/things/2/reflection'))
  await choose(page, {
    name: 'plan.svg',
    mimeType: 'image/svg+xml',
    buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  })
  await page.getByText('“plan.svg” is a drawing').waitFor()
  await page.getByRole('button', { name: 'Take it out' }).click()
  expect(await page.locator('.pictures li').count()).toBe(0)
  expect(await page.inputValue('[name=body]')).toBe('')
  await page.route('**/images', (route) =>
    route.fulfill({ status: 413, body: '<h1>413 Request Entity Too Large</h1>' }),
  )
  await choose(page, await file('wide.jpg'))
  await page.getByText('Too large for the web server in front of this site').waitFor()
})

test('a large photo is scaled down and rotated upright before upload', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const page = await openPage(site, phone, learner)
  await page.goto(cohort.at('/things/1/reflection'))
  const buffer = await photo({ width: 4000, height: 3000, orientation: 6, gps: true })
  const sent = page.waitForRequest('**/images')
  await choose(page, { name: 'large.jpg', mimeType: 'image/jpeg', buffer })
  expect(Number((await (await sent).allHeaders())['content-length'])).toBeLessThan(buffer.length)
  await page.waitForSelector('.pictures img')
  expect(site.db.prepare('SELECT width, height FROM image').all()).toEqual([{ width: 2000, height: 2667 }])
  expect(page.accidents).toEqual([])
})

test('pasted and dropped pictures are added, pasted text stays text', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const page = await openPage(site, phone, learner)
  await page.goto(cohort.at('/things/1/reflection'))
  await page.waitForSelector('[data-picture-row]:not([hidden])')
  const bytes = [...(await photo({ width: 60, height: 40 }))]
  const give = (kind: 'paste' | 'drop', words: string) =>
    page.evaluate(
      ([kind, words, bytes]) => {
        const data = new DataTransfer()
        data.items.add(new File([new Uint8Array(bytes)], `${kind}.jpg`, { type: 'image/jpeg' }))
        if (words) data.setData('text/plain', words)
        const text = document.querySelector('[data-text]')
        const options = { bubbles: true, cancelable: true }
        const event =
          kind === 'paste'
            ? new ClipboardEvent('paste', { ...options, clipboardData: data })
            : new DragEvent('drop', { ...options, dataTransfer: data })
        return text?.dispatchEvent(event)
      },
      [kind, words, bytes] as const,
    )
  expect(await give('paste', 'words beside it')).toBe(true)
  expect(await give('paste', '')).toBe(false)
  await page.waitForFunction(() =>
    /!\[\]\(\/images\/1\)/.test(document.querySelector<HTMLTextAreaElement>('[data-text]')!.value),
  )
  expect(await give('drop', '')).toBe(false)
  await page.waitForFunction(
    () => document.querySelector<HTMLTextAreaElement>('[data-text]')!.value.match(/images/g)?.length === 2,
  )
  expect(page.accidents).toEqual([])
})

test('without JavaScript: a picture is added, described and published', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const page = await openPage(site, { ...phone, javaScriptEnabled: false }, learner)
  await page.goto(cohort.at('/things/1/reflection'))
  await page.fill('[name=body]', 'Words.')
  await page.check('[name=audience][value=guides]', { force: true })
  await page.setInputFiles('[name=picture]', await file('a.jpg'))
  await page.click('button[value=picture]')
  expect(await page.inputValue('[name=body]')).toBe('Words.\n\n![](/images/1)')
  expect(await page.isChecked('[name=audience][value=guides]')).toBe(true)
  await page.fill('[name=body]', 'Words.\n\n![A shelf](/images/1)')
  await page.click('button[value=publish]')
  await page.waitForURL('**/reflections/*')
  expect(await page.getByRole('img', { name: 'A shelf' }).count()).toBe(1)
})
