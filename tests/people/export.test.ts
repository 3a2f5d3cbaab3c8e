import { expect, test } from 'vitest'
import { testSite } from '../support/site.ts'

async function file(admin: { get(path: string): Promise<Response> }, query = ''): Promise<string[]> {
  const answer = await admin.get(`/admin/people.csv${query}`)
  expect(answer.headers.get('content-type')).toContain('text/csv')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  return (await answer.text()).split('\r\n').slice(1, -1)
}

test('the file has everybody whom the list shows, and nobody else', async () => {
  using site = await testSite()
  const { admin, learner, stranger } = site.cast()
  site.services.people.deactivate(stranger.id, admin.id)
  expect(await file(admin)).toHaveLength(9)
  expect(await file(admin, '?state=deactivated')).toEqual([
    `Tunde Adeyemi,${stranger.email},tunde-adeyemi,,Member,2026-03-02,2026-03-02,Elsewhere (learner)`,
  ])
  expect((await file(admin, '?workplace=East+Quay'))[0]).toContain(learner.email)
})

test('more people than are read at once are all there, once', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  for (let number = 0; number < 1100; number++) site.person()
  const lines = await file(admin)
  expect(new Set(lines).size).toBe(1101)
  expect(lines).toHaveLength(1101)
})

test.each(['=cmd|calc', '+1', '-1', '@sum', '\t=1', '＝1'])(
  'a name or workplace like %j is no formula',
  async (text) => {
    using site = await testSite()
    const admin = site.person({ role: 'admin' })
    const { id } = site.person()
    site.db.prepare('UPDATE person SET name = :text, workplace = :text WHERE id = :id').run({ id, text })
    const page = (await file(admin)).join('\n')
    expect(page).not.toMatch(/(?:^|[,"\n])[=+\-@\t＝]/)
    expect(page).toContain(`'${text}`)
  },
)

test('taking it along is in the log, without what was looked for', async () => {
  using site = await testSite()
  const { admin } = site.cast()
  await file(admin, '?q=amara&role=member')
  const logged = site.db.prepare("SELECT person_id, detail FROM activity WHERE kind = 'people.exported'").all()
  expect(logged).toEqual([{ person_id: admin.id, detail: expect.stringContaining('"role":"member"') }])
  expect(JSON.stringify(logged)).not.toContain('amara')
})

test('nobody but admins has it', async () => {
  using site = await testSite()
  const { author, learner, organiser } = site.cast()
  for (const who of [author, learner, organiser]) expect((await who.get('/admin/people.csv')).status).toBe(403)
})
