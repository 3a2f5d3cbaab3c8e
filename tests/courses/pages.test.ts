import { expect, test } from 'vitest'
import { startUp } from '../../server/site/start-up.ts'
import { testSite } from '../support/site.ts'

test('everybody can read a public course: its outline, its licence, where to join', async () => {
  using site = await testSite()
  const { slug } = site.cohort()
  const html = await site.guest().read('/courses/course-23')
  expect(html).toContain('<h1>23 Mobile Things</h1>')
  expect(html.match(/href="\/courses\/course-23\/things\/\d+"/g)).toHaveLength(23)
  expect(html).toContain('CC BY 4.0')
  expect(html).toContain(`href="/join/${slug}"`)
})

test('a public thing has its text and its steps at every depth, without checkboxes', async () => {
  using site = await testSite()
  startUp(site.services)
  const html = await site.guest().read('/courses/23-mobile-things/things/1')
  const thing = site.services.courses.first()?.things[0]
  expect(html).toContain('Choose a place to write before there is anything to write about.')
  for (const step of thing?.steps ?? []) expect(html).toContain(`<b>${step.title}</b>`)
  expect(thing?.steps.length).toBeGreaterThan(5)
  expect(html).not.toContain('<form')
})

test('every thing of the shipped course can be read and links to its neighbours', async () => {
  using site = await testSite()
  startUp(site.services)
  for (let number = 1; number <= 23; number++) {
    const answer = await site.guest().get(`/courses/23-mobile-things/things/${number}`)
    const html = await answer.text()
    expect([number, answer.status]).toEqual([number, 200])
    expect(html.includes('rel="prev"')).toBe(number > 1)
    expect(html.includes('rel="next"')).toBe(number < 23)
  }
})

test.each([
  '/courses/nothing',
  '/courses/course-23/things/24',
  '/courses/course-23/things/0',
  '/courses/course-23/things/01',
  '/courses/course-23/things/x',
  '/courses/nothing/things/1',
])('%s is not found', async (path) => {
  using site = await testSite()
  site.course()
  expect((await site.guest().get(path)).status).toBe(404)
})

test('a course that is not public is not found, for signed-in people either', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  site.db.exec('UPDATE course SET public = 0, revision = revision + 1')
  for (const browser of [site.guest(), learner]) {
    expect((await browser.get('/courses/course-23')).status).toBe(404)
    expect((await browser.get('/courses/course-23/things/1')).status).toBe(404)
  }
  expect((await learner.get(cohort.at('/things/1'))).status).toBe(200)
})

test('a changed course is shown at once', async () => {
  using site = await testSite()
  startUp(site.services)
  await site.guest().get('/courses/23-mobile-things')
  const outline = site.services.courseTransfer.exportOutline('23-mobile-things')
  if (outline) site.services.courseTransfer.importOutline({ ...outline, title: '23 <i>Other</i> Things' }, null)
  expect(await site.guest().read('/courses/23-mobile-things')).toContain('<h1>23 &lt;i&gt;Other&lt;/i&gt; Things</h1>')
})

test('a page of a course takes two statements', async () => {
  using site = await testSite()
  site.cohort()
  await site.guest().get('/courses/course-23/things/1')
  expect(await site.statements(() => site.guest().get('/courses/course-23/things/1'))).toHaveLength(2)
})
