import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routesOf } from '../support/routes/route-list.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const BAR = 'action="/admin/view-as/end"'

/** What nobody but its circle may read, each with a word of its own. */
const SECRETS = {
  me: 'onlyforme',
  guides: 'onlyforguides',
  draft: 'onlyadraft',
  peers: 'othersforguides',
  comment: 'commentforguides',
  pulse: 'lineofthepulse',
  address: '@library.example',
}

function scene(site: TestSite) {
  const cast = site.cast()
  const { admin, cohort, guide, learner, peer } = cast
  const write = (who: Actor, number: number, word: string, audience: 'me' | 'guides' | 'cohort') =>
    site.reflection(who, cohort, { number, title: `About ${word}`, body: `Words ${word} at the desk.`, audience })
  write(learner, 1, SECRETS.me, 'me')
  const id = write(learner, 2, SECRETS.guides, 'guides')
  site.services.comments.write(id, guide.id, `Answer ${SECRETS.comment}`)
  write(peer, 1, SECRETS.peers, 'guides')
  const open = write(learner, 3, 'openwords', 'cohort')
  site.services.comments.write(open, peer.id, 'An open answer')
  site.pod(cohort, [learner, peer])
  return { ...cast, open, ids: [1, 2, 3, 4], viewAs: (who: Actor) => admin.post(`/admin/people/${who.handle}/view-as`) }
}

async function withDraft(site: TestSite) {
  const its = scene(site)
  const at = its.cohort.at('/things/4/reflection')
  const fields = {
    title: SECRETS.draft,
    body: `${SECRETS.draft} words`,
    audience: 'cohort',
    intent: 'draft',
    version: '0',
  }
  expect((await its.learner.post(at, fields)).status).toBe(303)
  await its.learner.post(its.cohort.at('/things/3/pulse'), { useful: 'yes', will_use: 'yes', line: SECRETS.pulse })
  return its
}

/** Each address that a GET route may stand for here, its parameters filled with what there is. */
function addresses(site: TestSite, { cohort, learner, peer }: ReturnType<typeof scene>): string[] {
  const values: Record<string, string[]> = {
    cohort: [cohort.slug],
    handle: [learner.handle, peer.handle],
    id: ['1', '2', '3', '4'],
    n: ['1', '2', '3', '4'],
    slug: ['course-23', 'first-reflection'],
    thing: ['thing-1'],
    pod: ['1'],
  }
  const fill = (path: string): string[] => {
    const name = /:(\w+)/.exec(path)?.[1]
    if (name === undefined) return [path]
    return (values[name] ?? ['1']).flatMap((value) => fill(path.replace(`:${name}`, value)))
  }
  const gets = routesOf(site.services).filter(({ method }) => method === 'get')
  const more = ['onlyfor', 'words', 'about', 'onlyadraft'].flatMap((q) => [
    `/search?q=${q}`,
    `${cohort.at('/reflections')}?q=${q}`,
  ])
  return [
    ...gets.flatMap(({ path }) => fill(path)),
    ...more,
    `${cohort.at('/reflections')}?mine=1`,
    `${cohort.at('/reflections')}?person=${learner.handle}`,
    `${cohort.at('/reflections')}?following=1&thing=1`,
  ]
}

/** Every row of every table but the session, so that whatever is written shows. */
function rowsOf(site: TestSite): Record<string, string> {
  const tables = site.db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'session'",
    )
    .pluck()
    .all()
  return Object.fromEntries(
    tables.map((table) => [table, JSON.stringify(site.db.prepare(`SELECT * FROM "${table}"`).raw().all())]),
  )
}

test.each(['learner', 'guide', 'organiser'] as const)(
  'no page shows through the eyes of a %s what is not for admins, and none writes anything',
  async (who) => {
    using site = await testSite({ now: '2026-04-15T07:00:00Z' })
    const its = await withDraft(site)
    expect((await its.viewAs(its[who])).status).toBe(303)
    // as if nobody had been here for a while: whatever notes a visit would note it now
    site.clock.advance({ minutes: 15 })
    // a search would take up comments that wait for the index, whoever searches
    site.services.search.indexAll()
    const before = rowsOf(site)
    let shown = 0
    for (const address of addresses(site, its)) {
      const answer = await its.admin.get(address)
      const page = await answer.text()
      for (const [what, word] of Object.entries(SECRETS)) {
        // what was looked for stands in the field of the search itself
        const looked = new URL(address, 'http://x').searchParams.get('q') ?? ''
        const text = looked ? page.replaceAll(new RegExp(`\\b${looked}\\b`, 'g'), '') : page
        expect([address, what, text.includes(word)]).toEqual([address, what, false])
      }
      expect([address, answer.status < 500]).toEqual([address, true])
      if (answer.status === 200 && address.startsWith('/cohorts')) shown += 1
    }
    expect(shown).toBeGreaterThan(5)
    expect(rowsOf(site)).toEqual(before)
  },
)

test('the pages say whose eyes these are and the way out, and no copy of them is kept', async () => {
  using site = await testSite({ now: '2026-04-15T07:00:00Z' })
  const { admin, cohort, learner, open, viewAs } = scene(site)
  expect((await viewAs(learner)).headers.get('location')).toBe('/home')
  for (const address of [
    cohort.at(''),
    `/reflections/${open}`,
    '/search',
    cohort.at('/things/1'),
    '/me',
    '/no/such/page',
  ]) {
    const answer = await admin.get(address)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const page = await answer.text()
    expect(page).toContain(BAR)
    expect(page).toContain('Amara Okonkwo')
  }
  expect(await admin.read(`/reflections/${open}`)).toContain('Words openwords')
  await admin.post('/admin/view-as/end')
  expect((await admin.get('/admin/people')).status).toBe(200)
  expect(await admin.read('/home')).not.toContain(BAR)
})

test('what the person’s page would show is shown, and no more: their own cohort, not another', async () => {
  using site = await testSite({ now: '2026-04-15T07:00:00Z' })
  const { admin, cohort, learner, other, viewAs } = scene(site)
  await viewAs(learner)
  expect((await admin.get(cohort.at(''))).status).toBe(200)
  expect((await admin.get(other.at(''))).status).toBe(404)
  expect((await admin.get('/admin/people')).status).toBe(403)
})

describe('what is closed to whoever looks through the eyes of another', () => {
  let site: TestSite
  let admin: Actor
  beforeAll(async () => {
    site = await testSite({ now: '2026-04-15T07:00:00Z' })
    const its = scene(site)
    admin = its.admin
    await its.viewAs(its.organiser)
  })
  afterAll(() => site[Symbol.asyncDispose]())

  test.each([
    '/me',
    '/me/export',
    '/notices',
    '/write',
    '/admin',
    '/admin/people',
    '/admin/log',
    '/cohorts/spring/things/4/reflection',
    '/cohorts/spring/feeds',
    '/cohorts/spring/leave',
    '/cohorts/spring/people.json',
    '/admin/cohorts/spring/people',
    '/admin/cohorts/spring/grid.csv',
    '/ME',
    '/me/',
  ])('%s stays closed, even for organisers’ eyes', async (address) => {
    expect((await admin.get(address)).status).toBe(403)
  })
})

test('every act is refused, whatever it is, but leaving', async () => {
  using site = await testSite({ now: '2026-04-15T07:00:00Z' })
  const its = scene(site)
  await its.viewAs(its.learner)
  const before = rowsOf(site)
  for (const { method, path } of routesOf(site.services)) {
    if (method !== 'post' || path === '/admin/view-as/end') continue
    const address = path.replace(/:(\w+)/g, (_all, name: string) => (name === 'cohort' ? its.cohort.slug : '1'))
    const answer = await its.admin.post(address, { done: '1', body: 'In her name' })
    expect([address, answer.status]).toEqual([address, 403])
  }
  expect(rowsOf(site)).toEqual(before)
})

test('it is in the log at both ends, under the admin’s own name', async () => {
  using site = await testSite({ now: '2026-04-15T07:00:00Z' })
  const { admin, learner, viewAs } = scene(site)
  await viewAs(learner)
  await admin.post('/admin/view-as/end')
  await admin.post('/admin/view-as/end')
  const logged = site.db
    .prepare("SELECT kind, person_id, subject_id FROM activity WHERE kind LIKE 'person.seen%' ORDER BY id")
    .all()
  const [person_id, subject_id] = [admin.id, learner.id]
  expect(logged).toEqual([
    { kind: 'person.seen_as', person_id, subject_id },
    { kind: 'person.seen_as_over', person_id, subject_id },
  ])
  expect(site.db.prepare('SELECT count(*) FROM session WHERE person_id = ?').pluck().get(admin.id)).toBe(1)
})

test('after thirty minutes it is over by itself, once, however many pages are asked for', async () => {
  using site = await testSite({ now: '2026-04-15T07:00:00Z' })
  const { admin, cohort, learner, viewAs } = scene(site)
  await viewAs(learner)
  site.clock.advance({ minutes: 29 })
  expect((await admin.get(cohort.at(''))).status).toBe(200)
  site.clock.advance({ minutes: 1 })
  const answers = await Promise.all([admin.get(cohort.at('')), admin.get('/admin/people'), admin.get('/me')])
  expect(answers.map(({ status }) => status)).toEqual([404, 200, 200])
  const ends = site.db.prepare("SELECT count(*) FROM activity WHERE kind = 'person.seen_as_over'").pluck().get()
  expect(ends).toBe(1)
})

test('it is over once the person is an admin, is deactivated or has gone', async () => {
  using site = await testSite({ now: '2026-04-15T07:00:00Z' })
  const { admin, guide, learner, peer, viewAs } = scene(site)
  const ends: [Actor, () => void][] = [
    [learner, () => site.db.prepare("UPDATE person SET role = 'admin' WHERE id = ?").run(learner.id)],
    [guide, () => site.services.people.deactivate(guide.id, admin.id)],
    [peer, () => site.services.people.deleteAccount(peer.id, 'go')],
  ]
  for (const [who, end] of ends) {
    await viewAs(who)
    expect(await admin.read('/home')).toContain(BAR)
    end()
    expect(await admin.read('/home')).not.toContain(BAR)
  }
})

test('an admin cannot view as an admin, as themselves or as a deactivated person', async () => {
  using site = await testSite({ now: '2026-04-15T07:00:00Z' })
  const { admin, learner, viewAs } = scene(site)
  const another = site.person({ role: 'admin' })
  site.services.people.deactivate(learner.id, admin.id)
  for (const who of [another, admin, learner]) expect((await viewAs(who)).status).toBe(403)
  expect(await admin.read('/home')).not.toContain(BAR)
})

test('the person can act as usual while an admin views as them', async () => {
  using site = await testSite({ now: '2026-04-15T07:00:00Z' })
  const { cohort, learner, viewAs } = await withDraft(site)
  await viewAs(learner)
  expect(await learner.read(cohort.at('/things/4/reflection'))).toContain(SECRETS.draft)
  expect(await learner.read('/reflections/1')).toContain(SECRETS.me)
})
