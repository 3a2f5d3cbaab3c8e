import { expect, test } from 'vitest'
import { startUp } from '../../server/site/start-up.ts'
import { testSite } from '../support/site.ts'

test('the landing page describes the course, shows every thing, and has a form to join', async () => {
  using site = await testSite()
  const cohort = site.cohort({ title: 'Spring at the harbour' })
  site.person({ role: 'admin' })
  const html = await site.guest().read('/')
  expect(html).toContain('<title>23 Mobile Things · Twentythree</title>')
  expect(html).toMatch(/<h1>23 small things to do with the phone in your pocket<\/h1>/)
  expect(html.match(/href="\/courses\/course-23\/things\/\d+"/g)).toHaveLength(23)
  expect(html).toContain(`action="/join/${cohort.slug}"`)
  expect(html).toContain('Join Spring at the harbour')
  expect(html).not.toContain('being set up')
})

test('a signed-in person is redirected to /home', async () => {
  using site = await testSite()
  const answer = await site.person().get('/')
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/home'])
})

test('while there is no admin it says that the site is being set up, and not how', async () => {
  using site = await testSite()
  startUp(site.services)
  const html = await site.guest().read('/')
  expect(html).toContain('This site is being set up.')
  expect(html).not.toContain('setup?')
})

test('a database without a course still has a page', async () => {
  using site = await testSite()
  expect((await site.guest().get('/')).status).toBe(200)
  site.person({ role: 'admin' })
  expect(await site.guest().read('/')).toContain('href="/login"')
})

test('without an open cohort it invites to read along', async () => {
  using site = await testSite()
  const { slug } = site.cohort({ joining: 'invitation', title: 'Behind closed doors' })
  site.person({ role: 'admin' })
  const html = await site.guest().read('/')
  expect(html).toContain('href="/courses/course-23"')
  expect(html).toContain('No group is open for joining just now.')
  for (const hidden of [slug, 'closed doors']) expect(html).not.toContain(hidden)
})

test('the cohort that starts next is joined there, others by their links, and those that are over are not', async () => {
  using site = await testSite()
  const over = site.cohort({ title: 'Over', starts_on: '2025-01-06' })
  const later = site.cohort({ title: 'Later', starts_on: '2026-09-07' })
  const next = site.cohort({ title: 'Next', starts_on: '2026-03-09' })
  const html = await site.guest().read('/')
  expect(html).toContain(`action="/join/${next.slug}"`)
  expect(html).toContain(`href="/join/${later.slug}"`)
  expect(html).not.toContain(`/join/${over.slug}"`)
})

test('the landing page does not contain the join code', async () => {
  using site = await testSite()
  const { slug } = site.cohort()
  const code = site.services.cohorts.findJoinable(slug)?.join_code ?? ''
  expect(code).not.toBe('')
  for (const path of ['/', `/join/${slug}`, '/courses/course-23'])
    expect(await site.guest().read(path)).not.toContain(code)
})

test('a course that is not public shows its outline without links', async () => {
  using site = await testSite()
  site.cohort()
  site.db.exec('UPDATE course SET public = 0, revision = revision + 1')
  const html = await site.guest().read('/')
  expect(html).toContain('The 1. thing')
  expect(html).not.toContain('/courses/')
})

test('a guest gets no cookie, and the page takes at most eight statements', async () => {
  using site = await testSite()
  site.cohort()
  const answer = await site.guest().get('/')
  expect(answer.headers.getSetCookie()).toEqual([])
  expect((await site.statements(() => site.guest().get('/'))).length).toBeLessThanOrEqual(8)
})
