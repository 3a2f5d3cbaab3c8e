import { expect, test } from 'vitest'
import { testSite } from '../support/site.ts'

test('the poster has the link as a picture, the address to type, the code and the dates', async () => {
  using site = await testSite()
  const { slug, organiser } = site.cohort({ title: 'Spring & summer <2026>' })
  const html = await organiser.read(`/admin/cohorts/${slug}/poster`)
  const { join_code } = site.services.cohorts.findJoinable(slug) ?? { join_code: '?' }
  expect(html).toContain(`<b>localhost:2323/join/${slug}</b>`)
  expect(html).toContain(`>${join_code}</b>`)
  expect(html).toContain('Spring &amp; summer &lt;2026&gt;')
  expect(html).toContain('2 March 2026 to 14 June 2026')
  expect(html).toMatch(/<svg viewBox="0 0 \d+ \d+" role="img" aria-label="QR code/)
})

test('without a code there is none on it, and by invitation there is nothing to hang up', async () => {
  using site = await testSite()
  const open = site.cohort({ joining: 'open' })
  expect(await open.organiser.read(`/admin/cohorts/${open.slug}/poster`)).not.toContain('Course code')
  const closed = site.cohort({ title: 'Closed', joining: 'invitation' })
  const html = await closed.organiser.read(`/admin/cohorts/${closed.slug}/poster`)
  expect(html).toContain('nothing to hang up')
  expect(html).not.toContain('class="qr"')
})

test('only organisers of the cohort have it', async () => {
  using site = await testSite()
  const { cohort, ...cast } = site.cast()
  for (const [who, status] of [
    ['learner', 403],
    ['guide', 403],
    ['foreignOrganiser', 404],
    ['guest', 303],
  ] as const) {
    expect([who, (await cast[who].get(`/admin/cohorts/${cohort.slug}/poster`)).status]).toEqual([who, status])
  }
})
