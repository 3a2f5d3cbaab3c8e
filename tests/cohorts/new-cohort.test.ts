import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesJoinCode, newJoinCode } from '../../server/cohorts/join-code.ts'
import { freeCohortSlug } from '../../server/cohorts/slug.ts'
import { type TestSite, testSite } from '../support/site.ts'

const PLAN = {
  course: 'course-23',
  title: 'Spring 2026',
  starts_on: '2026-03-09',
  time_zone: 'Pacific/Auckland',
  per_week: '2',
  catch_up_after: '7, 13, 19',
  joining: 'code',
}

function ready(site: TestSite) {
  site.course()
  return site.person({ name: 'Ingrid Solberg', role: 'admin' })
}

function cohorts(site: TestSite): unknown[] {
  return site.db.prepare('SELECT slug FROM cohort ORDER BY id').pluck().all()
}

test('an admin makes a cohort, organises it, and ends on its page with link, code and picture', async () => {
  using site = await testSite()
  const admin = ready(site)
  const answer = await admin.post('/admin/cohorts', PLAN)
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/admin/cohorts/spring-2026'])
  const html = await admin.read('/admin/cohorts/spring-2026')
  const code = site.services.cohorts.findJoinable('spring-2026')?.join_code ?? ''
  expect(html).toContain(`value="http://localhost:2323/join/spring-2026?code=${code}"`)
  expect(html).toContain(`value="${code}"`)
  expect(html).toMatch(/<svg viewBox="0 0 (\d+) \1" role="img" aria-label="QR code: [^"]+"/)
  expect(site.services.enrolments.find(admin.id, 'spring-2026')?.role).toBe('organiser')
})

test('the calendar has every thing, opens at midnight in the zone, and rests where it should', async () => {
  using site = await testSite()
  await ready(site).post('/admin/cohorts', { ...PLAN, holiday_1_from: '2026-03-20', holiday_1_to: '2026-03-24' })
  const id = site.services.cohorts.findJoinable('spring-2026')?.id ?? 0
  const entries = site.services.calendar.entries(id)
  expect(entries.flatMap(({ number }) => number ?? [])).toEqual(Array.from({ length: 23 }, (_, index) => index + 1))
  expect(entries[0]).toMatchObject({
    position: 1,
    kind: 'thing',
    number: 1,
    opens_on: '2026-03-09',
    opens_at: '2026-03-08T11:00:00.000Z',
  })
  expect(entries.filter(({ kind }) => kind === 'catch-up')).toHaveLength(3)
  expect(entries.find(({ kind }) => kind === 'holiday')?.opens_on).toBe('2026-03-23')
})

test("the page suggests the course's rhythm, a Monday at least a week ahead and a zone", async () => {
  using site = await testSite({ now: '2026-03-02T12:00:00Z' })
  const html = await ready(site).read('/admin/cohorts/new')
  expect(html).toContain('name="starts_on" type="date" value="2026-03-09"')
  expect(html).toContain('value="7, 13, 19"')
  expect(html).toContain(`<option value="${Temporal.Now.timeZoneId()}" selected>`)
  expect(html).toContain('value="code" required checked')
  expect(html).toContain('First run')
})

test('the second cohort is no first run', async () => {
  using site = await testSite()
  site.cohort()
  expect(await site.person({ role: 'admin' }).read('/admin/cohorts/new')).not.toContain('First run')
})

test.each([
  ['title', { title: '' }],
  ['title', { title: 'T'.repeat(201) }],
  ['course', { course: 'nothing' }],
  ['starts_on', { starts_on: '2026-02-30' }],
  ['starts_on', { starts_on: '1926-03-09' }],
  ['time_zone', { time_zone: 'Middle/Earth' }],
  ['per_week', { per_week: '0' }],
  ['catch_up_after', { catch_up_after: '7, twelve' }],
  ['catch_up_after', { catch_up_after: '24' }],
  ['joining', { joining: 'everybody' }],
  ['holiday_1_to', { holiday_1_from: '2026-03-24', holiday_1_to: '2026-03-20' }],
  ['holiday_2_to', { holiday_2_from: '2026-03-24', holiday_2_to: '2036-03-20' }],
  ['holiday_3_from', { holiday_3_from: 'soon' }],
  ['holiday_3_to', { holiday_3_from: '2026-03-20', holiday_3_to: 'soon' }],
])('a wrong %s is told beside it, and everything typed stays: %j', async (field, wrong) => {
  using site = await testSite()
  const typed = { ...PLAN, ...wrong }
  const answer = await ready(site).post('/admin/cohorts', typed)
  const html = await answer.text()
  expect(answer.status).toBe(422)
  expect(html).toContain(`id="${field}-problem"`)
  for (const value of [typed.title, typed.starts_on, typed.catch_up_after]) expect(html).toContain(`value="${value}"`)
  expect(cohorts(site)).toEqual([])
})

test('an empty form, repeated fields and fields of other tables make nothing', async () => {
  using site = await testSite()
  const admin = ready(site)
  expect((await admin.post('/admin/cohorts')).status).toBe(422)
  expect((await admin.post('/admin/cohorts', { ...PLAN, title: ['One', 'Two'] })).status).toBe(422)
  expect(cohorts(site)).toEqual([])
  const extra = { join_code: 'mine', world_allowed: '0', made_by: '99', ends_on: '2020-01-01', slug: 'other', id: '77' }
  await admin.post('/admin/cohorts', { ...PLAN, ...extra })
  const row = site.db.prepare('SELECT id, slug, world_allowed, made_by, ends_on > starts_on AS ends FROM cohort').get()
  expect(row).toEqual({ id: 1, slug: 'spring-2026', world_allowed: 1, made_by: admin.id, ends: 1 })
  expect(site.services.cohorts.findJoinable('spring-2026')?.join_code).not.toBe('mine')
})

test('posts for the world are off where joining is by invitation', async () => {
  using site = await testSite()
  await ready(site).post('/admin/cohorts', { ...PLAN, joining: 'invitation' })
  expect(site.services.cohorts.findJoinable('spring-2026')?.world_allowed).toBe(0)
})

test('the same form sent twice makes one cohort', async () => {
  using site = await testSite()
  const admin = ready(site)
  const answers = [
    await admin.post('/admin/cohorts', { ...PLAN, once: 'x1' }),
    await admin.post('/admin/cohorts', { ...PLAN, once: 'x1' }),
  ]
  expect(answers.map(({ headers }) => headers.get('location'))).toEqual(Array(2).fill('/admin/cohorts/spring-2026'))
  expect(cohorts(site)).toHaveLength(1)
})

test('cohorts of the same name get addresses of their own, and none that means something else', async () => {
  using site = await testSite()
  const admin = ready(site)
  for (const title of ['Spring 2026', 'Spring 2026!', 'new', '春'])
    await admin.post('/admin/cohorts', { ...PLAN, title })
  expect(cohorts(site)).toEqual(['spring-2026', 'spring-2026-2', 'new-2', 'cohort'])
})

test('only admins make cohorts', async () => {
  using site = await testSite()
  const { organiser, author, learner } = site.cast()
  for (const person of [organiser, author, learner]) {
    expect((await person.get('/admin/cohorts/new')).status).toBe(403)
    expect((await person.post('/admin/cohorts', PLAN)).status).toBe(403)
  }
})

test('any title becomes an address that is free', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(5), (title, used) => {
      const before: string[] = []
      for (let number = 0; number < used; number++) before.push(freeCohortSlug(title, (slug) => before.includes(slug)))
      const slug = freeCohortSlug(title, (wanted) => before.includes(wanted))
      return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) && slug !== 'new' && !before.includes(slug)
    }),
  )
})

test('a code fits however it is spaced, and no other does', () => {
  fc.assert(
    fc.property(fc.constant(null).map(newJoinCode), fc.constant(null).map(newJoinCode), (code, other) => {
      return (
        matchesJoinCode(code.toUpperCase().replace('-', '  '), code) &&
        !matchesJoinCode(other, code) &&
        !matchesJoinCode('', code)
      )
    }),
    { numRuns: 50 },
  )
})
