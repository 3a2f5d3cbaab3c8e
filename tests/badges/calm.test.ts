import { expect, test } from 'vitest'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

/** Whatever says that there are badges, in the markup of any page. */
const GAME = ['class="ticks"', 'class="few"', 'class="moment"', 'class="badge', '/badges', 'class="wall"']

const SETTINGS = { title: 'Spring', joining: 'code', world: '1', welcome: '', capacity: '' }

/** Who turns calm mode on or off, and how. */
const WAYS = {
  person: ({ learner }, on) => learner.post('/me', { calm: on ? '1' : '0' }),
  cohort: ({ organiser }, on) => {
    const fields = on ? { ...SETTINGS, calm: '1' } : SETTINGS
    return organiser.post('/admin/cohorts/spring/settings', fields)
  },
  site: ({ admin, site }, on) => {
    const seen = String(site.services.settings.versions().get('calm') ?? 0)
    return admin.post('/admin/settings/calm', { seen, calm: on ? '1' : '0' })
  },
} satisfies Record<
  string,
  (its: { admin: Actor; learner: Actor; organiser: Actor; site: TestSite }, on: boolean) => Promise<Response>
>
const ways = Object.keys(WAYS) as (keyof typeof WAYS)[]

function withAward(site: TestSite) {
  const cast = site.cast()
  const { cohort, learner, peer } = cast
  const id = site.reflection(learner, cohort)
  site.services.comments.write(id, peer.id, 'Thank you for this.')
  return { ...cast, site, reflection_id: id }
}

test.each(ways)('calm for the %s sends no game part, and the bar shows four places', async (way) => {
  using site = await testSite()
  const its = withAward(site)
  const { cohort, learner, reflection_id } = its
  expect(await learner.read(cohort.at(''))).toContain('class="few"')
  expect((await WAYS[way](its, true)).status).toBe(303)
  for (const address of [cohort.at(''), cohort.at('/things/1'), `/reflections/${reflection_id}`, '/notices', '/home']) {
    const answer = await learner.follow(await learner.get(address))
    const html = await answer.text()
    expect([address, answer.status]).toEqual([address, 200])
    for (const part of GAME) expect([address, part, html.includes(part)]).toEqual([address, part, false])
    const bar = /<nav class="bar"[\s\S]*?<\/nav>/.exec(html)?.[0] ?? ''
    expect([address, bar.match(/<li>/g)?.length]).toEqual([address, 4])
  }
})

test.each(ways)(
  'calm for the %s: an award is given all the same, and everything is back once it is off',
  async (way) => {
    using site = await testSite()
    const its = withAward(site)
    const { cohort, learner } = its
    await WAYS[way](its, true)
    const done = await learner.post(cohort.at('/things/2/reflection'), {
      title: 'Quiet',
      body: 'I tried it at the desk.',
      audience: 'cohort',
      intent: 'publish',
      version: '0',
    })
    expect(await learner.read(done.headers.get('location') ?? '')).not.toContain('class="moment"')
    const count = site.db.prepare('SELECT count(*) FROM award WHERE person_id = ?').pluck()
    expect(count.get(learner.id)).toBeGreaterThan(0)
    const wall = await learner.read(cohort.at('/badges'))
    expect(wall).toContain('Calm mode is on')
    expect(wall).not.toContain('First reflection')
    await WAYS[way](its, false)
    expect(await learner.read(cohort.at('/badges'))).toContain('First reflection')
    expect(await learner.read('/notices')).toContain('You earned')
    expect(await learner.read(cohort.at(''))).toContain('class="few"')
  },
)

test.each(ways)('calm for the %s: a badge is no news, in the list and in the bell', async (way) => {
  using site = await testSite()
  const its = withAward(site)
  const { learner } = its
  const bell = /aria-label="(\d+) new/
  const before = Number(bell.exec(await learner.read('/me'))?.[1])
  await WAYS[way](its, true)
  const html = await learner.read('/notices')
  expect(html).not.toContain('You earned')
  expect(html).toContain('Kenji Watanabe')
  expect(Number(bell.exec(html)?.[1])).toBe(before - 1)
})

test('one person’s calm is nobody else’s, and one cohort’s is not another’s', async () => {
  using site = await testSite()
  const its = withAward(site)
  const { cohort, learner, other, peer, stranger } = its
  await WAYS.person(its, true)
  expect(await peer.read(cohort.at(''))).toContain('/badges')
  await WAYS.person(its, false)
  await WAYS.cohort(its, true)
  expect(await peer.read(cohort.at(''))).not.toContain('/badges')
  expect(await stranger.read(other.at(''))).toContain('/badges')
  other.enrol(learner)
  expect(await learner.read(other.at(''))).toContain('/badges')
  expect(await learner.read(cohort.at(''))).not.toContain('/badges')
})

test('a badge’s own page says why nothing is there; to guests of a calm site it does not exist', async () => {
  using site = await testSite()
  const its = withAward(site)
  const { guest, learner } = its
  expect((await guest.get('/badges/first-reflection')).status).toBe(200)
  await WAYS.person(its, true)
  const mine = await learner.read('/badges/first-reflection')
  expect(mine).toContain('href="/me#calm"')
  expect(mine).not.toContain('<svg class="badge')
  expect((await guest.get('/badges/first-reflection')).status).toBe(200)
  await WAYS.site(its, true)
  expect((await guest.get('/badges/first-reflection')).status).toBe(404)
})

test('the organiser’s choice is in the log with before and after', async () => {
  using site = await testSite()
  const its = withAward(site)
  await WAYS.cohort(its, true)
  const detail = site.db
    .prepare<[], string>("SELECT detail FROM activity WHERE kind = 'cohort.settings_changed'")
    .pluck()
    .all()
  expect(detail.map((text) => JSON.parse(text))).toEqual([{ calm: 1, calm_before: 0 }])
})
