import { expect, test } from 'vitest'
import { testSite } from '../support/site.ts'
import { postOffice, refusing } from '../support/smtp-server.ts'

async function scene(options = {}) {
  const post = await postOffice(options)
  const site = await testSite({ smtp_url: post.url })
  const cast = site.cast()
  const at = `/admin/cohorts/${cast.cohort.slug}/invitations`
  return {
    post,
    site,
    ...cast,
    at,
    invite: (addresses: string, fields = {}) => cast.organiser.post(at, { addresses, ...fields }),
    send: () => site.services.jobs.runDue(),
    async [Symbol.asyncDispose]() {
      await post[Symbol.asyncDispose]()
      await site[Symbol.asyncDispose]()
    },
  }
}

test('an invitation is sent by email, and its link is valid', async () => {
  await using its = await scene()
  const page = await (await its.invite('Greta Lind <greta@library.example>')).text()
  expect(page).toContain('/invite/')
  await its.send()
  const [{ recipients = [], mail } = {}] = its.post.letters
  expect(recipients).toEqual(['greta@library.example'])
  expect(mail?.subject).toBe('You are invited to Spring')
  expect(mail?.text).toContain('Hello Greta,')
  expect(mail?.text).toContain('Ingrid Solberg invites you')
  const { pathname } = new URL(its.post.link('/invite/'))
  const joined = await its.guest.post(pathname, { name: 'Greta Lind', password: 'a short sentence is good' })
  expect(joined.headers.get('location')).toBe('/cohorts/spring')
})

test('the links on the page and in the email are for one invitation, used once', async () => {
  await using its = await scene()
  const page = await (await its.invite('greta@library.example')).text()
  const shown = /\/invite\/[\w-]{43}/.exec(page)?.[0] ?? ''
  await its.send()
  const { pathname: sent } = new URL(its.post.link('/invite/'))
  expect(sent).not.toBe(shown)
  expect((await its.guest.get(shown)).status).toBe(200)
  const form = { name: 'Greta Lind', password: 'a short sentence is good' }
  expect((await its.guest.post(sent, form)).status).toBe(303)
  const other = its.site.guest()
  expect((await other.get(shown)).status).toBe(404)
  expect((await other.post(shown, form)).status).toBe(404)
})

test('no token is in the database, before and after the email is sent', async () => {
  await using its = await scene()
  const dump = () =>
    JSON.stringify(
      ['job', 'invitation', 'invitation_link'].map((table) => its.site.db.prepare(`SELECT * FROM ${table}`).all()),
    )
  const page = await (await its.invite('greta@library.example')).text()
  const shown = /\/invite\/([\w-]{43})/.exec(page)?.[1] ?? ''
  expect(shown).not.toBe('')
  expect(dump()).not.toContain(shown)
  await its.send()
  expect(dump()).not.toContain(new URL(its.post.link('/invite/')).pathname.slice('/invite/'.length))
})

test('a person who is invited again gets an email for the new invitation', async () => {
  await using its = await scene()
  await its.invite('greta@library.example')
  await its.send()
  await its.invite('greta@library.example')
  await its.send()
  expect(its.post.letters).toHaveLength(2)
  const { pathname } = new URL(its.post.link('/invite/'))
  expect((await its.guest.get(pathname)).status).toBe(200)
})

test('an invitation withdrawn before its email is not sent', async () => {
  await using its = await scene()
  await its.invite('greta@library.example')
  await its.organiser.post(`${its.at}/1/withdraw`)
  await its.send()
  expect(its.post.letters).toEqual([])
})

test('the same form sent twice sends one email to each', async () => {
  await using its = await scene()
  const fields = { once: 'once-1' }
  await its.invite('greta@library.example abdul@library.example', fields)
  await its.invite('greta@library.example abdul@library.example', fields)
  await its.send()
  expect(its.post.letters).toHaveLength(2)
})

test('an email that is sent again has a link of its own; both are valid', async () => {
  let busy = true
  await using its = await scene({
    onRcptTo: (_address: unknown, _session: unknown, done: (error?: Error | null) => void) =>
      done(busy ? Object.assign(new Error('Later'), { responseCode: 451 }) : null),
  })
  await its.invite('greta@library.example')
  await its.send()
  busy = false
  its.site.clock.advance({ minutes: 5 })
  await its.send()
  expect(its.post.letters).toHaveLength(1)
  expect((await its.guest.get(new URL(its.post.link('/invite/')).pathname)).status).toBe(200)
  expect(its.site.db.prepare('SELECT count(*) FROM invitation_link').pluck().get()).toBe(2)
})

test('a rejected email is in the outbox with its reason, and can be sent again or deleted', async () => {
  await using its = await scene(refusing(550, 'No such person here'))
  expect(await its.admin.read('/admin/outbox')).toContain('No failed jobs')
  await its.invite('greta@library.example')
  await its.send()
  const page = await its.admin.read('/admin/outbox')
  expect(page).toContain('Invitation')
  expect(page).toContain('greta@library.example')
  expect(page).toContain('No such person here')
  const [{ id = 0 } = {}] = its.site.services.jobs.dead(9)
  await its.admin.post(`/admin/outbox/${id}/again`)
  expect(its.site.services.jobs.waiting(9)).toMatchObject([{ kind: 'mail.invitation', attempt: 0 }])
  await its.send()
  expect((await its.admin.post(`/admin/outbox/${id}/drop`)).status).toBe(303)
  expect((await its.admin.post(`/admin/outbox/${id}/drop`)).status).toBe(303)
  expect(its.site.services.jobs.dead(9)).toEqual([])
})

test('the list of invitations says how each email stands, and sends a refused one again', async () => {
  let refuses = true
  await using its = await scene({
    onRcptTo: ({ address }: { address: string }, _session: unknown, done: (error?: Error | null) => void) => {
      const refused = refuses && address.startsWith('greta')
      done(refused ? Object.assign(new Error('Mailbox is closed'), { responseCode: 550 }) : null)
    },
  })
  await its.invite('greta@library.example abdul@library.example')
  expect((await its.organiser.read(its.at)).match(/Queued/g)).toHaveLength(2)
  await its.send()
  const page = await its.organiser.read(its.at)
  expect([page.includes('Sent'), page.includes('Not delivered')]).toEqual([true, true])
  expect(page).toContain('Mailbox is closed')
  const [, id = ''] = /invitations\/(\d+)\/again/.exec(page) ?? []
  refuses = false
  expect((await its.organiser.post(`${its.at}/${id}/again`)).status).toBe(303)
  expect((await its.learner.post(`${its.at}/${id}/again`)).status).toBe(403)
  expect((await its.organiser.post(`${its.at}/999/again`)).status).toBe(404)
  await its.send()
  expect(its.post.letters.map(({ recipients }) => recipients[0]).sort()).toEqual([
    'abdul@library.example',
    'greta@library.example',
  ])
  expect(await its.organiser.read(its.at)).not.toContain('/again')
})

test('all failed emails are retried or deleted at once, by admins only', async () => {
  let refuses = true
  await using its = await scene({
    onRcptTo: (_address: unknown, _session: unknown, done: (error?: Error | null) => void) =>
      done(refuses ? Object.assign(new Error('Closed today'), { responseCode: 550 }) : null),
  })
  await its.invite('greta@library.example abdul@library.example')
  await its.send()
  for (const act of ['again', 'drop']) expect((await its.organiser.post(`/admin/outbox/${act}`)).status).toBe(403)
  expect(await its.admin.read('/admin/outbox/drop')).toContain('2 failed emails and jobs')
  refuses = false
  await its.admin.post('/admin/outbox/again')
  await its.send()
  expect(its.post.letters).toHaveLength(2)
  refuses = true
  await its.invite('mina@library.example')
  await its.send()
  await its.admin.post('/admin/outbox/drop')
  expect(its.site.services.jobs.dead(9)).toEqual([])
})

test('an outbox page shows no token and no more than may be shown', async () => {
  await using its = await scene()
  await its.invite('greta@library.example')
  const page = await its.admin.read('/admin/outbox')
  expect(page).toContain('greta@library.example')
  const kept = its.site.db.prepare<[], string>('SELECT token_hash FROM invitation').pluck().get() ?? 'none'
  expect(page).not.toContain(kept)
  expect((await its.organiser.get('/admin/outbox')).status).toBe(403)
})

test('a line break in the name of an addressee reaches no header', async () => {
  await using its = await scene()
  await its.invite('"Greta\r\nBcc: all@library.example" <greta@library.example>')
  await its.send()
  for (const { raw } of its.post.letters) expect(raw).not.toMatch(/^bcc:/im)
  expect(its.post.letters.every(({ recipients }) => recipients.length === 1)).toBe(true)
})
