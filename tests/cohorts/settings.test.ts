import { expect, test } from 'vitest'
import { type TestSite, testSite } from '../support/site.ts'

const at = '/admin/cohorts/spring/settings'
const KEPT = { title: 'Spring', joining: 'code', world: '1', welcome: '', capacity: '' }

function changes(site: TestSite): unknown[] {
  return site.db
    .prepare<[], string>("SELECT detail FROM activity WHERE kind = 'cohort.settings_changed' ORDER BY id")
    .pluck()
    .all()
    .map((detail) => JSON.parse(detail))
}

test('an organiser changes title, joining and capacity, with before and after in the log', async () => {
  using site = await testSite()
  const { organiser } = site.cast()
  const answer = await organiser.post(at, { ...KEPT, title: 'Spring  by the sea', joining: 'open', capacity: '20' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, at])
  const html = await organiser.read(at)
  expect(html).toContain('value="Spring by the sea"')
  expect(html).toContain('value="20"')
  expect(changes(site)).toEqual([
    {
      title: 'Spring by the sea',
      title_before: 'Spring',
      joining: 'open',
      joining_before: 'code',
      capacity: 20,
      capacity_before: null,
    },
  ])
})

test('what is kept as it was is no change', async () => {
  using site = await testSite()
  const { organiser } = site.cast()
  await organiser.post(at, KEPT)
  expect(changes(site)).toEqual([])
})

test('where the world is not allowed no post of the cohort is shown to it any more', async () => {
  using site = await testSite()
  const { cohort, guest, learner, organiser } = site.cast()
  const id = site.reflection(learner, cohort, { audience: 'world' })
  expect((await guest.get(`/reflections/${id}`)).status).toBe(200)
  const { world, ...inside } = KEPT
  await organiser.post(at, inside)
  expect((await guest.get(`/reflections/${id}`)).status).not.toBe(200)
  expect(changes(site)).toEqual([{ world_allowed: 0, world_allowed_before: 1 }])
})

test('where people come by invitation from now on, the world is off until it is allowed', async () => {
  using site = await testSite()
  const { organiser } = site.cast()
  await organiser.post('/admin/cohorts/spring/joining', { joining: 'invitation' })
  expect(changes(site)).toEqual([
    { joining: 'invitation', joining_before: 'code', world_allowed: 0, world_allowed_before: 1 },
  ])
})

test('the welcome greets learners on the map until something is done, and is not told to the log', async () => {
  using site = await testSite()
  const { cohort, learner, organiser } = site.cast()
  await organiser.post(at, { ...KEPT, welcome: 'Hello and **welcome**. <script>x</script>' })
  const map = await learner.read(cohort.at(''))
  expect(map).toContain('<strong>welcome</strong>')
  expect(map).not.toContain('<script>x')
  expect(changes(site)).toEqual([{ welcome: 'changed' }])
  site.reflection(learner, cohort)
  expect(await learner.read(cohort.at(''))).not.toContain('<strong>welcome</strong>')
})

test.each(['0', '-3', '2.5', 'many', '100001', '1e3'])('%s is no number of places', async (capacity) => {
  using site = await testSite()
  const { organiser } = site.cast()
  const answer = await organiser.post(at, { ...KEPT, title: 'Another', capacity })
  const html = await answer.text()
  expect(answer.status).toBe(422)
  expect(html).toContain('id="capacity-problem"')
  expect(html).toContain('value="Another"')
  expect(changes(site)).toEqual([])
})

test('a title is needed, and one as long as a novel is refused', async () => {
  using site = await testSite()
  const { organiser } = site.cast()
  for (const title of ['', 'x'.repeat(201)]) {
    const answer = await organiser.post(at, { ...KEPT, title })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('id="title-problem"')
  }
})
