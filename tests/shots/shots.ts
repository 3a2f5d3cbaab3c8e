// npm run shots: the pictures that README.md shows, of the demo's pages, into docs/screenshots.
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { BrowserContextOptions } from 'playwright-core'
import { desktop, launchBrowser, phone, reducedMotion } from '../support/browser/chromium.ts'
import { type Demo, signedInAt, startDemo } from '../support/demo-process.ts'

const folder = path.join(import.meta.dirname, '../../docs/screenshots')
mkdirSync(folder, { recursive: true })

type Who = keyof Demo['accounts']
type Look = BrowserContextOptions & typeof phone

const { child, demo } = await startDemo('40')
const base = `/cohorts/${demo.cohort}`
const learner = await signedInAt(demo, 'learner')
const map = await learner.read(base)
const next = /class="button main" href="([^"]+things\/\d+)/.exec(map)?.[1] ?? `${base}/things/1`

/** The reflection with the most answers on the first page of the stream. */
async function talkedAbout(): Promise<string> {
  const stream = await learner.read(`${base}/reflections?thing=3`)
  const entries = stream.split('<li class="entry">').slice(1)
  const answers = (entry: string) => Number(/(\d+) answers?</.exec(entry)?.[1] ?? 0)
  const best = entries.toSorted((a, b) => answers(b) - answers(a))[0] ?? ''
  return /href="(\/reflections\/\d+)"/.exec(best)?.[1] ?? ''
}

const dark = { colorScheme: 'dark' as const }

const pictures: [name: string, look: Look, who: Who, address: string][] = [
  // the map is worth a longer look
  ['map-phone', { ...phone, viewport: { ...phone.viewport, height: 1440 } }, 'learner', base],
  ['thing-phone', phone, 'learner', next],
  ['reflection-phone-dark', { ...phone, ...dark }, 'learner', await talkedAbout()],
  ['people-by-things-desktop', desktop, 'organiser', `/admin${base}/grid`],
  ['cohort-numbers-desktop-dark', { ...desktop, ...dark }, 'organiser', `/admin${base}`],
  ['thing-editor-desktop', desktop, 'admin', '/admin/courses/23-mobile-things/things/your-reflection-space'],
  ['calendar-month-desktop', desktop, 'organiser', `/admin${base}/calendar?view=month`],
]

const browser = await launchBrowser()
for (const [name, look, who, address] of pictures) {
  const context = await browser.newContext({ ...look, ...reducedMotion, baseURL: demo.url })
  const { cookies } = await signedInAt(demo, who)
  await context.addCookies(Array.from(cookies, ([name, value]) => ({ name, value, url: demo.url })))
  const page = await context.newPage()
  await page.goto(address)
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: path.join(folder, `${name}.png`) })
  await context.close()
}
await browser.close()
child.kill('SIGTERM')
await once(child, 'exit')
console.log(`${pictures.length} pictures in docs/screenshots`)
