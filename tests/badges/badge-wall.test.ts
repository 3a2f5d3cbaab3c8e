import { describe, expect, test } from 'vitest'
import { iconMarkup } from '../../server/web/render/icons.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

/** A badge of the course as an author would have made it. */
function badge(site: TestSite, slug: string, rule: object, more: Record<string, string | number | null> = {}): number {
  const facts = { title: `Badge ${slug}`, meaning: `Meaning of ${slug}.`, shape: 'circle', icon: 'sprout', ...more }
  const columns = ['course_id', 'slug', 'position', 'hue', 'rule', ...Object.keys(facts)]
  const values = [site.course(), slug, 50, 'plain', JSON.stringify(rule), ...Object.values(facts)]
  const { lastInsertRowid } = site.db
    .prepare(`INSERT INTO badge (${columns.join()}) VALUES (${columns.map(() => '?').join()})`)
    .run(values)
  changed(site)
  return Number(lastInsertRowid)
}

function changed(site: TestSite): void {
  site.db.prepare('UPDATE course SET revision = revision + 1').run()
}

/** The entry of one badge on a page. */
function entry(page: string, slug: string): string {
  return page.split('<li>').find((part) => part.includes(`href="/badges/${slug}"`)) ?? ''
}

function section(page: string, id: string): string {
  return page.split(`<h2 id="${id}">`)[1]?.split('</section>')[0] ?? ''
}

describe('what is missing is said in plain words', () => {
  const RULES: [words: string, rule: object][] = [
    ['Two more answers', { kind: 'answers-given', count: 3 }],
    ['Two more answers where nobody has answered', { kind: 'answers-given', count: 3, to: 'unanswered' }],
    ['Three more answers to other pods', { kind: 'answers-given', count: 3, to: 'another-pod' }],
    ['One more answer to who has waited 3 days', { kind: 'answers-given', count: 1, to: 'unanswered', waited_days: 3 }],
    ['Two more reflections with a picture', { kind: 'pictures', count: 2 }],
    ['Thanks from four more colleagues', { kind: 'cheers-received', people: 4 }],
    ['Two more weeks with a reflection', { kind: 'weeks-with-post', count: 3 }],
    ['Every depth of two more things', { kind: 'all-depths', things: 2 }],
    ['A word on how useful two more things were', { kind: 'feedback-given', count: 2 }],
    ['One more hint at what to use instead', { kind: 'feedback-given', count: 1, alternative: true }],
    ['For those who were away', { kind: 'came-back', weeks: 2 }],
    ['With your whole pod', { kind: 'pod-finished' }],
    ['Two to go: 2 and 3', { kind: 'things-named', things: ['thing-1', 'thing-2', 'thing-3'] }],
    ['Given by a guide', { kind: 'by-hand' }],
    ['Show something, and ask for it', { kind: 'judged', ask: 'Show what you taught.' }],
    [
      'The shortest way: one more reflection with a picture',
      {
        kind: 'any-of',
        rules: [
          { kind: 'pictures', count: 1 },
          { kind: 'things-done', count: 12 },
        ],
      },
    ],
    [
      'One more reflection with a picture and three more answers',
      {
        kind: 'all-of',
        rules: [{ kind: 'pictures', count: 1 }, { kind: 'answers-given', count: 4 }, { kind: 'first-reflection' }],
      },
    ],
  ]

  test.each(RULES)('%s', async (words, rule) => {
    using site = await testSite({ now: '2026-03-23T12:00:00Z' })
    const { cohort, learner, peer } = site.cast()
    const id = site.reflection(peer, cohort)
    site.services.comments.write(id, learner.id, 'The same here.')
    site.reflection(learner, cohort)
    badge(site, 'the-one', rule)
    expect(entry(await learner.read(cohort.at('/badges')), 'the-one')).toContain(`<span>${words}</span>`)
    const page = await learner.get('/badges/the-one')
    expect(page.status).toBe(200)
    expect(await page.text()).not.toMatch(/badges\.(page|rule|more|wall)\./)
  })
})

test('the page of an earned badge links to the award, for its holder only', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  site.reflection(learner, cohort)
  const id = site.db.prepare('SELECT id FROM award WHERE person_id = ?').pluck().get(learner.id)
  expect(await learner.read('/badges/first-reflection')).toContain(`href="/awards/${id}"`)
  expect(await peer.read('/badges/first-reflection')).not.toContain('/awards/')
})

test('those given by people stand by themselves, with how to get them', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  badge(site, 'kindness', { kind: 'by-hand' })
  badge(site, 'teacher', { kind: 'judged', ask: 'Show what you taught.' })
  const wall = await learner.read(cohort.at('/badges'))
  for (const slug of ['kindness', 'teacher']) expect(section(wall, 'personal')).toContain(`/badges/${slug}`)
  expect(section(wall, 'milestones')).not.toContain('/badges/kindness')
  expect(await learner.read('/badges/teacher')).toContain('Show what you taught.')
  expect(section(await learner.read(cohort.at('')), 'badges')).not.toContain('/badges/kindness')
})

test('an award shows the version it was made with; the badge’s page shows the current one', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  site.reflection(learner, cohort)
  site.db
    .prepare(
      "UPDATE badge SET title = 'Renamed', meaning = 'Another meaning.', shape = 'star' WHERE slug = 'first-reflection'",
    )
    .run()
  changed(site)
  const mine = entry(await learner.read(cohort.at('/badges')), 'first-reflection')
  expect(mine).toContain('>First reflection</a>')
  expect(mine).not.toContain('Renamed')
  expect(section(await learner.read(cohort.at('')), 'badges')).toContain('First reflection')
  expect(await learner.read('/notices')).toContain('First reflection')
  expect(entry(await peer.read(cohort.at('/badges')), 'first-reflection')).toContain('>Renamed</a>')
  expect(await learner.read('/badges/first-reflection')).toContain('Another meaning.')
})

test('a revoked badge is neither shown as earned nor offered again, and others do not see it', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  site.reflection(learner, cohort)
  site.db.prepare("UPDATE award SET revoked_at = '2026-03-02T08:00:00Z', revoked_why = 'By mistake.'").run()
  const wall = await learner.read(cohort.at('/badges'))
  expect(wall).not.toContain('/badges/first-reflection')
  expect(await learner.read('/notices')).not.toContain('You earned')
  expect(await peer.read('/badges/first-reflection')).toContain('No learner around you has it yet')
  expect(await learner.read('/badges/first-reflection')).toContain('You had this one, and it was taken back.')
})

test('a draft, a badge of another cohort and one whose days are over are not offered', async () => {
  using site = await testSite({ now: '2026-04-15T07:00:00Z' })
  const { cohort, guest, learner, other, stranger } = site.cast()
  const rule = { kind: 'things-done', count: 7 }
  badge(site, 'waiting', rule, { draft: 1 })
  badge(site, 'theirs', rule, { cohort_id: other.id })
  badge(site, 'spring-only', rule, { counts_until: '2026-04-14' })
  const wall = await learner.read(cohort.at('/badges'))
  for (const slug of ['waiting', 'theirs', 'spring-only']) expect([slug, entry(wall, slug)]).toEqual([slug, ''])
  expect(entry(await stranger.read(other.at('/badges')), 'theirs')).not.toBe('')
  const status = async (who: Pick<Actor, 'get'>, slug: string) => (await who.get(`/badges/${slug}`)).status
  expect([await status(learner, 'waiting'), await status(guest, 'waiting')]).toEqual([404, 404])
  expect([await status(learner, 'theirs'), await status(guest, 'theirs')]).toEqual([404, 404])
  expect(await status(stranger, 'theirs')).toBe(200)
})

test('the crown is for one’s own goal, on the map and on the wall, and the way beyond stays open', async () => {
  using site = await testSite({ now: '2026-04-15T07:00:00Z' })
  const { cohort, learner, peer } = site.cast()
  await learner.post(cohort.at('/goal'), { goal: '5' })
  for (const number of [1, 2, 3, 4, 5]) for (const who of [learner, peer]) site.reflection(who, cohort, { number })
  expect(await learner.read(cohort.at('/badges'))).toContain('Your goal of 5 is reached.')
  expect(await learner.read(cohort.at(''))).toContain(iconMarkup('crown'))
  expect(await peer.read(cohort.at('/badges'))).not.toContain('is reached')
  expect(await peer.read(cohort.at(''))).not.toContain(iconMarkup('crown'))
})

test('members of a pod see its total; nobody else does, and nobody in calm mode', async () => {
  using site = await testSite()
  const { cohort, guide, learner, peer } = site.cast()
  const pod = site.pod(cohort, [learner])
  const outside = cohort.enrol(site.person())
  for (const number of [1, 2]) site.reflection(learner, cohort, { number })
  site.reflection(peer, cohort)
  const at = cohort.at(`/pods/${pod}`)
  expect(await learner.read(at)).toContain('Together you did 2 things so far.')
  for (const who of [guide, outside]) expect(await who.read(at)).not.toContain('Together you did')
  await learner.post('/me', { calm: '1' })
  expect(await learner.read(at)).not.toContain('Together you did')
})
