import { expect, test } from 'vitest'
import type { CompletionRule } from '../../server/courses/completion.ts'
import { isComplete } from '../../server/progress/completion-rule.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

type Cohort = ReturnType<TestSite['cohort']>

function setRule(site: TestSite, rule: Partial<CompletionRule>): void {
  const by = site.person({ role: 'author' }).id
  site.services.courseAuthoring.setCompletion(
    site.course(),
    { by: 'reflection', skip: true, min_words: 0, ...rule },
    by,
  )
}

function isDone(site: TestSite, person: Actor, cohort: Cohort, number = 1): boolean {
  const enrolment = site.services.enrolments.find(person.id, cohort.slug)!
  return site.services.progress.map(enrolment).tiles.find((tile) => tile.number === number)?.state === 'done'
}

const tick = (person: Actor, cohort: Cohort, step: string, done = '1') =>
  person.post(cohort.at(`/things/1/steps/${step}`), { done })
const publish = (person: Actor, cohort: Cohort, body: string) =>
  person.post(cohort.at('/things/1/reflection'), { title: 'Tried', body, intent: 'publish', version: '0' })

/** Where the guides' list would send this person's work on the first thing. */
function workOf(site: TestSite, person: Actor, cohort: Cohort) {
  const enrolment = site.services.enrolments.find(person.id, cohort.slug)!
  const thing = site.services.progress.openThing(enrolment, 1)!
  return { enrolment: String(enrolment.id), thing: String(thing.id) }
}

test.each<[CompletionRule['by'], boolean[]]>([
  // what is there: nothing, words, steps, both, a guide's word
  ['reflection', [false, true, false, true, false]],
  ['steps', [false, false, true, true, false]],
  ['both', [false, false, false, true, false]],
  ['guide', [false, false, false, false, true]],
])('by %s a thing is done when that is there, and not before', (by, expected) => {
  const none = { words: null, steps: false, confirmed: false }
  const deeds = [none, { ...none, words: 3 }, { ...none, steps: true }, { ...none, words: 3, steps: true }]
  const all = [...deeds, { ...none, confirmed: true }]
  expect(all.map((deed) => isComplete({ by, min_words: 0 }, deed))).toEqual(expected)
})

test('by steps, the last step of the start makes it done, and unticking one takes it away', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  setRule(site, { by: 'steps' })
  await publish(learner, cohort, 'Words alone.')
  await tick(learner, cohort, 'try')
  expect(isDone(site, learner, cohort)).toBe(false)
  await tick(learner, cohort, 'look')
  expect(isDone(site, learner, cohort)).toBe(true)
  await tick(learner, cohort, 'look', '0')
  expect(isDone(site, learner, cohort)).toBe(false)
})

test('steps beyond the start do not affect completion', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  setRule(site, { by: 'steps' })
  for (const step of ['try', 'look', 'tell']) await tick(learner, cohort, step)
  await tick(learner, cohort, 'tell', '0')
  expect(isDone(site, learner, cohort)).toBe(true)
})

test('by both, either order will do, and one alone does not', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  setRule(site, { by: 'both' })
  await publish(learner, cohort, 'First the words.')
  expect(isDone(site, learner, cohort)).toBe(false)
  for (const person of [learner, peer]) for (const step of ['try', 'look']) await tick(person, cohort, step)
  expect([isDone(site, learner, cohort), isDone(site, peer, cohort)]).toEqual([true, false])
  await publish(peer, cohort, 'Then the words.')
  expect(isDone(site, peer, cohort)).toBe(true)
})

test('deleting the reflection takes the completion away where the rule asks for one', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  setRule(site, { by: 'both' })
  for (const step of ['try', 'look']) await tick(learner, cohort, step)
  const id = site.reflection(learner, cohort)
  expect(isDone(site, learner, cohort)).toBe(true)
  await learner.post(`/reflections/${id}/delete`)
  expect(isDone(site, learner, cohort)).toBe(false)
})

test('a change of the rule takes nothing away, and what held it then holds it still', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  const id = site.reflection(learner, cohort)
  setRule(site, { by: 'both', min_words: 100 })
  await tick(learner, cohort, 'try')
  await tick(learner, cohort, 'try', '0')
  await publish(learner, cohort, 'Fewer words.')
  expect(isDone(site, learner, cohort)).toBe(true)
  await learner.post(`/reflections/${id}/delete`)
  expect(isDone(site, learner, cohort)).toBe(false)
})

test('a short reflection is published, told kindly, and done once it is long enough', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  setRule(site, { min_words: 5 })
  expect((await publish(learner, cohort, 'Three words only')).status).toBe(303)
  expect(isDone(site, learner, cohort)).toBe(false)
  const thing = await (await learner.get(cohort.at('/things/1'))).text()
  expect(thing).toContain('done from 5 words on. Yours has 3 so far')
  const again = await learner.get(cohort.at('/things/1/reflection'))
  expect(await again.text()).toContain('2 more words, and the thing counts as done')
  await learner.post(cohort.at('/things/1/reflection'), { body: 'Now there are five words', intent: 'publish' })
  expect(isDone(site, learner, cohort)).toBe(true)
})

test('awards come in the transaction of the act, also by ticking and by growing words', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  setRule(site, { by: 'steps' })
  const enrolment = site.services.enrolments.find(learner.id, cohort.slug)!
  site.clock.advance({ hours: 24 * 60 })
  for (const { thing } of site.services.progress.openThings(enrolment).slice(0, 5)) {
    for (const step of ['try', 'look']) site.services.progress.tick(enrolment.id, thing.id, step, true)
  }
  const awards = site.db.prepare(
    'SELECT slug FROM award JOIN badge ON badge.id = badge_id WHERE person_id = ? ORDER BY 1',
  )
  expect(awards.pluck().all(learner.id)).toEqual(['five-things', 'safe-start'])
  await tick(learner, cohort, 'try', '0')
  expect(awards.pluck().all(learner.id)).toEqual(['five-things', 'safe-start'])
})

test('ticking the last step is told as JSON too, and the award has its moment on the thing', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast({ things: 1 })
  const by = site.person({ role: 'author' }).id
  site.services.courseAuthoring.setCompletion(site.course(1), { by: 'steps', skip: true, min_words: 0 }, by)
  await tick(learner, cohort, 'try')
  const answer = await learner.post(cohort.at('/things/1/steps/look'), { done: '1' }, { accept: 'application/json' })
  expect(await answer.json()).toEqual({ done: true, thing_done: true })
  expect(await (await learner.get(cohort.at('/things/1'))).text()).toContain('class="moment"')
})

test('where guides confirm, what was written waits for them, and what is for oneself alone does not', async () => {
  using site = await testSite()
  const { cohort, guide, learner, peer } = site.cast()
  setRule(site, { by: 'guide' })
  site.reflection(learner, cohort, { title: 'To be read' })
  site.reflection(peer, cohort, { title: 'Only mine', audience: 'me' })
  const list = `/admin/cohorts/${cohort.slug}/confirmations`
  const page = await (await guide.get(list)).text()
  expect(page).toContain('To be read')
  expect(page).not.toContain('Only mine')
  expect(page).not.toContain('Kenji Watanabe')
  expect((await guide.post(list, { ...workOf(site, learner, cohort), done: '1' })).status).toBe(303)
  expect(isDone(site, learner, cohort)).toBe(true)
  expect(await (await guide.get(list)).text()).not.toContain('To be read')
  expect(await (await learner.get('/notices')).text()).toContain('Marisol Guerrero confirmed that you have done')
})

test('a confirmation stands on the reflection and can be taken back', async () => {
  using site = await testSite()
  const { cohort, guide, learner, peer } = site.cast()
  setRule(site, { by: 'guide' })
  const id = site.reflection(learner, cohort)
  const list = `/admin/cohorts/${cohort.slug}/confirmations`
  expect(await (await guide.get(`/reflections/${id}`)).text()).toContain('It is done')
  for (const person of [learner, peer]) {
    expect(await (await person.get(`/reflections/${id}`)).text()).not.toContain(list)
  }
  const sent = { ...workOf(site, learner, cohort), reflection: String(id) }
  const answer = await guide.post(list, { ...sent, done: '1' })
  expect(answer.headers.get('location')).toBe(`/reflections/${id}`)
  expect(await (await guide.get(`/reflections/${id}`)).text()).toContain('Not yet after all')
  await guide.post(list, { ...sent, done: '0' })
  expect(isDone(site, learner, cohort)).toBe(false)
})

test('nobody confirms their own work, that of another cohort, or where the course does not ask', async () => {
  using site = await testSite()
  const { cohort, guide, foreignGuide, learner, other, stranger } = site.cast()
  const list = `/admin/cohorts/${cohort.slug}/confirmations`
  const theirs = { ...workOf(site, learner, cohort), done: '1' }
  expect((await guide.post(list, theirs)).status).toBe(404)
  setRule(site, { by: 'guide' })
  expect((await guide.post(list, { ...workOf(site, guide, cohort), done: '1' })).status).toBe(404)
  expect((await guide.post(list, { ...workOf(site, stranger, other), done: '1' })).status).toBe(404)
  expect((await foreignGuide.post(list, theirs)).status).toBe(404)
  expect((await learner.post(list, theirs)).status).toBe(403)
  expect(site.db.prepare('SELECT count(*) FROM completion').pluck().get()).toBe(0)
})

test('where nothing may be put aside, the form is gone and the act refused; what was put aside stays', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  await peer.post(cohort.at('/things/1/skip'), { done: '1', reason: 'Later' })
  setRule(site, { skip: false })
  expect(await (await learner.get(cohort.at('/things/1'))).text()).not.toContain('id="skip"')
  expect(await (await learner.get(cohort.at(''))).text()).not.toContain('#skip')
  expect((await learner.post(cohort.at('/things/1/skip'), { done: '1', reason: 'No' })).status).toBe(403)
  expect((await peer.post(cohort.at('/things/1/skip'), { done: '0' })).status).toBe(303)
})

test('map and thing say what makes a thing done', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  const says = async () => [
    (await (await learner.get(cohort.at(''))).text()).includes('when the steps of its start are ticked'),
    (await (await learner.get(cohort.at('/things/1'))).text()).includes('when the steps of its start are ticked'),
  ]
  expect(await says()).toEqual([false, false])
  setRule(site, { by: 'both' })
  expect(await says()).toEqual([true, true])
})

test('an author keeps the rule, with before and after in the log, and a nonsense rule comes back as typed', async () => {
  using site = await testSite()
  const { author } = site.cast()
  site.course()
  const at = '/admin/courses/course-23/completion'
  const refused = await author.post(at, { by: 'steps', min_words: '1001' })
  expect(refused.status).toBe(422)
  expect(await refused.text()).toContain('value="1001"')
  expect((await author.post(at, { by: 'both', min_words: '30' })).status).toBe(303)
  expect(site.services.courses.bySlug('course-23')?.completion).toEqual({ by: 'both', skip: false, min_words: 30 })
  const detail = site.db.prepare<[], string>('SELECT detail FROM activity ORDER BY id DESC LIMIT 1').pluck().get() ?? ''
  expect(JSON.parse(detail)).toMatchObject({ done_by: 'both', done_by_before: 'reflection', min_words_before: 0 })
})

test('those who already qualify are counted by a job, with their badges, and nobody loses anything', async () => {
  using site = await testSite()
  const { author, cohort, learner, peer } = site.cast()
  for (const step of ['try', 'look']) await tick(learner, cohort, step)
  site.reflection(peer, cohort)
  setRule(site, { by: 'steps' })
  expect(isDone(site, learner, cohort)).toBe(false)
  await author.post('/admin/courses/course-23/completion/count')
  await site.services.jobs.runDue()
  expect([isDone(site, learner, cohort), isDone(site, peer, cohort)]).toEqual([true, true])
})

test('the rule travels with the course, and the usual one is not written', async () => {
  using site = await testSite()
  site.course()
  const { courses, courseTransfer } = site.services
  expect(courseTransfer.exportOutline('course-23')).not.toHaveProperty('completion')
  setRule(site, { by: 'guide', skip: false, min_words: 0 })
  const outline = courseTransfer.exportOutline('course-23')!
  expect(outline.completion).toEqual({ by: 'guide', skip: false })
  setRule(site, {})
  courseTransfer.importOutline(outline, null)
  expect(courses.bySlug('course-23')?.completion).toEqual({ by: 'guide', skip: false, min_words: 0 })
})

test('the list of what waits costs as many statements for forty as for one', async () => {
  using site = await testSite()
  const { cohort, guide, learner } = site.cast()
  setRule(site, { by: 'guide' })
  site.reflection(learner, cohort)
  const list = `/admin/cohorts/${cohort.slug}/confirmations`
  await guide.get(list)
  const one = await site.statements(() => guide.get(list))
  for (let count = 0; count < 60; count++) site.reflection(cohort.enrol(site.person()), cohort)
  const many = await site.statements(async () => {
    expect(await (await guide.get(list)).text()).toContain('61 wait; here are the first 50')
  })
  expect(many).toHaveLength(one.length)
  expect(many.length).toBeLessThanOrEqual(8)
})
