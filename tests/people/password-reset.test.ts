import { expect, test } from 'vitest'
import { type Actor, PASSWORD, type TestSite, testSite } from '../support/site.ts'

const NEW = 'an entirely new sentence'

/** An admin makes a link for somebody; the admin hands over its path. */
async function handOver(admin: Actor, to: { handle: string }): Promise<string> {
  const answer = await admin.post(`/admin/people/${to.handle}/reset-link`)
  expect(answer.status).toBe(200)
  return /http:\/\/localhost:2323(\/reset\/[\w-]+)/.exec(await answer.text())?.[1] ?? ''
}

async function people(site: TestSite) {
  const admin = site.person({ role: 'admin' })
  const learner = site.person()
  return { admin, learner, link: await handOver(admin, learner) }
}

async function enters(site: TestSite, email: string, password: string): Promise<boolean> {
  return (await site.guest().post('/login', { email, password })).status === 303
}

test('a link sets a new password and signs out every device', async () => {
  using site = await testSite()
  const { learner, link } = await people(site)
  const answer = await site.guest().post(link, { password: NEW })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/login')
  expect((await learner.get('/me')).status).toBe(303)
  expect(await enters(site, learner.email, NEW)).toBe(true)
  expect(await enters(site, learner.email, PASSWORD)).toBe(false)
})

test('what is said after it leads to signing in', async () => {
  using site = await testSite()
  const { link } = await people(site)
  const guest = site.guest()
  const page = await (await guest.follow(await guest.post(link, { password: NEW }))).text()
  expect(page).toContain('Your new password is kept.')
})

test('looking at a link does not use it up', async () => {
  using site = await testSite()
  const { learner, link } = await people(site)
  const page = await site.guest().get(link)
  expect(page.status).toBe(200)
  expect(await page.text()).toContain(learner.email)
  await site.guest().get(link)
  expect((await site.guest().post(link, { password: NEW })).status).toBe(303)
})

test('a link works once', async () => {
  using site = await testSite()
  const { learner, link } = await people(site)
  await site.guest().post(link, { password: NEW })
  expect((await site.guest().post(link, { password: 'a third one, by a thief' })).status).toBe(404)
  expect((await site.guest().get(link)).status).toBe(404)
  expect(await enters(site, learner.email, NEW)).toBe(true)
})

test('of two uses in the same moment one works', async () => {
  using site = await testSite()
  const { link } = await people(site)
  const answers = await Promise.all([
    site.guest().post(link, { password: NEW }),
    site.guest().post(link, { password: 'a third one, by a thief' }),
  ])
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 404])
})

test('a link works for an hour', async () => {
  using site = await testSite()
  const { link } = await people(site)
  site.clock.advance({ minutes: 59 })
  expect((await site.guest().get(link)).status).toBe(200)
  site.clock.advance({ minutes: 1 })
  expect((await site.guest().get(link)).status).toBe(404)
  expect((await site.guest().post(link, { password: NEW })).status).toBe(404)
})

test('a link is worth nothing after the password was changed otherwise', async () => {
  using site = await testSite()
  const { learner, link } = await people(site)
  await learner.post('/me/password', { old_password: PASSWORD, password: NEW })
  expect((await site.guest().post(link, { password: 'a third one, by a thief' })).status).toBe(404)
})

test('using one link makes the other open ones worthless', async () => {
  using site = await testSite()
  const { admin, learner, link } = await people(site)
  const second = await handOver(admin, learner)
  await site.guest().post(second, { password: NEW })
  expect((await site.guest().get(link)).status).toBe(404)
})

test('a link does not reach somebody who became an admin meanwhile', async () => {
  using site = await testSite()
  const { admin, learner, link } = await people(site)
  await admin.post(`/admin/people/${learner.handle}/role`, { role: 'admin' })
  expect((await site.guest().post(link, { password: NEW })).status).toBe(404)
})

test('a page for a link that is over has a way on', async () => {
  using site = await testSite()
  expect(await (await site.guest().get('/reset/nothing')).text()).toContain('href="/forgot"')
})

test('a new password that is too short leaves the link as it was', async () => {
  using site = await testSite()
  const { link } = await people(site)
  for (const password of ['short', '', 'a'.repeat(201), ' '.repeat(12), `short${' '.repeat(12)}`]) {
    expect((await site.guest().post(link, { password })).status).toBe(422)
  }
  expect((await site.guest().post(link, { password: [NEW, NEW] })).status).toBe(422)
  expect((await site.guest().post(link, { password: NEW })).status).toBe(303)
})

test('the token is in no table and the audit log says who made the link', async () => {
  using site = await testSite()
  const { admin, learner, link } = await people(site)
  const token = link.split('/').at(-1) ?? ''
  expect(token.length).toBeGreaterThanOrEqual(22)
  const tables = site.db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all()
  const everything = tables.map((name) => JSON.stringify(site.db.prepare(`SELECT * FROM "${name}"`).all())).join()
  expect(everything).not.toContain(token)
  const made = site.db.prepare("SELECT person_id, subject_id FROM activity WHERE kind = 'reset_link.made'").all()
  expect(made).toEqual([{ person_id: admin.id, subject_id: learner.id }])
})

test('pages about a link are kept nowhere and tell no other site', async () => {
  using site = await testSite()
  const { admin, learner, link } = await people(site)
  for (const answer of [
    await site.guest().get(link),
    await site.guest().get('/reset/nothing'),
    await site.guest().post(link, { password: 'short' }),
    await admin.post(`/admin/people/${learner.handle}/reset-link`),
  ]) {
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('referrer-policy')).toMatch(/^(no-referrer|same-origin)$/)
  }
})

test('a link carries the site’s own address, whatever name it was asked under', async () => {
  using site = await testSite()
  const { admin, learner } = await people(site)
  const answer = await admin.post(
    `/admin/people/${learner.handle}/reset-link`,
    {},
    { 'x-forwarded-host': 'evil.example' },
  )
  const page = await answer.text()
  expect(page).toContain('value="http://localhost:2323/reset/')
  expect(page).not.toContain('evil.example')
})

test('a form that was sent twice makes one link', async () => {
  using site = await testSite()
  const { admin, learner } = await people(site)
  const once = 'the-same-form'
  expect((await admin.post(`/admin/people/${learner.handle}/reset-link`, { once })).status).toBe(200)
  const again = await admin.post(`/admin/people/${learner.handle}/reset-link`, { once })
  expect(again.status).toBe(303)
  expect(site.db.prepare('SELECT count(*) FROM password_reset').pluck().get()).toBe(2)
})

test('no link is made for an admin, neither another nor oneself', async () => {
  using site = await testSite()
  const { admin } = await people(site)
  const other = site.person({ role: 'admin' })
  for (const { handle } of [other, admin]) {
    expect((await admin.post(`/admin/people/${handle}/reset-link`)).status).toBe(403)
  }
  expect(site.db.prepare('SELECT count(*) FROM password_reset').pluck().get()).toBe(1)
})

test('nobody but admins makes links', async () => {
  using site = await testSite()
  const { learner } = await people(site)
  const author = site.person({ role: 'author' })
  for (const actor of [learner, author, site.guest()]) {
    expect((await actor.post(`/admin/people/${learner.handle}/reset-link`)).status).toBe(403)
  }
})

test('whoever asks for a link gets the same answer, known or not', async () => {
  using site = await testSite()
  const { learner } = await people(site)
  const answerTo = async (email: string) => {
    const guest = site.guest()
    const answer = await guest.post('/forgot', { email })
    const page = await (await guest.follow(answer)).text()
    return { status: answer.status, location: answer.headers.get('location'), page }
  }
  expect(await answerTo(learner.email)).toEqual(await answerTo('nobody@library.example'))
})

test('asking is a write for an unknown address too, so that the time it takes tells nothing', async () => {
  using site = await testSite()
  const { learner } = await people(site)
  const changes = site.db.prepare<[], number>('SELECT total_changes()').pluck()
  const rowsWritten = (email: string) => {
    const before = changes.get() ?? 0
    site.services.passwordResets.ask(email)
    return (changes.get() ?? 0) - before
  }
  expect(rowsWritten(learner.email)).toBe(1)
  expect(rowsWritten('nobody@library.example')).toBe(1)
})

test('admins see who waits for a link until one is made', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  const learner = site.person({ name: 'Amara Okonkwo', email: 'amara@library.example' })
  await site.guest().post('/forgot', { email: 'AMARA@library.example' })
  expect(await admin.read('/admin/people')).toContain('Waiting for a link')
  await handOver(admin, learner)
  expect(await admin.read('/admin/people')).not.toContain('Waiting for a link')
})

test.each([
  ['nothing', ''],
  ['no address', 'amara'],
  ['a line end', 'a@library.example\r\nBcc: b@library.example'],
  ['too much', `${'a'.repeat(250)}@library.example`],
])('asking with %s is the form again', async (_what, email) => {
  using site = await testSite()
  const answer = await site.guest().post('/forgot', { email })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('action="/forgot"')
})
