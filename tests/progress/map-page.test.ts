import { expect, test } from 'vitest'
import { type TestSite, testSite } from '../support/site.ts'

const goalOf = (site: TestSite, person_id: number) =>
  site.db.prepare<[number], number>('SELECT goal FROM enrolment WHERE person_id = ?').pluck().get(person_id)

test('the map greets by first name, and again from the second visit on', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  expect(await learner.read(cohort.at(''))).toContain('Hello, Amara')
  site.clock.advance({ hours: 1 })
  await learner.get(cohort.at(''))
  expect(await learner.read(cohort.at(''))).toContain('Hello again, Amara')
})

test('the map is one list of all things, the stops between them, and the learner', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const page = await learner.read(cohort.at(''))
  expect(page.match(/<li class="tile" /g)).toHaveLength(23)
  expect(page.match(/<li class="stop"/g)).toHaveLength(3)
  expect(page.match(/class="tile you"/g)).toHaveLength(1)
  expect(page.match(/class="line-name"/g)).toHaveLength(6)
})

test('closed things bear their date and lead nowhere', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const page = await learner.read(cohort.at(''))
  expect(page).toContain('3. The 3. thing, opens 9 Mar')
  expect(page).not.toContain(`href="${cohort.at('/things/3')}"`)
})

test('a guide’s map leads to what learners do not see yet', async () => {
  await using site = await testSite()
  const { cohort, guide } = site.cast()
  const page = await guide.read(cohort.at(''))
  expect(page).toContain('3. The 3. thing, opens 9 Mar, you may look already')
  expect(page).toContain(`href="${cohort.at('/things/3')}"`)
})

test('before the first day the map says when it begins', async () => {
  await using site = await testSite({ now: '2026-02-20T12:00:00Z' })
  const { cohort, learner } = site.cast()
  expect(await learner.read(cohort.at(''))).toContain('It begins Monday 2 March')
})

test('with all open things done the map says when the next open', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  for (const number of [1, 2]) site.reflection(learner, cohort, { number })
  const page = await learner.read(cohort.at(''))
  expect(page).toContain('You are up to date')
  expect(page).toContain('The next things open Monday 9 March.')
})

test('when everything is open and the rest was put aside, the map leads back to it', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast({ things: 2 })
  site.reflection(learner, cohort)
  await learner.post(cohort.at('/things/2/skip'), { done: '1', reason: 'Later' })
  expect(await learner.read(cohort.at(''))).toContain('Thing 2, The 2. thing, is still open')
})

test('the whole map done is told', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast({ things: 2 })
  for (const number of [1, 2]) site.reflection(learner, cohort, { number })
  expect(await learner.read(cohort.at(''))).toContain('All two things done. The whole map is yours.')
})

test('a catch-up week is announced the week before, and told while it lasts', async () => {
  await using site = await testSite({ now: '2026-03-23T12:00:00Z' })
  const { cohort, learner } = site.cast()
  expect(await learner.read(cohort.at(''))).toContain('Next week is a catch-up week.')
  site.clock.advance({ days: 7 })
  const page = await learner.read(cohort.at(''))
  expect(page).toContain('This is a catch-up week.')
  expect(page).toContain('Nothing new opens until Monday 6 April')
  expect(page).toMatch(/<li class="stop" data-column="2" data-state="now">/)
})

test('new answers to one’s own reflections stand on the map until they are read', async () => {
  await using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const id = site.reflection(learner, cohort, { title: 'Mine' })
  await peer.post(`/reflections/${id}/comments`, { body: 'Tell me more' })
  const page = await learner.read(cohort.at(''))
  expect(page).toContain('New answers for you')
  expect(page).toContain('Kenji Watanabe answered')
  await learner.get(`/reflections/${id}`)
  expect(await learner.read(cohort.at(''))).not.toContain('New answers for you')
})

test('colleagues’ latest three reflections stand on the map, one’s own do not', async () => {
  await using site = await testSite()
  const { cohort, learner, peer, guide } = site.cast()
  site.reflection(learner, cohort, { title: 'My own words' })
  for (const number of [1, 2]) site.reflection(peer, cohort, { number, title: `By a peer ${number}` })
  for (const number of [1, 2]) site.reflection(guide, cohort, { number, title: `By a guide ${number}` })
  const page = await learner.read(cohort.at(''))
  expect(page).not.toContain('My own words')
  expect(page).not.toContain('By a peer 1')
  for (const title of ['By a peer 2', 'By a guide 1', 'By a guide 2']) expect(page).toContain(title)
  expect(page).toContain('Read all')
})

test.each(['5', '12', '23'])('a goal of %s is kept', async (goal) => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const answer = await learner.post(cohort.at('/goal'), { goal })
  expect(answer.headers.get('location')).toBe(cohort.at(''))
  expect(goalOf(site, learner.id)).toBe(Number(goal))
  expect(await learner.read(cohort.at(''))).toMatch(new RegExp(`value="${goal}" checked`))
})

test.each([{}, { goal: '7' }, { goal: '' }, { goal: '-5' }, { goal: 'all' }, { goal: ['5', '12'] }])(
  'a goal of %j is refused',
  async (fields) => {
    await using site = await testSite()
    const { cohort, learner } = site.cast()
    const answer = await learner.post(cohort.at('/goal'), fields)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('id="goal-problem"')
    expect(goalOf(site, learner.id)).toBe(23)
  },
)

test('in a course of another length the last goal is all of it', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast({ things: 8 })
  expect((await learner.post(cohort.at('/goal'), { goal: '23' })).status).toBe(422)
  expect((await learner.post(cohort.at('/goal'), { goal: 'all' })).status).toBe(303)
  expect(goalOf(site, learner.id)).toBe(8)
})

test('hostile names and titles are text on the map', async () => {
  await using site = await testSite()
  const { cohort } = site.cast()
  const evil = '"><script>alert(1)</script>'
  site.db.prepare('UPDATE thing SET title = ?, short = ?, summary = ?').run(evil, evil, evil)
  site.db.prepare('UPDATE course_set SET title = ?').run(evil)
  site.db.prepare('UPDATE badge SET title = ?, meaning = ?').run(evil, evil)
  site.db.prepare('UPDATE course SET revision = revision + 1').run()
  const writer = cohort.enrol(site.person({ name: evil, workplace: evil }))
  site.reflection(writer, cohort, { title: evil, body: evil })
  const id = site.reflection(cohort.enrol(site.person({ name: '<img src=x>' })), cohort, {
    number: 2,
    title: evil,
    body: evil,
  })
  await writer.post(`/reflections/${id}/comments`, { body: evil })
  await writer.post(cohort.at('/things/2/skip'), { done: '1', reason: evil })
  for (const path of ['', '/things/1', '/things/2', '/things/3', '/badges']) {
    const page = await (await writer.get(cohort.at(path))).text()
    expect(page).not.toContain('<script>alert')
    expect(page).not.toContain('<img')
  }
})

test('the map asks at most 8 statements, the same with one reflection and with a hundred', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const count = async () => (await site.statements(() => learner.get(cohort.at('')))).length
  const write = () => {
    const peer = cohort.enrol(site.person())
    return { peer, id: site.reflection(peer, cohort) }
  }
  const own = site.reflection(learner, cohort)
  await write().peer.post(`/reflections/${own}/comments`, { body: 'One' })
  await learner.get(cohort.at(''))
  const one = await count()
  for (let number = 0; number < 99; number++) {
    const { peer } = write()
    if (number % 10 === 0) await peer.post(`/reflections/${own}/comments`, { body: 'More' })
  }
  expect(await count()).toBe(one)
  expect(one).toBeLessThanOrEqual(8)
})
