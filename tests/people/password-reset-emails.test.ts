import { expect, test } from 'vitest'
import { type Actor, testSite } from '../support/site.ts'
import { postOffice } from '../support/smtp-server.ts'

const NEW = 'seven phones on one windowsill'

async function scene() {
  const post = await postOffice()
  const site = await testSite({ smtp_url: post.url })
  const cast = site.cast()
  return {
    post,
    site,
    ...cast,
    forgot: (email: string) => cast.guest.post('/forgot', { email }),
    send: () => site.services.jobs.runDue(),
    path: () => new URL(post.link('/reset/')).pathname,
    async [Symbol.asyncDispose]() {
      await post[Symbol.asyncDispose]()
      await site[Symbol.asyncDispose]()
    },
  }
}

test('who asks at /forgot gets a link by mail that sets a new password, once', async () => {
  await using its = await scene()
  await its.forgot(its.learner.email)
  await its.send()
  expect(its.post.letters.map(({ recipients }) => recipients)).toEqual([[its.learner.email]])
  expect((await its.guest.get(its.path())).status).toBe(200)
  expect((await its.guest.post(its.path(), { password: NEW })).headers.get('location')).toBe('/login')
  expect((await its.guest.post(its.path(), { password: NEW })).status).toBe(404)
  const signedIn = await its.site.guest().post('/login', { email: its.learner.email, password: NEW })
  expect(signedIn.status).toBe(303)
})

test('a known and an unknown address get the same answer and the same amount of work', async () => {
  await using its = await scene()
  const answers: [number, string | null, string][] = []
  const work: string[][] = []
  for (const email of [its.learner.email, 'nobody@library.example']) {
    const ran = await its.site.statements(async () => {
      const { status, headers } = await its.forgot(email)
      answers.push([status, headers.get('location'), await its.guest.read('/forgot?asked=1')])
    })
    const own = ran.filter((sql) => !sql.includes('failure_limit'))
    work.push(own.map((sql) => sql.replace(/'[^']*'|\d+/g, '')))
  }
  expect(answers[1]).toEqual(answers[0])
  expect(work[1]).toEqual(work[0])
  expect(its.site.db.prepare('SELECT count(*) FROM job').pluck().get()).toBe(2)
  await its.send()
  expect(its.post.letters).toHaveLength(1)
})

test('asking again and again within minutes sends one letter', async () => {
  await using its = await scene()
  await Promise.all(Array.from({ length: 10 }, () => its.forgot(its.learner.email)))
  await its.send()
  expect(its.post.letters).toHaveLength(1)
  its.site.clock.advance({ minutes: 6 })
  await its.forgot(its.learner.email)
  await its.send()
  expect(its.post.letters).toHaveLength(2)
})

test('asking for unknown addresses in masses keeps only so many rows', async () => {
  await using its = await scene()
  const { passwordResetEmails } = its.site.services
  for (let number = 0; number < 3000; number += 1) passwordResetEmails.ask(`nobody${number}@library.example`)
  expect(its.site.db.prepare('SELECT count(*) FROM job').pluck().get()).toBeLessThanOrEqual(500)
})

test('no token stands in the database', async () => {
  await using its = await scene()
  await its.forgot(its.learner.email)
  await its.send()
  const rows = ['job', 'password_reset', 'activity'].map((table) => its.site.db.prepare(`SELECT * FROM ${table}`).all())
  expect(JSON.stringify(rows)).not.toContain(its.path().slice('/reset/'.length))
})

test('an admin can reset a forgotten password by email only', async () => {
  await using its = await scene()
  await its.forgot(its.admin.email)
  await its.send()
  expect((await its.guest.post(its.path(), { password: NEW })).status).toBe(303)
})

test('an old link that an admin made still does not open the account of somebody who is an admin by now', async () => {
  using site = await testSite()
  const { admin, learner, guest } = site.cast()
  const token = site.services.passwordResets.make(learner.id, admin.id)
  site.db.prepare("UPDATE person SET role = 'admin' WHERE id = ?").run(learner.id)
  expect((await guest.get(`/reset/${token}`)).status).toBe(404)
})

test('a link is good for an hour from when the letter left', async () => {
  await using its = await scene()
  await its.forgot(its.learner.email)
  its.site.clock.advance({ minutes: 30 })
  await its.send()
  its.site.clock.advance({ minutes: 59 })
  expect((await its.guest.get(its.path())).status).toBe(200)
  its.site.clock.advance({ minutes: 2 })
  expect((await its.guest.get(its.path())).status).toBe(404)
})

test('a new password makes the links of all letters worthless', async () => {
  await using its = await scene()
  await its.forgot(its.learner.email)
  await its.send()
  const first = its.path()
  its.site.clock.advance({ minutes: 10 })
  await its.forgot(its.learner.email)
  await its.send()
  await its.guest.post(its.path(), { password: NEW })
  expect((await its.guest.get(first)).status).toBe(404)
})

test('one who left for good gets no letter', async () => {
  await using its = await scene()
  const { email }: Actor = its.learner
  await its.forgot(email)
  its.site.services.people.deleteAccount(its.learner.id, 'stay')
  await its.send()
  await its.forgot(email)
  await its.send()
  expect(its.post.letters).toEqual([])
})

test('the link in the letter is built from the address of the site, never from that of the request', async () => {
  await using its = await scene()
  await its.guest.post('/forgot', { email: its.learner.email }, { 'x-forwarded-host': 'evil.example' })
  await its.send()
  expect(its.post.link('/reset/')).toMatch(/^http:\/\/localhost:2323\/reset\//)
  expect(its.post.letters[0]?.raw).not.toContain('evil.example')
})

test('without mail the page says whom to ask, and admins find the request', async () => {
  using site = await testSite()
  const { guest, learner, admin } = site.cast()
  await guest.post('/forgot', { email: learner.email })
  expect(await guest.read('/forgot?asked=1')).toContain('tell your organiser')
  expect(await admin.read('/admin/people')).toContain(learner.email)
})
