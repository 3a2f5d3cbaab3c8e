import { expect, test } from 'vitest'
import { ACTIVITY_KINDS } from '../../server/activity/categories.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

/** An entry's words without markup. */
async function entries(reader: Actor, path: string): Promise<string[]> {
  const page = await reader.read(path)
  const list = /<ol class="entries">([\s\S]*?)<\/ol>/.exec(page)?.[1] ?? ''
  return list
    .split('<li>')
    .slice(1)
    .map((entry) =>
      entry
        .replaceAll('</p>', ' ')
        .replace(/<[^>]*>/g, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
}

async function scene(site: TestSite) {
  const cast = site.cast()
  const { admin, cohort, guide, learner, peer } = cast
  await admin.post(`/admin/people/${learner.handle}/role`, { role: 'author' })
  await cast.organiser.post(`/admin/cohorts/${cohort.slug}/people/${peer.handle}/role`, { role: 'guide' })
  const id = site.reflection(guide, cohort, { title: 'Private title', body: 'Private words', audience: 'me' })
  site.services.comments.write(site.reflection(guide, cohort, { number: 2 }), peer.id, 'Said under it')
  return { ...cast, id }
}

test('the log says who did what to whom, with what it was before', async () => {
  using site = await testSite()
  const { admin } = await scene(site)
  const log = await entries(admin, '/admin/log')
  expect(log.find((entry) => entry.includes('role on the site'))).toMatch(
    /^Åsa Lindqvist changed a role on the site: Amara Okonkwo role: author \(was member\) Monday 2 March, /,
  )
  expect(log.find((entry) => entry.includes('role in a cohort'))).toMatch(/^Ingrid Solberg .*Kenji Watanabe, in Spring/)
})

test('the log shows a changed setting before and after, and no value of a secret one', async () => {
  using site = await testSite()
  const { admin } = await scene(site)
  site.services.settings.change('site_name', 'Harbour Libraries', admin.id)
  site.services.settings.change('smtp_url', 'smtp://name:secret@mail.example', admin.id)
  const log = await entries(admin, '/admin/log')
  const changed = log.filter((entry) => entry.includes('changed a setting'))
  expect(changed[1]).toMatch(/a setting of the site site name: Harbour Libraries \(was Twentythree\) Monday/)
  expect(changed[0]).toMatch(/a setting of the site setting: smtp_url changed: 1 Monday/)
})

test('what people write and earn is in no log', async () => {
  using site = await testSite()
  const { admin, guide, organiser } = await scene(site)
  const paths = [
    '/admin/log',
    '/admin/log?group=accounts',
    '/admin/log?group=moderation',
    `/admin/log?person=${guide.handle}`,
  ]
  const log = (await Promise.all(paths.map((path) => entries(admin, path)))).flat()
  log.push(...(await entries(organiser, '/admin/cohorts/spring/log')))
  expect(log.length).toBeGreaterThan(5)
  expect(log.filter((entry) => /published|wrote|earned|Private/.test(entry))).toEqual([])
})

test('what people do with their own accounts is shown with the filter for it', async () => {
  using site = await testSite()
  const { admin } = await scene(site)
  expect(await entries(admin, '/admin/log')).not.toContainEqual(expect.stringContaining('joined a cohort'))
  expect(await entries(admin, '/admin/log?group=accounts')).toContainEqual(expect.stringContaining('joined a cohort'))
})

test('the log is filtered by subject, person, cohort and dates', async () => {
  using site = await testSite()
  const { admin, learner, peer } = await scene(site)
  const only = (path: string) => entries(admin, path)
  expect(await only(`/admin/log?person=${learner.handle}`)).toHaveLength(1)
  expect(await only(`/admin/log?person=${peer.handle}`)).toHaveLength(1)
  expect(await only('/admin/log?person=nobody')).toEqual([])
  expect(await only('/admin/log?cohort=elsewhere')).toHaveLength(1)
  expect((await only('/admin/log?group=cohorts')).filter((entry) => entry.includes('on the site'))).toEqual([])
  const all = (await only('/admin/log')).length
  expect(await only('/admin/log?from=2026-03-02&to=2026-03-02')).toHaveLength(all)
  expect(await only('/admin/log?from=2026-03-03')).toEqual([])
  expect(await only('/admin/log?to=2026-03-01')).toEqual([])
  expect(await only('/admin/log?from=2026-02-31&to=tomorrow&group=odd')).toHaveLength(all)
})

test('paging shows every entry once', async () => {
  using site = await testSite()
  const { admin, cohort } = site.cast()
  const emails = Array.from({ length: 120 }, (_, number) => `new${number}@library.example`)
  site.services.invitations.makeMany({ cohort_id: cohort.id, emails, role: 'learner', by: admin.id })
  const counts: number[] = []
  for (let path = '/admin/log'; path; ) {
    counts.push((await entries(admin, path)).length)
    path = /rel="next" href="([^"]+)"/.exec(await admin.read(path))?.[1]?.replaceAll('&amp;', '&') ?? ''
  }
  // two cohorts and their courses stand before the invitations
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(
    site.db.prepare('SELECT count(*) FROM activity WHERE logged = 1').pluck().get(),
  )
  expect(counts.slice(0, 2)).toEqual([50, 50])
  expect((await admin.get('/admin/log?before=abc')).status).toBe(404)
})

test('organisers read what was done in their cohort, and nothing of another', async () => {
  using site = await testSite()
  const { admin, foreignOrganiser, organiser } = await scene(site)
  const theirs = await entries(organiser, '/admin/cohorts/spring/log')
  expect(theirs.some((entry) => entry.includes('Kenji Watanabe'))).toBe(true)
  expect(theirs.some((entry) => entry.includes('on the site'))).toBe(false)
  expect((await foreignOrganiser.get('/admin/cohorts/spring/log')).status).toBe(404)
  expect((await admin.get('/admin/cohorts/spring/log')).status).toBe(404)
})

test.each(['learner', 'guide', 'organiser', 'author', 'stranger'] as const)(
  'a %s has no log of the site',
  async (who) => {
    using site = await testSite()
    const cast = site.cast()
    for (const path of ['/admin/log', '/admin/log.csv']) expect((await cast[who].get(path)).status).toBe(403)
  },
)

test('the CSV has what the page shows, safe against formulas, and the export is logged', async () => {
  using site = await testSite()
  const { admin, learner } = await scene(site)
  site.db.prepare("UPDATE person SET name = '=HYPERLINK(1)' WHERE id = ?").run(learner.id)
  const answer = await admin.get('/admin/log.csv?group=people')
  const lines = (await answer.text()).split('\r\n').slice(1, -1)
  expect(lines.find((line) => line.includes('role on the site'))).toContain(
    "Åsa Lindqvist,asa-lindqvist,changed a role on the site,'=HYPERLINK(1),,role: member → author",
  )
  expect(await entries(admin, '/admin/log')).toContainEqual(expect.stringContaining('took the log along'))
})

test('activities cannot be changed or deleted', async () => {
  using site = await testSite()
  const { admin, cohort, learner, peer } = await scene(site)
  for (const sql of [
    'DELETE FROM activity',
    "UPDATE activity SET kind = 'award.earned'",
    "UPDATE activity SET detail = '{}', subject_id = 1",
    "UPDATE activity SET happened_at = '2020-01-01T00:00:00Z'",
    `UPDATE activity SET person_id = ${peer.id}`,
    `UPDATE activity SET cohort_id = ${cohort.id} WHERE cohort_id IS NULL`,
    'UPDATE activity SET logged = 0',
    "INSERT OR REPLACE INTO activity (id, kind, happened_at) VALUES (1, 'award.earned', '2020')",
  ]) {
    const before = site.db.prepare('SELECT * FROM activity').all()
    expect(() => site.db.exec(sql), sql).toThrow()
    expect(site.db.prepare('SELECT * FROM activity').all()).toEqual(before)
  }
  const count = () => site.db.prepare('SELECT count(*) FROM activity').pluck().get() as number
  const before = count()
  expect(site.services.people.deleteAccount(peer.id, 'go')).toBe(true)
  expect(site.services.people.deleteAccount(learner.id, 'stay', admin.id)).toBe(true)
  expect(count()).toBe(before + 2)
  expect(await entries(admin, '/admin/log')).toContainEqual(
    expect.stringMatching(/closed an account for good: no\. \d+/),
  )
})

test('every kind that is recorded stands on a page as words, whatever it says of itself', async () => {
  using site = await testSite()
  const { admin, cohort, learner } = site.cast()
  for (const kind of ACTIVITY_KINDS) {
    const detail = { name: '<b>new</b>', name_before: 'old', thing_id: 7, at: '2026-03-02T07:00:00Z' }
    const what = { person_id: admin.id, cohort_id: cohort.id, subject_id: learner.id, detail }
    // the subscribers want posts that are there
    site.db
      .prepare(
        'INSERT INTO activity (kind, person_id, cohort_id, subject_id, detail, happened_at, logged) VALUES (?, ?, ?, ?, ?, ?, 1)',
      )
      .run(kind, what.person_id, what.cohort_id, what.subject_id, JSON.stringify(what.detail), '2026-03-02T07:00:00Z')
  }
  const page = await admin.read('/admin/log')
  expect(page).not.toContain('<b>new</b>')
  expect(page).toContain('was old')
  expect(page).not.toContain('thing id')
})
