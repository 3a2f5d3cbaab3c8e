import { expect, test } from 'vitest'
import type { Browser } from '../support/http-client.ts'
import { testSite } from '../support/site.ts'

/** The file's lines without their ends; none of these tests writes a line end into a cell. */
async function linesOf(browser: Browser, address: string): Promise<string[]> {
  const answer = await browser.get(address)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
  return new TextDecoder('utf-8', { ignoreBOM: true })
    .decode(await answer.arrayBuffer())
    .split('\r\n')
    .slice(0, -1)
}

test('the grid as a file has a line for each learner, with the true dates', async () => {
  using site = await testSite({ now: '2026-03-18T23:30:00Z' })
  const { cohort, organiser, learner, peer } = site.cast()
  site.reflection(learner, cohort, { number: 1, audience: 'me' })
  await learner.post(cohort.at('/things/2/skip'), { done: '1', reason: 'No phone, no bag' })
  const draft = { title: 'T', body: 'Begun', audience: 'cohort', intent: 'draft', version: '' }
  await peer.post(cohort.at('/things/3/reflection'), draft)
  site.pod(cohort, [learner], 'Tram 12')
  await peer.post(cohort.at('/pause'), { done: '1' })
  const lines = await linesOf(organiser, `/admin/cohorts/${cohort.slug}/grid.csv`)
  expect(lines[0]).toMatch(
    /^\ufeffName,Email,Workplace,Pod,Status,Joined \(Europe\/Oslo\),Last active \(Europe\/Oslo\),Goal,Reflections,1 The 1\. thing,2 The 2/,
  )
  const tail = ','.repeat(21)
  expect(lines[1]).toBe(
    `${learner.name},${learner.email},East Quay,Tram 12,going along,2026-03-19,2026-03-19,23,1,2026-03-19,"skipped: No phone, no bag"${tail}`,
  )
  expect(lines[2]).toBe(
    `${peer.name},${peer.email},Central,,taking a break,2026-03-19,2026-03-19,23,0,,,draft${','.repeat(20)}`,
  )
  expect(lines).toHaveLength(3)
})

test('a name that is a formula stays a name', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  cohort.enrol(site.person({ name: '=HYPERLINK("https://evil.example","x")', workplace: '@SUM(A1)' }))
  cohort.enrol(site.person({ name: '＋47 123' }))
  const lines = await linesOf(cohort.organiser, `/admin/cohorts/${cohort.slug}/grid.csv`)
  expect(lines[1]).toMatch(/^"'=HYPERLINK\(""https:\/\/evil\.example"",""x""\)",[^,]*,'@SUM\(A1\),/)
  expect(lines[2]).toMatch(/^'＋47 123,/)
})

test('the files are not cached', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  for (const [file, name] of [
    ['grid.csv', 'spring-people-by-things.csv'],
    ['things.csv', 'spring-things.csv'],
  ]) {
    const { headers } = await organiser.get(`/admin/cohorts/${cohort.slug}/${file}`)
    expect(headers.get('content-disposition')).toBe(`attachment; filename="${name}"`)
    expect(headers.get('cache-control')).toBe('no-store')
  }
})

test('strangers, learners and guides get no file', async () => {
  using site = await testSite()
  const { cohort, guest, ...cast } = site.cast()
  for (const file of ['grid.csv', 'things.csv']) {
    const address = `/admin/cohorts/${cohort.slug}/${file}`
    expect((await guest.get(address)).status).toBe(303)
    for (const who of ['learner', 'guide'] as const) expect((await cast[who].get(address)).status).toBe(403)
    for (const who of ['stranger', 'foreignOrganiser', 'admin'] as const) {
      expect((await cast[who].get(address)).status).toBe(404)
    }
  }
})

test('the things as a file have what was said of them', async () => {
  using site = await testSite({ now: '2026-03-10T07:00:00Z' })
  const { cohort, organiser, learner, peer } = site.cast()
  for (const who of [learner, peer]) site.reflection(who, cohort)
  await learner.post(cohort.at('/things/1/pulse'), { useful: 'some', will_use: 'yes', line: 'A line of mine' })
  const lines = await linesOf(organiser, `/admin/cohorts/${cohort.slug}/things.csv`)
  expect(lines.slice(0, 3)).toEqual([
    '\ufeffNumber,Thing,Opened (Europe/Oslo),Reflections,Answered afterwards,Useful: yes,Useful: in part,Will use it: yes,Will use it: perhaps',
    '1,The 1. thing,2026-03-02,2,1,0,1,1,0',
    '2,The 2. thing,2026-03-02,0,0,0,0,0,0',
  ])
})
