import { describe, expect, test } from 'vitest'
import { type Actor, PASSWORD, testSite } from '../support/site.ts'
import { postOffice } from '../support/smtp-server.ts'
import { guessed } from '../support/wrong-guesses.ts'

const NEW = 'amara.bello@branch.example'

async function scene() {
  const post = await postOffice()
  const site = await testSite({ smtp_url: post.url })
  const cast = site.cast()
  const { emailChanges } = site.services
  const letterTo = (address: string) => post.letters.findLast(({ recipients }) => recipients.includes(address))
  return {
    post,
    site,
    ...cast,
    letterTo,
    ask: (email = NEW, password = PASSWORD, who: Actor = cast.learner) => who.post('/me/email', { email, password }),
    send: () => site.services.jobs.runDue(),
    /** Path of the link in the newest letter to an address. */
    pathTo: (address: string) => /\/confirm-email\/[\w-]+/.exec(letterTo(address)?.mail.text ?? '')?.[0] ?? '',
    emailNow: () => site.services.people.find(cast.learner.id)?.email,
    pending: () => emailChanges.pending(cast.learner.id),
    signIn: async (email: string) => (await site.guest().post('/login', { email, password: PASSWORD })).status,
    async [Symbol.asyncDispose]() {
      await post[Symbol.asyncDispose]()
      await site[Symbol.asyncDispose]()
    },
  }
}

describe('a person', () => {
  test.each([
    ['old', 'new'],
    ['new', 'old'],
  ])('changes their address by confirming at the %s and the %s one', async (...order) => {
    await using its = await scene()
    const page = await its.learner.read('/me')
    expect(page).toContain(its.learner.email)
    expect((await its.ask(' Amara Bello <mailto:AMARA.Bello@Branch.example> ')).status).toBe(303)
    await its.send()
    const paths = { old: its.pathTo(its.learner.email), new: its.pathTo(NEW) }
    const first = paths[order[0] as 'old' | 'new']
    expect((await its.guest.post(first)).headers.get('location')).toBe('/login')
    expect(its.emailNow()).toBe(its.learner.email)
    expect((await its.guest.post(first)).status).toBe(404)
    await its.guest.post(paths[order[1] as 'old' | 'new'])
    expect(its.emailNow()).toBe(NEW)
    expect([await its.signIn(NEW), await its.signIn(its.learner.email)]).toEqual([303, 422])
    await its.send()
    for (const address of [its.learner.email, NEW]) expect(its.letterTo(address)?.mail.text).toContain(NEW)
    expect(its.letterTo(its.learner.email)?.mail.subject).toContain('has changed')
  })

  test('is asked for the password, and a wrong one is a guess', async () => {
    await using its = await scene()
    await guessed(its.site, 19, its.learner.email, '127.0.0.1')
    const answer = await its.ask(NEW, 'wrong wrong wrong')
    expect([answer.status, (await answer.text()).includes(`value="${NEW}"`)]).toEqual([422, true])
    expect((await its.ask()).status).toBe(429)
    expect(its.pending()).toBeNull()
  })

  test.each([
    ['nobody', 'Enter one email address'],
    ['', 'fill this in'],
    ['a@b.example, c@d.example', 'Enter one email address'],
  ])('hears at the field that "%s" is not one address', async (email, words) => {
    await using its = await scene()
    const answer = await its.ask(email)
    expect([answer.status, (await answer.text()).includes(words)]).toEqual([422, true])
    expect((await its.ask(its.learner.email.toUpperCase())).status).toBe(422)
  })

  test('sees the same page whoever has the address, which is told by email to that address alone', async () => {
    await using its = await scene()
    const pages: string[] = []
    for (const email of [its.peer.email, 'free@library.example']) {
      expect((await its.ask(email)).status).toBe(303)
      pages.push((await its.learner.read('/me/email')).replaceAll(email, 'X'))
    }
    expect(pages[1]).toBe(pages[0])
    await its.ask(its.peer.email)
    await its.send()
    expect(its.letterTo(its.peer.email)?.mail.text).toContain('has an account there already')
    expect(its.letterTo(its.peer.email)?.mail.text).not.toContain(its.learner.name)
    expect(its.pathTo(its.peer.email)).toBe('')
    await its.guest.post(its.pathTo(its.learner.email))
    expect(its.emailNow()).toBe(its.learner.email)
  })

  test('keeps the device that asked; others are signed out, and links of before are void', async () => {
    await using its = await scene()
    const other = its.site.browserOf(its.learner.id)
    const reset = its.site.services.passwordResets.makeForSelf(its.learner.id)
    const unsubscribe = its.site.services.emailPreferences.unsubscribeHref(its.learner.id)
    const { invitations } = its.site.services
    const [invited = ''] = invitations.makeMany({
      cohort_id: its.other.id,
      role: 'learner',
      by: its.other.organiser.id,
      emails: [its.learner.email],
    })
    await its.ask()
    await its.send()
    for (const address of [NEW, its.learner.email]) await its.learner.post(its.pathTo(address))
    expect((await its.learner.get('/me')).status).toBe(200)
    expect((await other.get('/me')).status).toBe(303)
    expect(its.site.services.passwordResets.find(reset ?? '')).toBeNull()
    expect((await its.guest.get(new URL(unsubscribe).pathname)).status).toBe(404)
    expect((await its.guest.get(`/invite/${invited}`)).status).toBe(404)
    expect(
      (await its.guest.get(new URL(its.site.services.emailPreferences.unsubscribeHref(its.learner.id)).pathname))
        .status,
    ).toBe(200)
  })

  test('asks five times a day at most, and a later change voids the links of an earlier one', async () => {
    await using its = await scene()
    await its.ask()
    await its.send()
    const earlier = its.pathTo(NEW)
    for (const number of [2, 3, 4, 5]) expect((await its.ask(`new${number}@branch.example`)).status).toBe(303)
    expect((await its.guest.get(earlier)).status).toBe(404)
    expect((await its.ask('new6@branch.example')).status).toBe(422)
    its.site.clock.advance({ hours: 25 })
    expect((await its.ask('new6@branch.example')).status).toBe(303)
  })

  test('may cancel, and a changed password cancels too', async () => {
    await using its = await scene()
    await its.ask()
    expect(await its.learner.read('/me')).toContain(NEW)
    await its.peer.post('/me/email/cancel')
    expect(its.pending()).not.toBeNull()
    await its.learner.post('/me/email/cancel')
    expect(its.pending()).toBeNull()
    await its.ask()
    await its.learner.post('/me/password', { old_password: PASSWORD, password: 'seven phones on one windowsill' })
    expect(its.pending()).toBeNull()
  })

  test('without a mail server is led to an admin', async () => {
    using site = await testSite()
    const { learner } = site.cast()
    expect(await learner.read('/me/email')).toContain('Ask an admin')
    expect((await learner.post('/me/email', { email: NEW, password: PASSWORD })).status).toBe(403)
  })
})

describe('the links', () => {
  test('do nothing when they are only looked at, and are stored as hashes', async () => {
    await using its = await scene()
    await its.ask()
    await its.send()
    for (const address of [NEW, its.learner.email]) {
      const page = await its.guest.get(its.pathTo(address))
      expect(page.status).toBe(200)
      expect(page.headers.get('cache-control')).toBe('no-store')
      expect(await page.text()).not.toContain(its.learner.name)
    }
    expect(its.emailNow()).toBe(its.learner.email)
    const stored = JSON.stringify([
      its.site.db.prepare('SELECT * FROM email_change_link').all(),
      its.site.db.prepare('SELECT * FROM job').all(),
    ])
    for (const address of [NEW, its.learner.email]) expect(stored).not.toContain(its.pathTo(address).split('/').at(-1))
  })

  test('end after a day, and with the account', async () => {
    await using its = await scene()
    await its.ask()
    await its.send()
    its.site.clock.advance({ hours: 23 })
    expect((await its.guest.get(its.pathTo(NEW))).status).toBe(200)
    its.site.services.people.deactivate(its.learner.id, its.admin.id)
    expect((await its.guest.post(its.pathTo(NEW))).status).toBe(404)
    its.site.services.people.activate(its.learner.id, its.admin.id)
    its.site.clock.advance({ hours: 2 })
    expect((await its.guest.post(its.pathTo(NEW))).status).toBe(404)
    expect((await its.guest.post(`/confirm-email/${'x'.repeat(43)}`)).status).toBe(404)
  })

  test('let the old address stop the change, but not the new one', async () => {
    await using its = await scene()
    await its.ask()
    await its.send()
    expect((await its.guest.post(its.pathTo(NEW), { act: 'stop' })).status).toBe(404)
    expect((await its.guest.post(its.pathTo(its.learner.email), { act: 'stop' })).status).toBe(303)
    expect((await its.guest.post(its.pathTo(NEW))).status).toBe(404)
    expect(its.emailNow()).toBe(its.learner.email)
  })

  test('leave both accounts as they are where the address was taken meanwhile', async () => {
    await using its = await scene()
    await its.ask()
    await its.send()
    await its.guest.post(its.pathTo(its.learner.email))
    its.site.person({ email: NEW.toUpperCase() })
    const answer = await its.guest.post(its.pathTo(NEW))
    expect([answer.status, (await answer.text()).includes('Another account')]).toEqual([409, true])
    expect(its.emailNow()).toBe(its.learner.email)
  })

  test('give an address to one of two who confirm it at the same time', async () => {
    await using its = await scene()
    await its.ask()
    await its.ask(NEW, PASSWORD, its.peer)
    await its.send()
    const paths = its.post.letters.map(({ mail }) => /\/confirm-email\/[\w-]+/.exec(mail.text ?? '')?.[0] ?? '')
    expect(new Set(paths).size).toBe(4)
    const answers = await Promise.all(paths.map((path) => its.site.guest().post(path)))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 303, 303, 409])
    const owners = its.site.db.prepare('SELECT count(*) FROM person WHERE email = ?').pluck().get(NEW)
    expect(owners).toBe(1)
  })
})

describe('an admin', () => {
  const at = ({ handle }: Actor) => `/admin/people/${handle}/email`

  test('changes an address that confirms; the old one is told and need not confirm', async () => {
    await using its = await scene()
    await its.admin.post(at(its.learner), { email: NEW })
    await its.send()
    expect(await its.admin.read(`/admin/people/${its.learner.handle}`)).toContain(NEW)
    expect(its.letterTo(its.learner.email)?.mail.text).toContain('stop the change')
    expect((await its.guest.post(its.pathTo(its.learner.email), { act: 'confirm' })).status).toBe(404)
    await its.guest.post(its.pathTo(NEW))
    expect(its.emailNow()).toBe(NEW)
    expect((await its.learner.get('/me')).status).toBe(303)
    const log = await its.admin.read(`/admin/log?person=${its.learner.handle}`)
    expect(log).toContain('email address')
  })

  test('is stopped by the old address, and it is in the log', async () => {
    await using its = await scene()
    await its.admin.post(at(its.learner), { email: NEW })
    await its.send()
    await its.guest.post(its.pathTo(its.learner.email), { act: 'stop' })
    expect((await its.guest.post(its.pathTo(NEW))).status).toBe(404)
    expect(await its.admin.read(`/admin/people/${its.learner.handle}`)).toContain('stopped a change')
  })

  test('loses a change with the role, and when the person becomes an admin', async () => {
    await using its = await scene()
    const second = its.site.person({ role: 'admin' })
    await second.post(at(its.learner), { email: NEW })
    await its.send()
    its.site.db.prepare("UPDATE person SET role = 'member' WHERE id = ?").run(second.id)
    expect((await its.guest.post(its.pathTo(NEW))).status).toBe(404)
    its.site.db.prepare("UPDATE person SET role = 'admin' WHERE id IN (?, ?)").run(second.id, its.learner.id)
    expect((await its.guest.post(its.pathTo(NEW))).status).toBe(404)
  })

  test('changes it at once on a site without a mail server', async () => {
    using site = await testSite()
    const { admin, learner, peer } = site.cast()
    expect((await admin.post(at(learner), { email: peer.email })).status).toBe(422)
    expect((await admin.post(at(learner), { email: 'nobody' })).status).toBe(422)
    expect((await admin.post(at(learner), { email: NEW })).status).toBe(303)
    expect(site.services.people.find(learner.id)?.email).toBe(NEW)
    expect((await learner.get('/me')).status).toBe(303)
    const log = site.db.prepare("SELECT person_id, logged FROM activity WHERE kind = 'person.email_changed'").get()
    expect(log).toEqual({ person_id: admin.id, logged: 1 })
  })

  test('only an admin may, and not to another admin or themselves', async () => {
    using site = await testSite()
    const { admin, learner, guide, organiser, author, guest } = site.cast()
    const second = site.person({ role: 'admin' })
    for (const who of [learner, guide, organiser, author, guest]) {
      expect((await who.post(at(learner), { email: NEW })).status).toBe(403)
      expect((await who.post(`${at(learner)}/cancel`)).status).toBe(403)
    }
    for (const whom of [admin, second]) expect((await admin.post(at(whom), { email: NEW })).status).toBe(403)
    expect(site.db.prepare('SELECT 1 FROM person WHERE email = ?').get(NEW)).toBeUndefined()
  })
})
