// npm run shots: pictures of the demo's pages, phone and desktop, light and dark, into docs/screenshots.
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { BrowserContext, BrowserContextOptions } from 'playwright-core'
import { desktop, launchBrowser, phone, reducedMotion } from '../support/browser.ts'
import { type Demo, signedInAt, startDemo } from '../support/demo.ts'

const folder = path.join(import.meta.dirname, '../../docs/screenshots')
mkdirSync(folder, { recursive: true })

type Who = keyof Demo['accounts'] | null

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

const pages: [string, Who, string][] = [
  ['landing', null, '/'],
  ['map', 'learner', base],
  ['thing', 'learner', next],
  ['reflection', 'learner', await talkedAbout()],
  ['editor', 'learner', `${next}/reflection?prompt=1`],
  ['wall', 'learner', `${base}/badges`],
  ['cohort', 'organiser', `/admin${base}`],
  ['grid', 'organiser', `/admin${base}/grid`],
  ['calendar', 'organiser', `/admin${base}/calendar`],
  ['calendar-month', 'organiser', `/admin${base}/calendar?view=month`],
  ['thing-editor', 'admin', '/admin/courses/23-mobile-things/things/your-reflection-space'],
  ['badge-editor', 'admin', '/admin/courses/23-mobile-things/badges/back-again'],
  ['settings', 'admin', '/admin/settings'],
]

const looks = [
  { name: '390-light', options: { ...phone, colorScheme: 'light' as const } },
  { name: '390-dark', options: { ...phone, colorScheme: 'dark' as const } },
  { name: '1280-light', options: { ...desktop, colorScheme: 'light' as const } },
  { name: '1280-dark', options: { ...desktop, colorScheme: 'dark' as const } },
]

/** The map is worth a longer look. */
function tall(name: string, { viewport }: BrowserContextOptions): BrowserContextOptions {
  return name === 'map' && viewport ? { viewport: { ...viewport, height: viewport.width < 500 ? 1440 : 1250 } } : {}
}

async function signIn(context: BrowserContext, who: Who): Promise<void> {
  if (!who) return
  const { cookies } = await signedInAt(demo, who)
  await context.addCookies(Array.from(cookies, ([name, value]) => ({ name, value, url: demo.url })))
}

const browser = await launchBrowser()
for (const { name: look, options } of looks) {
  for (const [name, who, address] of pages) {
    const context = await browser.newContext({
      ...options,
      ...reducedMotion,
      ...tall(name, options),
      baseURL: demo.url,
    })
    await signIn(context, who)
    const page = await context.newPage()
    await page.goto(address)
    await page.evaluate(() => document.fonts.ready)
    await page.screenshot({ path: path.join(folder, `${name}-${look}.png`) })
    await context.close()
  }
}
await browser.close()
child.kill('SIGTERM')
await once(child, 'exit')
console.log(`${pages.length * looks.length} pictures in docs/screenshots`)
