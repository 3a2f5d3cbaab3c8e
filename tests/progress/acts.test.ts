import { expect, test } from 'vitest'
import { type TestSite, testSite } from '../support/site.ts'

const rows = (site: TestSite, table: 'tick' | 'skip' | 'pulse') => site.db.prepare(`SELECT * FROM ${table}`).all()
const JSON_WANTED = { accept: 'application/json' }

test('a step that is ticked leads back to itself and is pressed', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const answer = await learner.post(cohort.at('/things/1/steps/try'), { done: '1' })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe(cohort.at('/things/1#step-try'))
  const page = await learner.read(cohort.at('/things/1'))
  expect(page).toContain('aria-pressed="true" aria-labelledby="step-try"')
  expect(page).toContain('aria-pressed="false" aria-labelledby="step-look"')
})

test('ticking and unticking are idempotent', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const tick = (done: string) => learner.post(cohort.at('/things/1/steps/try'), { done })
  await Promise.all([tick('1'), tick('1'), tick('1')])
  expect(rows(site, 'tick')).toHaveLength(1)
  await tick('0')
  expect((await tick('0')).status).toBe(303)
  expect(rows(site, 'tick')).toHaveLength(0)
})

test('a step answers in JSON where JSON is asked for', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const on = await learner.post(cohort.at('/things/1/steps/try'), { done: '1' }, JSON_WANTED)
  expect(await on.json()).toEqual({ done: true, thing_done: false })
  const off = await learner.post(cohort.at('/things/1/steps/try'), { done: '0' }, JSON_WANTED)
  expect(await off.json()).toEqual({ done: false, thing_done: false })
})

test('a ticked step of a deeper level keeps that level unfolded', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  expect(await learner.read(cohort.at('/things/1'))).not.toContain('<details class="depth" open>')
  await learner.post(cohort.at('/things/1/steps/tell'), { done: '1' })
  expect(await learner.read(cohort.at('/things/1'))).toContain('<details class="depth" open>')
})

test('an unknown step is not found', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  expect((await learner.post(cohort.at('/things/1/steps/elsewhere'), { done: '1' })).status).toBe(404)
  expect((await learner.post(cohort.at('/things/1/steps/__proto__'), { done: '1' })).status).toBe(404)
})

test.each([{}, { done: '2' }, { done: ['1', '0'] }, { done: 'true' }])(
  'a tick that is neither 1 nor 0 is refused: %j',
  async (fields) => {
    await using site = await testSite()
    const { cohort, learner } = site.cast()
    expect((await learner.post(cohort.at('/things/1/steps/try'), fields)).status).toBe(422)
    expect(rows(site, 'tick')).toHaveLength(0)
  },
)

test('a closed thing refuses every act and shows its date instead', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const acts = [
    learner.post(cohort.at('/things/3/steps/try'), { done: '1' }),
    learner.post(cohort.at('/things/3/skip'), { done: '1', reason: 'Not yet' }),
    learner.post(cohort.at('/things/3/pulse'), { useful: 'yes', will_use: 'yes' }),
  ]
  for (const answer of await Promise.all(acts)) {
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('Opens Monday 9 March')
  }
  expect([...rows(site, 'tick'), ...rows(site, 'skip'), ...rows(site, 'pulse')]).toHaveLength(0)
})

test('a thing is skipped with a reason and resumed', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const answer = await learner.post(cohort.at('/things/1/skip'), { done: '1', reason: 'No phone this week' })
  expect(answer.headers.get('location')).toBe(cohort.at(''))
  const map = await learner.read(cohort.at(''))
  expect(map).toContain('1. The 1. thing, put aside for now')
  expect(map).toContain('2. The 2. thing, next for you')
  expect(await learner.read(cohort.at('/things/1'))).toContain('You wrote: No phone this week')

  await learner.post(cohort.at('/things/1/skip'), { done: '0' })
  expect(await learner.read(cohort.at(''))).toContain('1. The 1. thing, next for you')
})

test.each([
  [{ done: '1' }, 'Please fill this in.'],
  [{ done: '1', reason: '   ' }, 'Please fill this in.'],
  [{ done: '1', reason: 'x'.repeat(501) }, 'That is 501 characters. Up to 500 fit here.'],
  [{ done: 'perhaps', reason: 'x' }, 'Please choose one of these.'],
  [{ done: '1', reason: ['a', 'b'] }, 'This came twice. Please send it once.'],
])('a skip with %j is refused', async (fields, words) => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const answer = await learner.post(cohort.at('/things/1/skip'), fields)
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain(words)
  expect(rows(site, 'skip')).toHaveLength(0)
})

test('a refused reason comes back as it was typed', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const reason = `<b>"long"</b>${'x'.repeat(500)}`
  const page = await (await learner.post(cohort.at('/things/1/skip'), { done: '1', reason })).text()
  expect(page).toContain(`value="&lt;b&gt;&quot;long&quot;&lt;/b&gt;${'x'.repeat(500)}"`)
})

test('skipping again replaces the reason', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  await learner.post(cohort.at('/things/1/skip'), { done: '1', reason: 'First' })
  await learner.post(cohort.at('/things/1/skip'), { done: '1', reason: 'Second' })
  expect(rows(site, 'skip')).toMatchObject([{ reason: 'Second' }])
})

test('writing about a skipped thing removes the skip', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  await learner.post(cohort.at('/things/1/skip'), { done: '1', reason: 'Later' })
  site.reflection(learner, cohort)
  expect(rows(site, 'skip')).toHaveLength(0)
  expect(await learner.read(cohort.at(''))).toContain('1. The 1. thing, done')
})

test('a done thing cannot be skipped', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  site.reflection(learner, cohort)
  await learner.post(cohort.at('/things/1/skip'), { done: '1', reason: 'After all not' })
  expect(rows(site, 'skip')).toHaveLength(0)
})

test('a pulse is asked for once the thing is done, and kept', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  expect(await learner.read(cohort.at('/things/1'))).not.toContain('Was it useful?')
  site.reflection(learner, cohort)
  expect(await learner.read(cohort.at('/things/1'))).toContain('Was it useful?')
  await learner.post(cohort.at('/things/1/pulse'), { useful: 'some', will_use: 'perhaps', line: 'Nice <i>idea</i>' })
  expect(rows(site, 'pulse')).toMatchObject([{ useful: 'some', will_use: 'perhaps', line: 'Nice <i>idea</i>' }])
  expect(await learner.read(cohort.at('/things/1'))).toContain('value="Nice &lt;i&gt;idea&lt;/i&gt;"')
})

test('a pulse may be given another time and is still one', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  site.reflection(learner, cohort)
  await learner.post(cohort.at('/things/1/pulse'), { useful: 'yes', will_use: 'yes', line: 'Good' })
  await learner.post(cohort.at('/things/1/pulse'), { useful: 'no', will_use: 'no' })
  expect(rows(site, 'pulse')).toMatchObject([{ useful: 'no', will_use: 'no', line: null }])
})

test('a pulse about a thing that is not done is refused', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const answer = await learner.post(cohort.at('/things/1/pulse'), { useful: 'yes', will_use: 'yes' })
  expect(answer.status).toBe(403)
  expect(rows(site, 'pulse')).toHaveLength(0)
})

test.each([
  [{ will_use: 'yes' }, 'useful-problem'],
  [{ useful: 'yes', will_use: 'some' }, 'will_use-problem'],
  [{ useful: ['yes', 'no'], will_use: 'yes' }, 'useful-problem'],
  [{ useful: 'yes', will_use: 'yes', line: 'x'.repeat(281) }, 'line-problem'],
])('a pulse of %j is refused with a message at its field', async (fields, id) => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  site.reflection(learner, cohort)
  const answer = await learner.post(cohort.at('/things/1/pulse'), fields)
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain(`id="${id}"`)
  expect(rows(site, 'pulse')).toHaveLength(0)
})

test('nobody ticks, skips or answers for another: the rows are one’s own', async () => {
  await using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  await learner.post(cohort.at('/things/1/steps/try'), { done: '1', enrolment_id: '2', person_id: String(peer.id) })
  await learner.post(cohort.at('/things/2/skip'), {
    done: '1',
    reason: 'x',
    enrolment_id: '2',
    person_id: String(peer.id),
  })
  const page = await peer.read(cohort.at('/things/1'))
  expect(page).not.toContain('aria-pressed="true"')
  expect(await peer.read(cohort.at(''))).toContain('2. The 2. thing, open')
})
