import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../../server/config.ts'
import { testSite } from '../support/site.ts'
import { oddServer, postOffice } from '../support/smtp-server.ts'

const folder = path.join(import.meta.dirname, '../fixtures/certificates')
const pem = (name: string) => readFileSync(path.join(folder, name), 'utf8')
/** A mail server that is encrypted from the start, with a certificate of the tests' own authority. */
const encrypted = () => postOffice({ secure: true, key: pem('localhost.key'), cert: pem('localhost.pem') })
const testEmail = async (site: Awaited<ReturnType<typeof testSite>>) =>
  (await site.cast().admin.post('/admin/settings/mail/test')).text()

test.each(['Quay Library (North)', 'Quay: Library; Things, 23', '23 Things @ Quay', 'Ørje "the attic" Bibliotek'])(
  'the sender %s arrives whole',
  async (name) => {
    await using post = await postOffice()
    using site = await testSite({ smtp_url: post.url })
    const { admin } = site.cast()
    const saved = { seen: '0', smtp_url: '', mail_from: `${name} <things@library.example>` }
    expect((await admin.post('/admin/settings/mail', saved)).status).toBe(303)
    await admin.post('/admin/settings/mail/test')
    expect(post.letters[0]?.mail.from?.value).toEqual([{ name, address: 'things@library.example' }])
  },
)

test('a password of odd signs reaches the server unchanged', async () => {
  const got: unknown[] = []
  await using post = await postOffice({
    authOptional: false,
    onAuth: ({ username, password }, _session, done) => {
      got.push(username, password)
      done(null, { user: 'things' })
    },
  })
  using site = await testSite()
  const { admin } = site.cast()
  const password = '%41 +&=:/@#?"\\\'<ü漢>'
  const smtp_url = post.url.replace('//', '//things@')
  await admin.post('/admin/settings/mail', { seen: '0', smtp_url, smtp_password: password, mail_from: '' })
  await admin.post('/admin/settings/mail/test')
  expect(got).toEqual(['things', password])
  expect(post.letters).toHaveLength(1)
})

test('an encrypted address for a server that is not says which of the two to change', async () => {
  await using post = await postOffice()
  using site = await testSite({ smtp_url: post.url.replace('smtp:', 'smtps:') })
  expect(await testEmail(site)).toContain('do not agree on encryption')
})

test('a server that says nothing is told from one that is not there', async () => {
  await using silent = await oddServer((socket) => socket.end())
  using site = await testSite({ smtp_url: silent.url })
  expect(await testEmail(site)).toContain('The letter did not leave')
  using other = await testSite({ smtp_url: 'smtp://127.0.0.1:1' })
  expect(await testEmail(other)).toContain('Nothing answers at this address and port')
})

test('usual ports with the wrong scheme are refused at the field', async () => {
  using site = await testSite()
  const { admin } = site.cast()
  for (const [smtp_url, words] of [
    ['smtp://mail.library.example:465', 'Write smtps:// in place of smtp://'],
    ['smtps://mail.library.example:587', 'Write smtp:// in place of smtps://'],
  ]) {
    const answer = await admin.post('/admin/settings/mail', { seen: '0', smtp_url: smtp_url ?? '', mail_from: '' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(words)
  }
})

test('a certificate of an own authority is trusted once that is set, in the settings or by a file', async () => {
  await using post = await encrypted()
  const smtp_url = post.url.replace('smtp:', 'smtps:')
  using site = await testSite({ smtp_url })
  const { admin } = site.cast()
  const test = async () => (await admin.post('/admin/settings/mail/test')).text()
  expect(await test()).toContain('an authority that this site does not know')
  const section = { seen: '0', smtp_url: '', mail_from: '' }
  const refused = await admin.post('/admin/settings/mail', { ...section, smtp_ca: 'no certificate' })
  expect(refused.status).toBe(422)
  expect(await refused.text()).toContain('no certificate')
  const saved = await admin.post('/admin/settings/mail', { ...section, smtp_ca: pem('authority.pem') })
  expect(saved.status).toBe(303)
  expect(await test()).toContain('The server took the letter')
  const config = readConfig({ SMTP_CA: path.join(folder, 'authority.pem') })
  expect(config.smtp_ca).toBe(pem('authority.pem'))
  expect(() => readConfig({ SMTP_CA: path.join(folder, 'missing.pem') })).toThrow(/SMTP_CA: a file that can be read/)
  expect(() => readConfig({ SMTP_CA: path.join(folder, 'localhost.key') })).toThrow(/SMTP_CA/)
})

test('the admin home says after minutes that emails do not go out, and saved settings send them', async () => {
  await using post = await postOffice()
  using site = await testSite({ smtp_url: 'smtp://127.0.0.1:1' })
  const { admin, organiser, cohort } = site.cast()
  await organiser.post(`/admin/cohorts/${cohort.slug}/invitations`, { addresses: 'greta@library.example' })
  await site.services.jobs.runDue()
  expect(await admin.read('/admin')).not.toContain('not going out')
  site.clock.advance({ minutes: 4 })
  await site.services.jobs.runDue()
  const home = await admin.read('/admin')
  expect(home).toContain('One email is not going out')
  expect(home).toContain('ECONNREFUSED')
  expect(home).toContain('Nothing answers at this address and port')
  expect(await organiser.read('/admin')).not.toContain('not going out')
  await admin.post('/admin/settings/mail', { seen: '0', smtp_url: post.url, mail_from: '' })
  await site.services.jobs.runDue()
  expect(post.letters).toHaveLength(1)
  expect(await admin.read('/admin')).not.toContain('not going out')
})

test('emails that nothing tries to send are told of too', async () => {
  using site = await testSite({ smtp_url: 'smtp://127.0.0.1:1' })
  const { admin, organiser, cohort } = site.cast()
  await organiser.post(`/admin/cohorts/${cohort.slug}/invitations`, { addresses: 'greta@library.example' })
  site.clock.advance({ minutes: 11 })
  expect(await admin.read('/admin')).toContain('Nothing has tried to send them')
})
