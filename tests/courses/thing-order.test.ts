import { expect, test } from 'vitest'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const at = '/admin/courses/course-3'
const THING = { title: 'A fourth thing', short: 'Fourth', summary: 'One more.', set: 'safe-start', step: 'Do it' }

function slugs(site: TestSite, slug = 'course-3'): string[] | undefined {
  return site.services.courses.bySlug(slug)?.things.map((thing) => thing.slug)
}

function lastAct(site: TestSite): unknown {
  const row = site.db.prepare<[], { kind: string; detail: string }>(
    'SELECT kind, detail FROM activity ORDER BY id DESC',
  )
  const { kind, detail } = row.get() ?? {}
  return [kind, JSON.parse(detail ?? '{}')]
}

const order = (author: Actor, names: string[], seen = ['thing-1', 'thing-2', 'thing-3'], more = {}) =>
  author.post(`${at}/order`, { order: names.join(' '), seen: seen.join(' '), ...more })

test('a changed order is for new cohorts: running ones keep theirs, and addresses stay', async () => {
  using site = await testSite()
  const { author, cohort, learner } = site.cast({ things: 3 })
  expect((await order(author, ['thing-3', 'thing-1', 'thing-2'])).status).toBe(303)
  expect(slugs(site)).toEqual(['thing-3', 'thing-1', 'thing-2'])
  expect(lastAct(site)).toEqual([
    'things.ordered',
    { order: 'thing-3 thing-1 thing-2', order_before: 'thing-1 thing-2 thing-3' },
  ])
  expect(await learner.read(cohort.at('/things/1'))).toContain('The 1. thing')
  const later = site.cohort({ title: 'Later', things: 3, starts_on: '2026-03-02' })
  const newcomer = later.enrol(site.person())
  expect(await newcomer.read(later.at('/things/1'))).toContain('The 3. thing')
  expect(await author.read(`${at}/order`)).toContain('keep the order they began with')
})

test('buttons move one thing by one place, keep earlier moves, and save nothing', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 3 })
  const answer = await order(author, ['thing-3', 'thing-1', 'thing-2'], undefined, { intent: 'down-thing-3' })
  const page = await answer.text()
  expect(answer.status).toBe(200)
  expect(page).toContain('name="order" value="thing-1 thing-3 thing-2"')
  expect(page).toContain('name="seen" value="thing-1 thing-2 thing-3"')
  expect(page).toContain('data-unsaved')
  expect(slugs(site)).toEqual(['thing-1', 'thing-2', 'thing-3'])
  expect((await order(author, ['thing-1', 'thing-2'], undefined, { intent: 'up-thing-9' })).status).toBe(404)
  const edge = await order(author, ['thing-1', 'thing-2', 'thing-3'], undefined, { intent: 'up-thing-1' })
  expect(await edge.text()).toContain('name="order" value="thing-1 thing-2 thing-3"')
})

test('the second of two authors who order things sees both orders and can save theirs', async () => {
  using site = await testSite()
  const { admin, author } = site.cast({ things: 3 })
  await order(admin, ['thing-2', 'thing-1', 'thing-3'])
  const answer = await order(author, ['thing-3', 'thing-2', 'thing-1'])
  const page = await answer.text()
  expect(answer.status).toBe(409)
  expect(page).toContain('Somebody changed the order meanwhile')
  expect(page).toContain('name="order" value="thing-3 thing-2 thing-1"')
  expect(page).toContain('name="seen" value="thing-2 thing-1 thing-3"')
  expect(slugs(site)).toEqual(['thing-2', 'thing-1', 'thing-3'])
  await order(author, ['thing-3', 'thing-2', 'thing-1'], ['thing-2', 'thing-1', 'thing-3'])
  expect(slugs(site)).toEqual(['thing-3', 'thing-2', 'thing-1'])
})

test.each([
  ['a thing left out', ['thing-1', 'thing-2'], 409],
  ['a thing twice', ['thing-1', 'thing-1', 'thing-2'], 409],
  ['a thing of nowhere', ['thing-1', 'thing-2', 'thing-9'], 409],
  ['nothing', [''], 409],
])('%s is refused as an order', async (_what, names, status) => {
  using site = await testSite()
  const { author } = site.cast({ things: 3 })
  expect((await order(author, names)).status).toBe(status)
  expect((await author.post(`${at}/order`, { order: ['a', 'b'] })).status).toBe(422)
  expect(slugs(site)).toEqual(['thing-1', 'thing-2', 'thing-3'])
})

test('a changed text does not conflict with a changed order', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 3 })
  const thing = site.services.courses.bySlug('course-3')?.things[0]
  const { outline, revision } = site.services.courseAuthoring.thingText(thing?.id ?? 0) ?? {}
  if (!outline || !revision) throw new Error('no thing')
  site.services.courseAuthoring.changeThing(
    thing?.id ?? 0,
    { ...outline, body: 'Else.' },
    { seen: revision, by: author.id },
  )
  expect((await order(author, ['thing-2', 'thing-1', 'thing-3'])).status).toBe(303)
})

test('a thing is added hidden, edited, and restored at the end of its set', async () => {
  using site = await testSite()
  const { author, guest } = site.cast()
  const base = '/admin/courses/course-23'
  const answer = await author.post(`${base}/things`, { ...THING, hidden: '1', once: 'x' })
  expect(answer.headers.get('location')).toBe(`${base}/things/a-fourth-thing`)
  expect(await author.read(`${base}/things/a-fourth-thing`)).toContain('This thing is hidden')
  expect(slugs(site, 'course-23')).not.toContain('a-fourth-thing')
  expect(await guest.read('/courses/course-23')).not.toContain('A fourth thing')
  expect(await author.read(base)).toContain(`action="${base}/things/a-fourth-thing/put-back"`)
  expect((await author.post(`${base}/things/a-fourth-thing/put-back`)).status).toBe(303)
  expect(slugs(site, 'course-23')?.indexOf('a-fourth-thing')).toBe(5)
  expect(await guest.read('/courses/course-23/things/6')).toContain('A fourth thing')
  expect(await guest.read('/courses/course-23/things/24')).toContain('The 23. thing')
  expect(lastAct(site)).toEqual(['thing.put_back', { course_id: 1, position: 6, position_before: 0 }])
  expect((await author.post(`${base}/things/a-fourth-thing/put-back`)).status).toBe(404)
})

test('things of equal title have different slugs, also if one of them is hidden', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 3 })
  for (const hidden of [{ hidden: '1' }, {}, {}]) await author.post(`${at}/things`, { ...THING, ...hidden })
  const course = site.services.courses.bySlug('course-3')
  expect(course?.hidden.map(({ slug }) => slug)).toEqual(['a-fourth-thing'])
  expect(slugs(site)?.slice(3)).toEqual(['a-fourth-thing-2', 'a-fourth-thing-3'])
})

test.each([
  ['title', ''],
  ['short', 'thirteen char'],
  ['summary', ''],
  ['set', 'nowhere'],
  ['step', ''],
])('a new thing with an invalid %s is refused beside the field', async (field, value) => {
  using site = await testSite()
  const { author } = site.cast({ things: 3 })
  const answer = await author.post(`${at}/things`, { ...THING, [field]: value })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain(`id="${field}-problem"`)
  expect(slugs(site)).toHaveLength(3)
})

test('a hidden thing is removed for new cohorts and stays in running ones, with all reflections', async () => {
  using site = await testSite()
  const { author, cohort, learner } = site.cast({ things: 3 })
  await learner.get(cohort.at(''))
  await author.post(`${at}/things/thing-2/hide`)
  expect(slugs(site)).toEqual(['thing-1', 'thing-3'])
  expect(lastAct(site)).toEqual(['thing.hidden', { course_id: 1, position: 0, position_before: 2 }])
  expect(await learner.read(cohort.at('/things/2'))).toContain('The 2. thing')
  const later = site.cohort({ title: 'Later', things: 3 })
  expect(
    later.enrol(site.person()) && site.services.calendar.entries(later.id).filter(({ number }) => number),
  ).toHaveLength(2)
  await author.post(`${at}/things/thing-1/hide`)
  await author.post(`${at}/things/thing-3/hide`)
  expect(slugs(site)).toEqual(['thing-3'])
  expect(await author.read(at)).toContain('is the only thing of the course, so it stays')
})

test('a course is full with 99 things', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 3 })
  for (let number = 4; number <= 99; number++) await author.post(`${at}/things`, { ...THING, title: `Thing ${number}` })
  expect(slugs(site)).toHaveLength(99)
  expect((await author.post(`${at}/things`, THING)).headers.get('location')).toBe(`${at}/add`)
  await author.post(`${at}/things`, { ...THING, hidden: '1' })
  await author.post(`${at}/things/a-fourth-thing/put-back`)
  expect(slugs(site)).toHaveLength(99)
  expect(site.services.courseTransfer.exportOutline('course-3')?.things).toHaveLength(99)
})

const sets = (author: Actor, rows: [slug: string, title: string, hue: string][], seen: string, more = {}) =>
  author.post(`${at}/sets`, {
    ...Object.fromEntries(
      rows.flatMap(([slug, title, hue], index) => [
        [`set_${index + 1}_slug`, slug],
        [`set_${index + 1}_title`, title],
        [`set_${index + 1}_hue`, hue],
      ]),
    ),
    seen,
    ...more,
  })

async function seenSets(author: Actor): Promise<string> {
  const page = await author.read(`${at}/sets`)
  return /name="seen" value="([^"]*)"/.exec(page)?.[1]?.replaceAll('&quot;', '"') ?? ''
}

test('sets can be renamed, coloured, added and ordered; one with things cannot be removed', async () => {
  using site = await testSite()
  const { author, guest } = site.cast({ things: 3 })
  const seen = await seenSets(author)
  const refused = await sets(author, [['', 'Other', 'blue']], seen)
  expect(refused.status).toBe(422)
  expect(await refused.text()).toContain('There are things in it, or drafts of things: Safe start')
  await sets(
    author,
    [
      ['', 'Second', 'gold'],
      ['safe-start', 'A safe start', 'green'],
      ['', 'Second', 'slate'],
    ],
    seen,
  )
  expect(site.services.courses.bySlug('course-3')?.sets).toMatchObject([
    { slug: 'second', title: 'Second', hue: 'gold', position: 1 },
    { slug: 'safe-start', title: 'A safe start', hue: 'green', position: 2 },
    { slug: 'second-2', title: 'Second', hue: 'slate', position: 3 },
  ])
  expect(await guest.read('/courses/course-3')).toContain('A safe start')
  expect(lastAct(site)).toEqual([
    'sets.changed',
    { sets: 'second gold, safe-start green, second-2 slate', sets_before: 'safe-start teal' },
  ])
  await sets(author, [['safe-start', 'A safe start', 'green']], await seenSets(author))
  expect(site.services.courses.bySlug('course-3')?.sets).toHaveLength(1)
})

test('a new set has a badge for completing it, which follows its title and hue', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 3 })
  const badge = () =>
    site.services.courseTransfer.exportOutline('course-3')?.badges.find(({ slug }) => slug === 'makers')
  await sets(
    author,
    [
      ['safe-start', 'Safe start', 'teal'],
      ['', 'Makers', 'gold'],
    ],
    await seenSets(author),
  )
  const rule = { kind: 'set-done', set: 'makers' }
  expect(badge()).toMatchObject({ title: 'Makers', meaning: 'All of “Makers”, done.', hue: 'gold', rule })
  await sets(
    author,
    [
      ['safe-start', 'Safe start', 'teal'],
      ['makers', 'Doers', 'slate'],
    ],
    await seenSets(author),
  )
  expect(badge()).toMatchObject({ title: 'Doers', meaning: 'All of “Doers”, done.', hue: 'slate', rule })
  await sets(author, [['safe-start', 'Safe start', 'teal']], await seenSets(author))
  expect(badge()).toBeUndefined()
})

test('removing a set removes its badge, so that the course can still be exported', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 6 })
  const base = '/admin/courses/course-6'
  const { courses, courseTransfer } = site.services
  await author.post(`${base}/things/thing-6/hide`)
  const page = await author.read(`${base}/sets`)
  const seen = /name="seen" value="([^"]*)"/.exec(page)?.[1]?.replaceAll('&quot;', '"') ?? ''
  const rest = { set_1_slug: 'safe-start', set_1_title: 'Safe start', set_1_hue: 'teal', seen }
  expect((await author.post(`${base}/sets`, rest)).status).toBe(303)
  expect(courseTransfer.exportOutline('course-6')?.badges.map(({ slug }) => slug)).not.toContain('finder-6')
  expect(courseTransfer.exportOutline('course-6')?.sets).toHaveLength(1)
  await author.post(`${base}/things/thing-6/put-back`)
  expect(courses.bySlug('course-6')?.sets.map(({ slug }) => slug)).toEqual(['safe-start', 'finder'])
})

test('buttons arrange sets without saving; empty titles, too many sets and unknown hues are refused', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 3 })
  const seen = await seenSets(author)
  const one: [string, string, string] = ['safe-start', 'Safe start', 'teal']
  const added = await (await sets(author, [one], seen, { intent: 'add' })).text()
  expect(added).toContain('name="set_2_title"')
  const two: [string, string, string][] = [one, ['', 'Two', 'blue']]
  const moved = await (await sets(author, two, seen, { intent: 'up-2' })).text()
  expect(moved).toMatch(/name="set_1_title"[^>]*value="Two"/)
  expect((await sets(author, two, seen, { intent: 'up-9' })).status).toBe(422)
  expect((await sets(author, [one, ['', '', 'blue']], seen)).status).toBe(422)
  expect((await sets(author, [one, ['', 'x', 'pink']], seen)).status).toBe(422)
  expect((await sets(author, [], seen)).status).toBe(422)
  const many = Array.from({ length: 8 }, (_, index): [string, string, string] => ['', `Set ${index}`, 'blue'])
  expect((await sets(author, [one, ...many], seen)).status).toBe(422)
  expect(site.services.courses.bySlug('course-3')?.sets).toHaveLength(1)
})

test('the second of two authors who change sets sees the saved ones', async () => {
  using site = await testSite()
  const { admin, author } = site.cast({ things: 3 })
  const seen = await seenSets(author)
  await sets(admin, [['safe-start', 'Hers', 'teal']], seen)
  const answer = await sets(author, [['safe-start', 'His', 'teal']], seen)
  expect(answer.status).toBe(409)
  expect(await answer.text()).toContain('Hers')
  expect(site.services.courses.bySlug('course-3')?.sets[0]?.title).toBe('Hers')
})

test.each([3, 30])('a course of %i things works from the landing page to the last badge', async (things) => {
  using site = await testSite({ now: '2026-12-30T07:00:00Z' })
  const { admin, author, cohort, guest, learner } = site.cast({ things, starts_on: '2026-03-02', joining: 'open' })
  const base = `/admin/courses/course-${things}`
  for (const path of ['', '/order', '/sets', '/about', '/changes']) {
    expect((await author.get(base + path)).status).toBe(200)
  }
  const map = await learner.read(cohort.at(''))
  expect(map.match(/class="tile"/g)).toHaveLength(things)
  const goals = Array.from(map.matchAll(/name="goal" value="(\w+)"/g), ([, value]) => value)
  expect(goals).toEqual(things === 3 ? ['all'] : ['5', '12', 'all'])
  for (const path of [`/things/${things}`, '/badges', '/reflections', '/people']) {
    expect([path, (await learner.get(cohort.at(path))).status < 400 || path === '/people']).toEqual([path, true])
  }
  expect((await learner.get(cohort.at(`/things/${things + 1}`))).status).toBe(404)
  for (const address of [
    '/',
    `/courses/course-${things}`,
    `/courses/course-${things}/things/${things}`,
    `/join/${cohort.slug}`,
  ]) {
    expect([address, (await guest.get(address)).status]).toEqual([address, 200])
  }
  for (const path of ['', '/grid', '/calendar', '/poster', '/things.csv']) {
    expect([path, (await cohort.organiser.get(`/admin/cohorts/${cohort.slug}${path}`)).status]).toEqual([path, 200])
  }
  expect((await admin.get('/admin')).status).toBe(200)
  for (let number = 1; number <= things; number++) site.reflection(learner, cohort, { number })
  expect(await learner.read(cohort.at('/badges'))).toContain('All things')
})
