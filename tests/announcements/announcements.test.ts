import { expect, test } from 'vitest'
import { testSite } from '../support/site.ts'
import { postOffice } from '../support/smtp-server.ts'

const at = '/admin/cohorts/spring/announcements'
const NEWS = { title: 'We meet on Thursday', body: 'At **four**, in the attic.' }

test('an announcement is on the map, in the list and in the notifications of all but its author', async () => {
  using site = await testSite()
  const { cohort, learner, guide, organiser, stranger } = site.cast()
  const answer = await organiser.post(at, { ...NEWS, pinned: '1' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, at])
  await site.services.jobs.runDue()
  for (const who of [learner, guide]) {
    expect(await who.read(cohort.at(''))).toContain('<strong>four</strong>')
    expect(await who.read(cohort.at('/announcements'))).toContain('<strong>four</strong>')
    expect(await who.read('/notices')).toContain('/cohorts/spring/announcements#announcement-1')
  }
  for (const who of [organiser, stranger]) expect(await who.read('/notices')).not.toContain(NEWS.title)
  expect((await stranger.get(cohort.at('/announcements'))).status).toBe(404)
})

test('a reader dismisses an announcement from their own map alone', async () => {
  using site = await testSite()
  const { cohort, learner, peer, organiser } = site.cast()
  await organiser.post(at, { ...NEWS, pinned: '1' })
  const answer = await learner.post(cohort.at('/announcements/1/seen'))
  expect(answer.headers.get('location')).toBe('/cohorts/spring')
  expect(await learner.read(cohort.at(''))).not.toContain(NEWS.title)
  expect(await peer.read(cohort.at(''))).toContain(NEWS.title)
  expect(await learner.read(cohort.at('/announcements'))).toContain(NEWS.title)
})

test('pinned it stays on the map, first of all; without the pin it goes after a week', async () => {
  using site = await testSite()
  const { cohort, learner, organiser } = site.cast()
  await organiser.post(at, { title: 'Pinned', body: 'a', pinned: '1' })
  await organiser.post(at, { title: 'Passing', body: 'b' })
  const map = await learner.read(cohort.at(''))
  expect(map.indexOf('Pinned')).toBeGreaterThan(0)
  expect(map.indexOf('Passing')).toBeGreaterThan(map.indexOf('Pinned'))
  site.clock.advance({ days: 8 })
  const later = await learner.read(cohort.at(''))
  expect([later.includes('Pinned'), later.includes('Passing')]).toEqual([true, false])
  await organiser.post(`${at}/1/pin`, { pinned: '0' })
  expect(await learner.read(cohort.at(''))).not.toContain('Pinned')
})

test('an email keeps the lines of an announcement, each with its own direction', async () => {
  await using post = await postOffice()
  await using site = await testSite({ smtp_url: post.url })
  const { organiser } = site.cast()
  await organiser.post(at, { ...NEWS, body: 'At four.\nנפגשים בארבע.\n\n- Bring cake', by_letter: '1' })
  await site.services.jobs.runDue()
  const [{ mail } = {}] = post.letters
  expect(mail?.text).toContain('  At four.\n  נפגשים בארבע.\n  Bring cake\n')
  expect(mail?.html).toContain('<div dir="auto">At four.</div><div dir="auto">נפגשים בארבע.</div>')
})

test('emails go to those who have not opted out, each with an unsubscribe link of its own', async () => {
  await using post = await postOffice()
  await using site = await testSite({ smtp_url: post.url })
  const { learner, organiser, peer, guide, guest } = site.cast()
  await guide.post('/me/letters', { announcements: '0' })
  await organiser.post(at, { ...NEWS, by_letter: '1' })
  await site.services.jobs.runDue()
  const to = post.letters.flatMap(({ recipients }) => recipients)
  expect(to.sort()).toEqual([learner.email, peer.email].sort())
  const letter = post.letters.find(({ recipients }) => recipients.includes(learner.email))
  expect(letter?.mail?.subject).toBe('We meet on Thursday (Spring)')
  expect(letter?.mail?.text).toContain('At four, in the attic.')
  const [, leave = ''] = /(\/unsubscribe\/\S+)/.exec(letter?.mail?.text ?? '') ?? []
  expect(await guest.read(leave)).toContain('No more announcements by letter?')
  await guest.post(leave, {})
  const { emailPreferences } = site.services
  expect(emailPreferences.wanted(learner.id)).toEqual({ answers: true, announcements: false })
  expect(emailPreferences.wanted(peer.id)).toEqual({ answers: true, announcements: true })
})

test('the list of announcements says how its emails stand, and sends refused ones again', async () => {
  let refuses = true
  await using post = await postOffice({
    onRcptTo: ({ address }, _session, done) => {
      const refused = refuses && address === 'amara@library.example'
      done(refused ? Object.assign(new Error('Mailbox is full'), { responseCode: 552 }) : null)
    },
  })
  await using site = await testSite({ smtp_url: post.url })
  const { learner, organiser, guide } = site.cast()
  site.db.prepare("UPDATE person SET email = 'amara@library.example' WHERE id = ?").run(learner.id)
  await organiser.post(at, { ...NEWS, by_letter: '1' })
  await site.services.jobs.runDue()
  const page = await organiser.read(at)
  expect(page).toContain('Email: 2 sent, 0 queued, 1 not delivered')
  expect(page).toContain('Mailbox is full')
  expect((await guide.post(`${at}/1/again`)).status).toBe(403)
  refuses = false
  await organiser.post(`${at}/1/again`)
  await site.services.jobs.runDue()
  expect(await organiser.read(at)).toContain('Email: 3 sent, 0 queued, 0 not delivered')
  site.clock.advance({ days: 8 })
  await site.services.jobs.runDue()
  expect(await organiser.read(at)).toContain('Also sent by email')
})

test('the unsubscribe token of one kind of email is not valid for the other', async () => {
  using site = await testSite()
  const { guest, learner } = site.cast()
  const { pathname } = new URL(site.services.emailPreferences.unsubscribeHref(learner.id, 'announcements'))
  expect((await guest.get(pathname.replace('a.', '.'))).status).toBe(404)
})

test('no email is sent without the check box or without mail set up', async () => {
  await using post = await postOffice()
  await using site = await testSite({ smtp_url: post.url })
  await site.cast().organiser.post(at, NEWS)
  await site.services.jobs.runDue()
  expect(post.letters).toEqual([])
})

test('everybody of a large cohort is told once, in portions', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  for (let number = 0; number < 430; number++) cohort.enrol(site.person())
  await organiser.post(at, { ...NEWS, once: 'just-once' })
  await organiser.post(at, { ...NEWS, once: 'just-once' })
  await site.services.jobs.runDue()
  const told = site.db
    .prepare("SELECT count(*), count(DISTINCT person_id) FROM notice WHERE kind = 'announcement'")
    .raw()
  expect(told.get()).toEqual([433, 433])
})

test('an edited announcement says so and notifies nobody; a deleted one is gone everywhere', async () => {
  using site = await testSite()
  const { cohort, learner, organiser } = site.cast()
  await organiser.post(at, { ...NEWS, pinned: '1' })
  await site.services.jobs.runDue()
  await organiser.post(`${at}/1`, { title: 'We meet on Friday', body: 'At five.', pinned: '1' })
  await site.services.jobs.runDue()
  expect(await learner.read(cohort.at('/announcements'))).toContain('edited')
  expect(site.db.prepare("SELECT count(*) FROM notice WHERE kind = 'announcement'").pluck().get()).toBe(3)
  expect(await organiser.read(`${at}/1/remove`)).toContain('Delete this announcement?')
  await organiser.post(`${at}/1/remove`)
  expect(await learner.read(cohort.at(''))).not.toContain('Friday')
  expect(await learner.read('/notices')).not.toContain('Thursday')
  expect((await organiser.get(`${at}/1`)).status).toBe(404)
})

test('one of another cohort is not there to be read, seen, changed or deleted', async () => {
  using site = await testSite()
  const { cohort, other, foreignOrganiser, learner, organiser, stranger } = site.cast()
  await foreignOrganiser.post(`/admin/cohorts/${other.slug}/announcements`, { title: 'Theirs', body: 'x', pinned: '1' })
  expect((await organiser.get(`${at}/1`)).status).toBe(404)
  expect((await organiser.post(`${at}/1`, NEWS)).status).toBe(404)
  expect((await organiser.post(`${at}/1/pin`, { pinned: '0' })).status).toBe(404)
  await organiser.post(`${at}/1/remove`)
  await learner.post(cohort.at('/announcements/1/seen'))
  expect(await stranger.read(other.at(''))).toContain('Theirs')
  expect(site.db.prepare('SELECT count(*) FROM dismissal').pluck().get()).toBe(0)
})

test('what is written is shown without what could do harm, and an empty form is said so', async () => {
  using site = await testSite()
  const { cohort, learner, organiser } = site.cast()
  await organiser.post(at, { title: '<img src=x>', body: '<script>alert(1)</script> [x](javascript:alert(1))' })
  const map = await learner.read(cohort.at(''))
  expect(map).not.toMatch(/<img src=x|<script>alert|href="javascript/)
  const answer = await organiser.post(at, { title: '', body: '' })
  const html = await answer.text()
  expect([answer.status, html.includes('id="title-problem"'), html.includes('id="body-problem"')]).toEqual([
    422,
    true,
    true,
  ])
})
