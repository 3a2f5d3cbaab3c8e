import { expect, test } from 'vitest'
import { startUp } from '../../server/site/start-up.ts'
import { testSite } from '../support/site.ts'

test('texts that an earlier version rendered are rendered anew once, and nobody is told', async () => {
  using site = await testSite()
  const { learner, peer, guide, cohort } = site.cast()
  const body = `A line\n----\n\tA tab, and **\u300cbold\u300d**\u3067\u3059, @${peer.handle} and @${guide.handle}`
  const id = site.reflection(learner, cohort, { body: body.replace(`@${guide.handle}`, 'somebody') })
  await peer.post(`/reflections/${id}/comments`, { body: 'Dashes\n----\nno heading' })
  for (const table of ['reflection', 'comment'])
    site.db.prepare(`UPDATE ${table} SET renderer = 'markdown-1', html = '<h3>old</h3>'`).run()
  site.db.prepare('UPDATE reflection SET body = ?').run(body)
  const notices = site.db.prepare('SELECT count(*) FROM notice').pluck()
  const before = notices.get()
  startUp(site.services)
  await site.services.jobs.runDue()
  const html = site.db.prepare<[], string>('SELECT html FROM reflection').pluck().get() ?? ''
  expect(html).toContain(`<a href="/people/${peer.handle}">`)
  // whom the text did not mention before stays text
  expect(html).not.toContain(`/people/${guide.handle}`)
  expect(html).toContain('<strong>')
  expect(html).not.toMatch(/<h3>|<pre>/)
  expect(site.db.prepare('SELECT html FROM comment').pluck().get()).not.toContain('<h3>')
  expect(site.db.prepare('SELECT edited_at FROM reflection').pluck().get()).toBeNull()
  expect(notices.get()).toBe(before)
  startUp(site.services)
  expect(site.services.jobs.isWaiting('texts.render')).toBe(false)
})

test('a text that was changed meanwhile, or came from elsewhere, stays as it is', async () => {
  using site = await testSite()
  const { learner, cohort } = site.cast()
  const id = site.reflection(learner, cohort, { body: 'Mine' })
  site.db
    .prepare(
      "UPDATE reflection SET renderer = 'outside-1', source = 'outside', source_url = 'https://a.example/1', html = '<p>theirs</p>'",
    )
    .run()
  startUp(site.services)
  await site.services.jobs.runDue()
  expect(site.db.prepare('SELECT html FROM reflection WHERE id = ?').pluck().get(id)).toBe('<p>theirs</p>')
})

test('more texts than one job looks through are all rendered', async () => {
  using site = await testSite()
  const { learner, cohort } = site.cast()
  const id = site.reflection(learner, cohort, { body: 'First' })
  await learner.post(`/reflections/${id}/comments`, { body: 'One' })
  site.db
    .prepare(`
      INSERT INTO comment (id, reflection_id, person_id, body, html, renderer, audience, written_at)
      SELECT 1700, reflection_id, person_id, body, html, renderer, audience, written_at FROM comment`)
    .run()
  site.db.prepare("UPDATE comment SET renderer = 'markdown-1', html = 'old'").run()
  startUp(site.services)
  await site.services.jobs.runDue()
  expect(site.db.prepare('SELECT DISTINCT html FROM comment').pluck().all()).toEqual(['<p dir="auto">One</p>'])
})
