import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { iconMarkup } from '../../server/web/render/icons.ts'
import type { Browser } from '../support/http-client.ts'
import { routesOf } from '../support/routes/route-list.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

/** A treasure of which every part is a word that stands nowhere else. */
const TREASURE = {
  slug: 'quiet-owlet',
  title: 'Quietowlet',
  meaning: 'Meaningoftheowlet.',
  icon: 'telescope',
  ring_text: 'Ringoftheowlet',
  hint: 'Hintoftheowlet',
  rule: JSON.stringify({ kind: 'answers-given', count: 317 }),
}
const AWARD = 'awardoftheowlet0000000'

/** What gives it away on any page: words, its sign, the number in its rule, the award's address. */
const SIGNS = [
  TREASURE.slug,
  TREASURE.title,
  TREASURE.meaning,
  TREASURE.ring_text,
  TREASURE.hint,
  AWARD,
  '317 answers',
  iconMarkup(TREASURE.icon),
]

/** Where badges are made and given: what is on these pages is the work of those who know. */
const MADE_HERE = [/^\/admin\/courses\//]

/** The log has what this very walk did, /metrics counts it; before an account is deleted it is said how many badges go, and not which. */
const OTHERWISE = /^\/(?:metrics$|admin\/log|admin\/people\/[\w-]+\/delete$)/

type Viewer = 'guest' | 'learner' | 'guide' | 'organiser' | 'stranger' | 'author' | 'admin' | 'seenAs'
const VIEWERS: Viewer[] = ['guest', 'learner', 'guide', 'organiser', 'stranger', 'author', 'admin', 'seenAs']

let site: TestSite
let its: ReturnType<typeof scene>

function scene(site: TestSite) {
  const cast = site.cast()
  const { cohort, learner, peer } = cast
  const course_id = site.course()
  const badge_id = Number(
    site.db
      .prepare(`
        INSERT INTO badge (course_id, slug, position, title, meaning, shape, hue, icon, ring_text, rule, hint, hint_after_weeks)
        VALUES (:course_id, :slug, 90, :title, :meaning, 'gem', 'violet', :icon, :ring_text, :rule, :hint, 8)`)
      .run({ ...TREASURE, course_id }).lastInsertRowid,
  )
  site.db.prepare('UPDATE course SET revision = revision + 1 WHERE id = ?').run(course_id)
  const post = site.reflection(peer, cohort, { audience: 'world' })
  site.services.comments.write(post, learner.id, 'The same here.')
  site.reflection(learner, cohort)
  const pod = site.pod(cohort, [learner, peer])
  return { ...cast, badge_id, post, pod, holder: peer }
}

/** The peer has it from now on, and was told; as if the act had been a while ago. */
function find(): void {
  const { badge_id, cohort, holder } = its
  const activity_id = site.db.prepare('SELECT max(id) FROM activity').pluck().get()
  const now = site.clock.now().toString()
  site.db
    .prepare(`
      INSERT INTO award (id, badge_id, badge_version, person_id, cohort_id, activity_id, awarded_at)
      VALUES (?, ?, 1, ?, ?, ?, ?)`)
    .run(AWARD, badge_id, holder.id, cohort.id, activity_id, now)
  site.services.activity.record('award.earned', {
    person_id: holder.id,
    cohort_id: cohort.id,
    subject_id: badge_id,
    detail: { badge: TREASURE.slug },
  })
}

/** Each address that a GET route may stand for here, its parameters filled with what there is. */
function addresses(): string[] {
  const { cohort, holder, learner } = its
  const values: Record<string, string[]> = {
    cohort: [cohort.slug],
    handle: [learner.handle, holder.handle],
    id: ['1', AWARD],
    n: ['1', '5'],
    slug: ['course-23', TREASURE.slug, 'first-reflection'],
    award: [AWARD],
    badge: [TREASURE.slug],
    badge_slug: [TREASURE.slug],
    thing: ['thing-1'],
    pod: [String(its.pod)],
    version: ['1'],
    list: ['1'],
  }
  const fill = (path: string): string[] => {
    const name = /:(\w+)/.exec(path)?.[1]
    if (name === undefined) return [path]
    return (values[name] ?? ['1']).flatMap((value) => fill(path.replace(`:${name}`, value)))
  }
  const gets = routesOf(site.services).flatMap(({ method, path }) => (method === 'get' ? fill(path) : []))
  const words = ['owlet', TREASURE.title, TREASURE.slug]
  const asked = words.flatMap((q) => [`/search?q=${q}`, `${cohort.at('/reflections')}?q=${q}`])
  return [...gets, ...asked, `${cohort.at('/reflections')}?person=${holder.handle}`]
}

async function browserOf(viewer: Viewer) {
  if (viewer !== 'seenAs') return its[viewer]
  const browser = site.browserOf(its.admin.id)
  expect((await browser.post(`/admin/people/${its.learner.handle}/view-as`)).status).toBe(303)
  return browser
}

/** An answer without what is new at every asking, and without what was asked for. */
async function answerTo(browser: Pick<Actor, 'get'>, address: string) {
  const answer = await browser.get(address)
  const type = answer.headers.get('content-type') ?? ''
  const raw = /zip|image|pdf/.test(type) ? '' : await answer.text()
  const asked = new Set([
    address,
    encodeURIComponent(address),
    new URL(address, 'http://x').searchParams.get('q') ?? '',
  ])
  const without = (all: string) =>
    [...asked].filter((part) => part.length > 1).reduce((rest, part) => rest.replaceAll(part, ''), all)
  const text = without(raw.replaceAll('&amp;', '&'))
  const same = text.replace(/name="once" value="[^"]+"/g, '').replace(/\b[\w-]{22}\b(?=")/g, '')
  const head = without(JSON.stringify([...answer.headers]))
  return { status: answer.status, text, same, head }
}

async function open(): Promise<void> {
  site = await testSite({ now: '2026-04-15T07:00:00Z' })
  its = scene(site)
}

describe('the same site', () => {
  const browsers = new Map<Viewer, Browser>()
  const before = new Map<Viewer, Map<string, Awaited<ReturnType<typeof answerTo>>>>()
  const asked = new Map<Viewer, { unknown: string[]; unheld: string[] }>()
  let all: string[] = []

  const browserOfViewer = (viewer: Viewer) => browsers.get(viewer) ?? its.guest
  const askedFor = async (browser: Browser, slug: string) =>
    (await site.statements(() => browser.get(`/badges/${slug}`))).map((sql) => sql.replaceAll(slug, ''))

  // everybody looks around before it is found, on one site: their pages are the same afterwards
  beforeAll(async () => {
    await open()
    all = addresses().filter((address) => !MADE_HERE.some((path) => path.test(address)))
    for (const viewer of VIEWERS) browsers.set(viewer, await browserOf(viewer))
    // twice: what a first visit writes down is there then
    for (const browser of browsers.values()) for (const address of all) await browser.get(address)
    for (const [viewer, browser] of browsers) {
      const answers = new Map<string, Awaited<ReturnType<typeof answerTo>>>()
      for (const address of all) answers.set(address, await answerTo(browser, address))
      before.set(viewer, answers)
    }
    for (const [viewer, browser] of browsers) {
      await askedFor(browser, 'no-such-badge')
      const unknown = await askedFor(browser, 'no-such-badge')
      asked.set(viewer, { unknown, unheld: await askedFor(browser, TREASURE.slug) })
    }
    find()
  })
  afterAll(() => site[Symbol.dispose]())

  describe.each(VIEWERS)('through the eyes of the %s', (viewer) => {
    test('nothing of a treasure is on any page, feed or file, and holding it changes none of them', async () => {
      const answers = before.get(viewer) ?? new Map()
      expect([...answers.values()].filter(({ status }) => status === 200).length).toBeGreaterThan(8)
      for (const address of all) {
        const { status, text, same, head } = await answerTo(browserOfViewer(viewer), address)
        for (const sign of SIGNS)
          expect([address, sign, `${head} ${text}`.includes(sign)]).toEqual([address, sign, false])
        if (OTHERWISE.test(address)) continue
        expect([address, status, same]).toEqual([address, answers.get(address)?.status, answers.get(address)?.same])
      }
    })

    test('its own address asks as much of the database as one that never was, held by somebody or not', async () => {
      const browser = browserOfViewer(viewer)
      const { unknown, unheld } = asked.get(viewer) ?? { unknown: [], unheld: [''] }
      expect(unheld).toEqual(unknown)
      await askedFor(browser, 'no-such-badge')
      expect(await askedFor(browser, TREASURE.slug)).toEqual(unknown)
      expect((await browser.get(`/badges/${TREASURE.slug}`)).status).toBe(404)
    })
  })
})

describe('a site of its own', () => {
  beforeEach(async () => {
    await open()
    return () => site[Symbol.dispose]()
  })

  test('lists ask the same number of statements and are of the same size, whoever holds it', async () => {
    const { cohort, learner } = its
    const lists = [
      cohort.at(''),
      cohort.at('/badges'),
      cohort.at('/reflections'),
      '/notices',
      `/people/${its.holder.handle}`,
    ]
    const measure = async (address: string) => {
      let size = 0
      const statements = await site.statements(async () => {
        size = (await (await learner.get(address)).text()).length
      })
      return [address, statements.length, size]
    }
    for (const address of lists) await measure(address)
    const before: unknown[] = []
    for (const address of lists) before.push(await measure(address))
    find()
    for (const [at, address] of lists.entries()) expect(await measure(address)).toEqual(before[at])
  })

  test('a treasure is shown to its finder on the wall, its page and in notices', async () => {
    find()
    const { cohort, holder } = its
    for (const address of [cohort.at('/badges'), `/badges/${TREASURE.slug}`, '/notices'])
      expect([address, (await holder.read(address)).includes(TREASURE.title)]).toEqual([address, true])
  })

  test('a revoked treasure is hidden from its finder again', async () => {
    find()
    const { cohort, holder } = its
    site.db.prepare("UPDATE award SET revoked_at = '2026-04-15T07:00:00Z', revoked_why = 'By mistake.'").run()
    expect((await holder.get(`/badges/${TREASURE.slug}`)).status).toBe(404)
    expect(await holder.read(cohort.at('/badges'))).not.toContain(TREASURE.title)
    expect(await holder.read(cohort.at(''))).not.toContain(TREASURE.title)
  })

  test('its hint, and nothing else of it, is on the wall once its week has come', async () => {
    const { cohort, learner } = its
    expect(await learner.read(cohort.at('/badges'))).toContain('One is still hidden')
    // the course began on 2 March: eight weeks are over on 27 April
    site.clock.set('2026-04-26T21:59:00Z')
    expect(await learner.read(cohort.at('/badges'))).not.toContain(TREASURE.hint)
    site.clock.set('2026-04-26T22:00:00Z')
    const wall = await learner.read(cohort.at('/badges'))
    for (const sign of SIGNS) expect([sign, wall.includes(sign)]).toEqual([sign, sign === TREASURE.hint])
  })
})
