import { expect, test } from 'vitest'
import { type Actor, testSite } from '../support/site.ts'

type Site = Awaited<ReturnType<typeof testSite>>
const at = '/admin/cohorts/spring/calendar'

async function move(site: Site, organiser: Actor, cohort: { id: number }, number: number, fields: object) {
  const { calendar } = site.services
  const entry = calendar.entries(cohort.id).find((entry) => entry.number === number)
  const version = String(calendar.version(cohort.id))
  const answer = await organiser.post(`${at}/${entry?.id}`, { version, rest: 'follow', tell: '1', ...fields })
  expect(answer.status).toBe(303)
  await site.services.jobs.runDue()
}

function told(site: Site, { id }: { id: number }) {
  const rows = site.db.prepare("SELECT read_at FROM notice WHERE person_id = ? AND kind = 'calendar'").all(id)
  return rows.length
}

test('everybody in the cohort is told in words, but not who did it nor who is elsewhere or has left', async () => {
  using site = await testSite()
  const { cohort, guide, learner, organiser, peer, stranger } = site.cast()
  await peer.post(cohort.at('/leave'), { posts: 'stay' })
  await move(site, organiser, cohort, 8, { opens_on: '2026-04-13' })
  expect([learner, guide, organiser, stranger, peer].map((person) => told(site, person))).toEqual([1, 1, 0, 0, 0])
  const page = await learner.read('/notices')
  expect(page).toContain('Dates have changed')
  expect(page).toContain('Thing 8 and 17 more come a week later.')
  expect(page).toContain('href="/cohorts/spring"')
  expect(await learner.read(cohort.at(''))).toContain('<span class="count" aria-hidden="true">1</span>')
})

test('the changes of a day are told in one notice, and it is new again with each', async () => {
  using site = await testSite()
  const { cohort, learner, organiser } = site.cast()
  await move(site, organiser, cohort, 8, { opens_on: '2026-04-13' })
  site.services.notices.readAll(learner.id, 1000)
  expect(site.services.notices.countNew(learner.id)).toBe(0)
  await move(site, organiser, cohort, 11, { opens_on: '2026-04-22', rest: 'stay' })
  expect([told(site, learner), site.services.notices.countNew(learner.id)]).toEqual([1, 1])
  const page = await learner.read('/notices')
  expect(page).toContain('Thing 8 and 17 more come a week later. Thing 11 opens on Wednesday 22 April now.')
  site.clock.advance({ hours: 24 })
  await move(site, organiser, cohort, 12, { opens_on: '2026-05-11' })
  expect(told(site, learner)).toBe(2)
})

test('a day of the cohort ends at its own midnight', async () => {
  using site = await testSite({ now: '2026-03-03T10:30:00Z' })
  const { cohort, learner, organiser } = site.cast({ time_zone: 'Pacific/Auckland' })
  await move(site, organiser, cohort, 8, { opens_on: '2026-04-13' })
  site.clock.advance({ hours: 1 })
  await move(site, organiser, cohort, 8, { opens_on: '2026-04-14' })
  expect(told(site, learner)).toBe(2)
})

test('many changes of a day are counted behind the first four', async () => {
  using site = await testSite()
  const { cohort, learner, organiser } = site.cast()
  for (const day of ['13', '14', '15', '16', '17', '18'])
    await move(site, organiser, cohort, 8, { opens_on: `2026-04-${day}` })
  expect(await learner.read('/notices')).toContain('And 2 more changes.')
})

test('nobody is notified when the organiser chose not to, nor of a refused change', async () => {
  using site = await testSite()
  const { cohort, learner, organiser } = site.cast()
  await move(site, organiser, cohort, 8, { opens_on: '2026-04-13', tell: '0' })
  const [first] = site.services.calendar.entries(cohort.id)
  const refused = await organiser.post(`${at}/${first?.id}`, {
    version: '2',
    rest: 'follow',
    tell: '1',
    opens_on: '2026-05-05',
  })
  expect(refused.status).toBe(422)
  await site.services.jobs.runDue()
  expect(told(site, learner)).toBe(0)
})

test('a form that comes twice tells once', async () => {
  using site = await testSite()
  const { cohort, learner, organiser } = site.cast()
  const entry = site.services.calendar.entries(cohort.id).find(({ number }) => number === 8)
  const sent = { version: '1', rest: 'follow', tell: '1', opens_on: '2026-04-13', once: 'twice' }
  for (let time = 0; time < 2; time++) expect((await organiser.post(`${at}/${entry?.id}`, sent)).status).toBe(303)
  await site.services.jobs.runDue()
  expect(told(site, learner)).toBe(1)
  expect(await learner.read('/notices')).not.toContain('later. Thing 8')
})

test('a large cohort is told in portions, everybody once', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  const add = site.db.prepare(
    "INSERT INTO person (name, email, handle, password_hash, created_at) VALUES (?, ?, ?, '', '2026-03-01')",
  )
  const enrol = site.db.prepare(
    "INSERT INTO enrolment (cohort_id, person_id, goal, joined_at, seen_at) VALUES (?, ?, 23, '2026-03-01', '2026-03-01')",
  )
  site.db.transaction(() => {
    for (let one = 0; one < 700; one++) {
      const { lastInsertRowid } = add.run(`One ${one}`, `one${one}@x.example`, `one-${one}`)
      enrol.run(cohort.id, lastInsertRowid)
    }
  })()
  await move(site, organiser, cohort, 8, { opens_on: '2026-04-13' })
  const rows = site.db.prepare("SELECT count(*) FROM notice WHERE kind = 'calendar'").pluck().get()
  expect(rows).toBe(703)
  expect(site.db.prepare("SELECT count(*) FROM job WHERE kind = 'cohort.tell'").pluck().get()).toBe(3)
})
