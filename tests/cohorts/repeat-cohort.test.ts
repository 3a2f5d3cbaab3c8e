import fc from 'fast-check'
import { expect, test } from 'vitest'
import { opensAt, planCalendar } from '../../server/calendar/plan.ts'
import { nextStart, nextTitle, repeatCalendar } from '../../server/cohorts/repeat-cohort.ts'
import { type TestSite, testSite } from '../support/site.ts'

const rhythm = { per_week: 2, catch_up_after: [3] }
const holidays = [{ from: '2026-03-16', to: '2026-03-16' }]
const once = (time_zone: string, starts_on: string) =>
  planCalendar({ starts_on, time_zone, rhythm, holidays: [], things: 6 })
const lines = (calendar: { opens_on: string; kind: string; number?: number }[]) =>
  calendar.map(({ opens_on, kind, number }) => `${opens_on.slice(5)} ${number ?? kind}`)

test('days, catch-up weeks and holidays come again in the same order, as many days later', () => {
  const spring = planCalendar({ starts_on: '2026-03-02', time_zone: 'Europe/Oslo', rhythm, holidays, things: 5 })
  expect(lines(spring)).toEqual([
    '03-02 1',
    '03-02 2',
    '03-09 3',
    '03-16 holiday',
    '03-23 catch-up',
    '03-30 4',
    '03-30 5',
  ])
  const next = { starts_on: '2027-03-01', time_zone: 'Europe/Oslo', per_week: 2 }
  expect(lines(repeatCalendar(spring, { ...next, things: 5 }))).toEqual([
    ...['03-01 1', '03-01 2', '03-08 3', '03-15 holiday', '03-22 catch-up', '03-29 4', '03-29 5'],
  ])
  expect(lines(repeatCalendar(spring, { ...next, things: 8 })).slice(6)).toEqual([
    '03-29 5',
    '04-05 6',
    '04-05 7',
    '04-12 8',
  ])
  expect(lines(repeatCalendar(spring, { ...next, things: 3 }))).toEqual(['03-01 1', '03-01 2', '03-08 3'])
})

test('whole weeks later every weekday and every distance stays, and instants fit the local dates', () => {
  const zones = fc.constantFrom('Europe/Berlin', 'Pacific/Apia', 'America/Sao_Paulo', 'Pacific/Auckland', 'UTC')
  const starts = fc.constantFrom('2011-12-02', '2011-11-25', '2018-10-14', '2026-03-02', '2026-10-05')
  fc.assert(
    fc.property(
      zones,
      starts,
      fc.integer({ min: -60, max: 120 }),
      fc.integer({ min: 1, max: 12 }),
      (zone, start, weeks, things) => {
        const before = once(zone, start)
        const starts_on = Temporal.PlainDate.from(start).add({ weeks }).toString()
        const after = repeatCalendar(before, { starts_on, time_zone: zone, things, per_week: 2 })
        expect(after.filter(({ kind }) => kind === 'thing')).toHaveLength(things)
        for (const [at, { opens_on, opens_at, kind }] of after.entries()) {
          expect(opens_at).toBe(opensAt(opens_on, zone))
          const was = before[at]
          if (!was || things < 6) continue
          expect([kind, Temporal.PlainDate.from(was.opens_on).until(opens_on).days]).toEqual([was.kind, weeks * 7])
        }
        const numbers = after.flatMap((entry) => (entry.kind === 'thing' ? [entry.number] : []))
        expect(numbers).toEqual(Array.from({ length: things }, (_, at) => at + 1))
      },
    ),
  )
})

test('the day and the title to offer', () => {
  expect(nextStart('2026-03-02', '2026-06-20')).toBe('2027-03-01')
  expect(nextStart('2020-03-02', '2026-06-20')).toBe('2027-02-22')
  expect(nextTitle('Autumn 2026', '2026-09-07', '2027-09-06')).toBe('Autumn 2027')
  expect(nextTitle('Spring', '2026-03-02', '2027-03-01')).toBe('Spring 2027')
})

const at = '/admin/cohorts/spring/again'

function atEnd(site: TestSite) {
  const cast = site.cast()
  cast.cohort.enrol(cast.admin, 'organiser')
  site.clock.set('2026-06-20T07:00:00Z')
  return { ...cast, admin: Object.assign(site.browserOf(cast.admin.id), { id: cast.admin.id }) }
}

test('a new cohort has the rhythm and the settings, but nobody and nothing of the old one', async () => {
  using site = await testSite()
  const cast = site.cast()
  site.reflection(cast.learner, cast.cohort)
  cast.cohort.enrol(cast.admin, 'organiser')
  site.db
    .prepare(
      "UPDATE cohort SET pods_ask = 1, world_allowed = 0, welcome = 'Hello', welcome_html = '<p>Hello</p>' WHERE id = ?",
    )
    .run(cast.cohort.id)
  site.clock.set('2026-06-20T07:00:00Z')
  const admin = site.browserOf(cast.admin.id)
  const form = await admin.read(at)
  expect(form).toContain('value="Spring 2027"')
  expect(form).toContain('value="2027-03-01"')
  const answer = await admin.post(at, { title: 'Spring 2027', starts_on: '2027-03-01' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/admin/cohorts/spring-2027'])
  const next = site.db.prepare("SELECT * FROM cohort WHERE slug = 'spring-2027'").get() as Record<string, unknown>
  const kept = { joining: 'code', time_zone: 'Europe/Oslo', pods_ask: 1, world_allowed: 0, welcome: 'Hello' }
  expect(next).toMatchObject({ ...kept, starts_on: '2027-03-01', ends_on: '2027-06-13', closed_at: null })
  const { calendar, cohorts } = site.services
  expect(calendar.entries(Number(next['id'])).map(({ kind, number }) => number ?? kind)).toEqual(
    calendar.entries(cast.cohort.id).map(({ kind, number }) => number ?? kind),
  )
  expect(cohorts.counts(Number(next['id']))).toEqual({ learners: 0, guides: 0, organisers: 1 })
  const posts = site.db.prepare('SELECT count(*) FROM reflection WHERE cohort_id = ?').pluck().get(next['id'])
  expect(posts).toBe(0)
})

test('ticked guides and organisers are invited to their role, with a link that is shown once', async () => {
  using site = await testSite()
  const { admin, guide, organiser, learner } = atEnd(site)
  const form = await admin.read(at)
  expect(form).toContain(`name="lead_${guide.id}"`)
  expect(form).not.toContain(`name="lead_${learner.id}"`)
  expect(form).not.toContain(`name="lead_${admin.id}"`)
  const sent = { title: 'Spring 2027', starts_on: '2027-03-01', [`lead_${guide.id}`]: '1', once: 'one' }
  const answer = await admin.post(at, { ...sent, [`lead_${learner.id}`]: '1' })
  const page = await answer.text()
  expect(answer.status).toBe(200)
  expect(page).toContain('Spring 2027 is there, and one person is invited')
  const invited = site.db.prepare('SELECT email, role FROM invitation').all()
  expect(invited).toEqual([{ email: guide.email, role: 'guide' }])
  expect(organiser.email).not.toBe(guide.email)
  const again = await admin.post(at, sent)
  expect([again.status, again.headers.get('location')]).toEqual([303, '/admin/cohorts/spring-2027'])
  expect(site.db.prepare('SELECT count(*) FROM cohort').pluck().get()).toBe(3)
  const link = page.match(/\/invite\/[\w-]+/)?.[0] ?? ''
  expect(await guide.read(link)).toContain('guide')
})

test('without a title or a date nothing is made, and what was ticked stays', async () => {
  using site = await testSite()
  const { admin, guide } = atEnd(site)
  const answer = await admin.post(at, { title: '', starts_on: '2027-02-30', [`lead_${guide.id}`]: '1' })
  const page = await answer.text()
  expect(answer.status).toBe(422)
  expect(page).toContain(`name="lead_${guide.id}" value="1" checked`)
  expect(page).toContain('id="title-problem"')
  expect(page).toContain('id="starts_on-problem"')
  expect(site.db.prepare('SELECT count(*) FROM cohort').pluck().get()).toBe(2)
})

test('what was not tried for a year is listed first, with the way to its editor', async () => {
  using site = await testSite()
  const { admin } = atEnd(site)
  site.db.prepare("UPDATE thing SET tried = '2026-05-01'").run()
  site.db.prepare("UPDATE thing SET tried = '2025-01-31' WHERE slug = 'thing-3'").run()
  site.db.prepare('UPDATE course SET revision = revision + 1').run()
  const page = await admin.read(at)
  expect(page).toContain('href="/admin/courses/course-23/things/thing-3"')
  expect(page).toContain('31 January 2025')
  expect(page).not.toContain('href="/admin/courses/course-23/things/thing-4"')
})

test('a course in the archive begins no new cohort', async () => {
  using site = await testSite()
  const { admin } = atEnd(site)
  site.db.prepare("UPDATE course SET archived_at = '2026-06-01T00:00:00.000Z', revision = revision + 1").run()
  expect(await admin.read(at)).toContain('The course is archived or has no things')
  const answer = await admin.post(at, { title: 'Spring 2027', starts_on: '2027-03-01' })
  expect(answer.status).toBe(422)
  expect(site.db.prepare('SELECT count(*) FROM cohort').pluck().get()).toBe(2)
})

test('only a site admin who is in the cohort repeats it and is shown the button', async () => {
  using site = await testSite()
  const { admin, author, foreignOrganiser, guide, learner, organiser } = site.cast()
  const answers: number[] = []
  for (const who of [learner, guide, organiser, foreignOrganiser, author, admin]) {
    answers.push((await who.get(at)).status, (await who.post(at, { title: 'Mine', starts_on: '2027-03-01' })).status)
  }
  expect(answers).toEqual([403, 403, 403, 403, 403, 403, 404, 404, 404, 404, 404, 404])
  expect(site.db.prepare('SELECT count(*) FROM cohort').pluck().get()).toBe(2)
  expect(await organiser.read('/admin/cohorts/spring')).not.toContain(`href="${at}"`)
})
