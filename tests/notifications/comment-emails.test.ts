import { expect, test } from 'vitest'
import { type Actor, testSite } from '../support/site.ts'
import { oddServer, postOffice } from '../support/smtp-server.ts'

const BASE = 'http://localhost:2323'

async function scene() {
  const post = await postOffice()
  const site = await testSite({ smtp_url: post.url })
  const cast = site.cast()
  const reflection = site.reflection(cast.learner, cast.cohort, { title: 'Maps at the desk' })
  return {
    post,
    site,
    ...cast,
    reflection,
    answer: (who: Actor, body = 'An answer.') => who.post(`/reflections/${reflection}/comments`, { body }),
    /** A quarter of an hour goes by, with what is due in it. */
    async later() {
      site.clock.advance({ minutes: 20 })
      await site.services.jobs.runDue()
    },
    async [Symbol.asyncDispose]() {
      await post[Symbol.asyncDispose]()
      await site[Symbol.asyncDispose]()
    },
  }
}

test('a comment sends its recipient an email with a link, some minutes later', async () => {
  await using its = await scene()
  await its.answer(its.peer, 'Try the **map** too.')
  await its.site.services.jobs.runDue()
  expect(its.post.letters).toEqual([])
  await its.later()
  const [{ recipients = [], mail } = {}] = its.post.letters
  expect(recipients).toEqual([its.learner.email])
  expect(mail?.subject).toBe('Kenji Watanabe answered “Maps at the desk”')
  expect(mail?.text).toContain('Try the map too.')
  expect(mail?.text).toContain(`${BASE}/reflections/${its.reflection}?comment=1#comment-1`)
  await its.later()
  expect(its.post.letters).toHaveLength(1)
})

test('several comments go into one email', async () => {
  await using its = await scene()
  for (const who of [its.peer, its.guide, its.organiser]) await its.answer(who)
  await its.later()
  expect(its.post.letters.filter(({ recipients }) => recipients[0] === its.learner.email)).toHaveLength(1)
  expect(its.post.letters[0]?.mail.subject).toBe('3 answers for you')
})

test('many comments become a few short emails', async () => {
  await using its = await scene()
  for (let minute = 0; minute < 60; minute += 1) {
    await its.answer(its.peer, `Answer ${minute}.`)
    its.site.clock.advance({ minutes: 1 })
    await its.site.services.jobs.runDue()
  }
  await its.later()
  const letters = its.post.letters.filter(({ recipients }) => recipients[0] === its.learner.email)
  expect(letters.length).toBeLessThanOrEqual(5)
  const most = Math.max(...letters.map(({ mail }) => [...(mail.text ?? '').matchAll(/answered “/g)].length))
  expect(most).toBeLessThanOrEqual(10)
})

test('followers get no email', async () => {
  await using its = await scene()
  await its.answer(its.peer)
  await its.later()
  its.post.letters.length = 0
  await its.answer(its.guide)
  await its.later()
  expect(its.post.letters.map(({ recipients }) => recipients[0])).toEqual([its.learner.email])
})

test.each(['deleted answer', 'deleted reflection', 'seen', 'turned off', 'gone'] as const)(
  'an obsolete email is not sent: %s',
  async (why) => {
    await using its = await scene()
    await its.answer(its.peer)
    if (why === 'deleted answer') await its.peer.post('/comments/1/delete')
    if (why === 'deleted reflection') await its.learner.post(`/reflections/${its.reflection}/delete`)
    if (why === 'seen') await its.learner.read(`/reflections/${its.reflection}`)
    if (why === 'turned off') await its.learner.post('/me/letters', { answers: '0' })
    if (why === 'gone') expect(its.site.services.people.deleteAccount(its.learner.id, 'stay')).toBe(true)
    await its.later()
    expect(its.post.letters).toEqual([])
  },
)

test.each(['narrowed', 'hidden'] as const)('no email is sent about a reflection that was %s meanwhile', async (how) => {
  await using its = await scene()
  await its.answer(its.peer)
  await its.peer.read(`/reflections/${its.reflection}`)
  await its.guide.post(`/reflections/${its.reflection}/comments`, { body: `Yes, @${its.peer.handle}.` })
  if (how === 'narrowed') its.site.db.prepare("UPDATE reflection SET audience = 'guides'").run()
  if (how === 'hidden') its.site.db.prepare("UPDATE reflection SET state = 'hidden', hidden_at = '2026-03-02'").run()
  await its.later()
  expect(its.post.letters.map(({ recipients }) => recipients[0])).not.toContain(its.peer.email)
})

test('comments that became unreadable are left out of the email', async () => {
  await using its = await scene()
  await its.answer(its.peer)
  await its.answer(its.guide)
  its.site.clock.advance({ minutes: 20 })
  // gathered, and the letter is still to go
  const { db } = its.site
  db.prepare("UPDATE job SET due_at = '2026-03-02T07:00:00.000Z' WHERE kind = 'notices.gather'").run()
  its.site.config.smtp_url = 'smtp://127.0.0.1:1'
  await its.site.services.jobs.runDue()
  await its.peer.post('/comments/1/delete')
  its.site.config.smtp_url = its.post.url
  await its.later()
  const text = its.post.letters[0]?.mail.text ?? ''
  expect(text).toContain('Marisol Guerrero')
  expect(text).not.toContain('Kenji')
})

test('without a mail server nothing is queued', async () => {
  using site = await testSite()
  const { learner, peer, cohort } = site.cast()
  const reflection = site.reflection(learner, cohort)
  await peer.post(`/reflections/${reflection}/comments`, { body: 'An answer.' })
  expect(site.db.prepare('SELECT count(*) FROM job').pluck().get()).toBe(0)
  expect(await learner.read('/me')).not.toContain('/me/letters')
})

test('a button on /me turns the emails off and on', async () => {
  await using its = await scene()
  const off = { answers: '0' }
  expect(await its.learner.read('/me')).toContain('No more letters')
  expect((await its.learner.post('/me/letters', off)).headers.get('location')).toBe('/me#letters')
  expect(await its.learner.read('/me')).toContain('Send me letters')
  await its.learner.post('/me/letters', { answers: '1' })
  await its.answer(its.peer)
  await its.later()
  expect(its.post.letters).toHaveLength(1)
})

test('an email has headers for one-click unsubscribing', async () => {
  await using its = await scene()
  await its.answer(its.peer)
  await its.later()
  const raw = its.post.letters[0]?.raw.replaceAll(/\r\n[ \t]+/g, ' ') ?? ''
  expect(raw).toMatch(/^List-Unsubscribe: <http:\/\/localhost:2323\/unsubscribe\/\d+\.[\w-]{22}>/m)
  expect(raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m)
})

/** The unsubscribe address in the learner's email. */
async function wayOut(its: Awaited<ReturnType<typeof scene>>) {
  await its.answer(its.peer)
  await its.later()
  return new URL(its.post.link('/unsubscribe/')).pathname
}

test('opening the unsubscribe page changes nothing; its button does, without signing in', async () => {
  await using its = await scene()
  const path = await wayOut(its)
  const page = await its.guest.get(path)
  expect(page.headers.get('cache-control')).toBe('no-store')
  expect(await page.text()).toContain(`action="${path}"`)
  expect(its.site.services.emailPreferences.wants(its.learner.id)).toBe(true)
  const done = await its.guest.post(path)
  expect([done.status, await done.text()]).toEqual([200, expect.stringContaining('No more letters about answers')])
  expect(its.site.services.emailPreferences.wants(its.learner.id)).toBe(false)
})

test.each([
  ['application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
  [
    'multipart/form-data; boundary=b',
    '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
  ],
])('a mail program leaves by one click, from nowhere and without cookies, as %s', async (type, body) => {
  await using its = await scene()
  const path = await wayOut(its)
  const answer = await fetch(its.site.origin + path, {
    method: 'POST',
    headers: { 'content-type': type },
    body,
    redirect: 'manual',
  })
  expect(answer.status).toBe(200)
  expect(its.site.services.emailPreferences.wants(its.learner.id)).toBe(false)
})

test.each(['1', '1.AAAAAAAAAAAAAAAAAAAAAA', '2', 'x', '0.AAAAAAAAAAAAAAAAAAAAAA', '1.%00'])(
  'an invalid unsubscribe token is a 404: %s',
  async (token) => {
    using site = await testSite()
    const { guest } = site.cast()
    expect((await guest.get(`/unsubscribe/${token}`)).status).toBe(404)
    expect((await guest.post(`/unsubscribe/${token}`)).status).toBe(404)
  },
)

test('an unsubscribe link works for one person only', async () => {
  await using its = await scene()
  const path = await wayOut(its)
  const seal = path.split('.')[1]
  expect((await its.guest.post(`/unsubscribe/${its.peer.id}.${seal}`)).status).toBe(404)
  expect(its.site.services.emailPreferences.wants(its.peer.id)).toBe(true)
})

test('a request does not wait for the mail server', async () => {
  await using silent = await oddServer(() => {})
  await using site = await testSite({ smtp_url: silent.url })
  const { learner, peer, cohort, guest } = site.cast()
  const reflection = site.reflection(learner, cohort)
  expect((await peer.post(`/reflections/${reflection}/comments`, { body: 'An answer.' })).status).toBe(303)
  expect((await guest.post('/forgot', { email: learner.email })).status).toBe(303)
  const invite = await cohort.organiser.post(`/admin/cohorts/${cohort.slug}/invitations`, {
    addresses: 'new@library.example',
  })
  expect(invite.status).toBe(200)
  expect(silent.connections()).toBe(0)
})
