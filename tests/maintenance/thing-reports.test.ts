import { expect, test } from 'vitest'
import { addAlternative } from '../../server/maintenance/alternatives.ts'
import { type Actor, testSite } from '../support/site.ts'
import { unzip } from '../support/unzip.ts'

type Cohort = { at: (path: string) => string }
const report = (person: Actor, cohort: Cohort, facts: Record<string, string> = {}) =>
  person.post(cohort.at('/things/1/reports'), { kind: 'changed', ...facts })

test('a learner reports a changed thing in one tap, and sees the report there', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  expect(await (await learner.get(cohort.at('/things/1'))).text()).toContain('Has something changed here?')
  const answer = await report(learner, cohort, { kind: 'costs' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, cohort.at('/things/1#changed')])
  expect(await (await learner.get(cohort.at('/things/1'))).text()).toContain('You said that something has changed')
})

test('a repeated report is added to the open one', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  await report(learner, cohort)
  await report(learner, cohort, { line: 'OsmAnd', link: 'https://osmand.example/' })
  await report(learner, cohort)
  expect(site.db.prepare('SELECT kind, line, link FROM thing_report').all()).toEqual([
    { kind: 'changed', line: 'OsmAnd', link: 'https://osmand.example/' },
  ])
})

test.each([['javascript:alert(1)'], ['ftp://files.example/'], ['https://name:secret@site.example/'], ['osmand']])(
  '%s is no link to offer, and the form comes back as typed',
  async (link) => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    const answer = await report(learner, cohort, { line: 'Look here', link })
    expect(answer.status).toBe(422)
    const page = await answer.text()
    expect(page).toContain('http:// or https://')
    expect(page).toContain('Look here')
    expect(site.db.prepare('SELECT count(*) FROM thing_report').pluck().get()).toBe(0)
  },
)

test('an unknown kind is refused, and so are a thing that is not open and words without end', async () => {
  using site = await testSite()
  const { cohort, learner, stranger } = site.cast()
  expect((await report(learner, cohort, { kind: 'boring' })).status).toBe(422)
  expect((await report(learner, cohort, { line: 'x'.repeat(281) })).status).toBe(422)
  expect((await learner.post(cohort.at('/things/23/reports'), { kind: 'closed' })).status).toBe(404)
  expect((await report(stranger, cohort)).status).toBe(404)
})

test('a person may send twenty reports a day', async () => {
  using site = await testSite({ now: '2026-07-30T07:00:00Z' })
  const { cohort, learner } = site.cast()
  const say = (number: number) => learner.post(cohort.at(`/things/${number}/reports`), { kind: 'closed' })
  for (let number = 1; number <= 20; number++) expect((await say(number)).status).toBe(303)
  expect((await say(21)).status).toBe(429)
  expect((await say(1)).status).toBe(303)
  site.clock.advance({ hours: 25 })
  expect((await say(21)).status).toBe(303)
})

test('a report by a second person notifies the authors of the course, once', async () => {
  using site = await testSite()
  const { admin, author, cohort, learner, peer, guide } = site.cast()
  const { courses, courseAuthoring } = site.services
  const { outline, revision } = courseAuthoring.thingText(courses.bySlug('course-23')!.things[1]!.id)!
  courseAuthoring.changeThing(
    courses.bySlug('course-23')!.things[1]!.id,
    { ...outline, body: 'New.' },
    { seen: revision, by: author.id },
  )
  const told = site.db.prepare<[], number>("SELECT person_id FROM notice WHERE kind = 'thing_reported'").pluck()
  await report(learner, cohort)
  await report(learner, cohort, { kind: 'closed' })
  expect(told.all()).toEqual([])
  await report(peer, cohort)
  await report(guide, cohort)
  expect(told.all()).toEqual([author.id])
  expect(await (await author.get('/notices')).text()).toContain('2 people say that')
  expect(await (await author.get('/admin/courses/course-23')).text()).toContain('3 people say something has changed')
  expect(admin.id).not.toBe(author.id)
})

test('all authors and admins are notified of a course without authors', async () => {
  using site = await testSite()
  const { admin, author, cohort, learner, peer } = site.cast()
  await report(learner, cohort)
  await report(peer, cohort)
  const told = site.db
    .prepare<[], number>("SELECT person_id FROM notice WHERE kind = 'thing_reported' ORDER BY 1")
    .pluck()
  expect(told.all()).toEqual([author.id, admin.id].sort((a, b) => a - b))
})

test('an alternative is added to the thing in one tap, with credit', async () => {
  using site = await testSite()
  const { author, cohort, learner, peer, guide } = site.cast()
  await report(learner, cohort, { line: 'OsmAnd *free*', link: 'https://osmand.example/a(b)' })
  await report(peer, cohort)
  await report(guide, cohort, { line: 'Organic Maps' })
  const page = await (await author.get('/admin/upkeep')).text()
  expect(page).toContain('OsmAnd *free*')
  expect((await author.post('/admin/upkeep/reports/1/fold')).status).toBe(303)
  const thing = site.services.courses.bySlug('course-23')!.things[0]!
  expect(thing.revision).toBe(2)
  expect(thing.body_html).toMatch(/Alternatives<\/h\d>/)
  expect(thing.body_html).toContain('>OsmAnd *free*</a> (thanks to Amara Okonkwo)')
  for (const person of [learner, peer]) {
    expect(await (await person.get('/notices')).text()).toContain('Priya Nair took up what you said')
  }
  // what has an alternative of its own waits for its own tap
  expect(site.db.prepare('SELECT line FROM thing_report WHERE settled_at IS NULL').pluck().all()).toEqual([
    'Organic Maps',
  ])
  await author.post('/admin/upkeep/reports/3/fold')
  expect(site.services.courses.bySlug('course-23')!.things[0]!.body_html).toContain(
    '<li dir="auto">Organic Maps (thanks to Marisol Guerrero)</li>',
  )
  expect((await author.post('/admin/upkeep/reports/3/fold')).status).toBe(303)
  expect(site.services.courses.bySlug('course-23')!.things[0]!.revision).toBe(3)
})

test('reports are settled without a change, with a reply to those who reported', async () => {
  using site = await testSite()
  const { author, cohort, learner } = site.cast()
  await report(learner, cohort, { kind: 'phone' })
  const thing_id = site.services.courses.bySlug('course-23')!.things[0]!.id
  const at = `/admin/upkeep/things/${thing_id}/settle`
  expect((await author.post(at, { word: '' })).status).toBe(422)
  expect((await author.post(at, { word: 'It works from Android 9 on.' })).status).toBe(303)
  const notices = await (await learner.get('/notices')).text()
  expect(notices).toContain('It works from Android 9 on.')
  expect(notices).toContain(cohort.at('/things/1'))
  expect(await (await learner.get(cohort.at('/things/1'))).text()).toContain('Has something changed here?')
  const detail = site.db.prepare<[], string>('SELECT detail FROM activity ORDER BY id DESC LIMIT 1').pluck().get()
  expect(detail).not.toContain('Android')
})

test('an author marks a thing as tested today, and learners see the devices', async () => {
  using site = await testSite({ now: '2026-03-04T09:00:00Z' })
  const { author, cohort, learner } = site.cast()
  const at = '/admin/courses/course-23/things/thing-1'
  expect((await author.post(`${at}/tried`, { tried_on: 'iPhone 13, Galaxy A54' })).headers.get('location')).toBe(at)
  const { outline } = site.services.courseAuthoring.thingText(1)!
  expect([outline.tried, outline.tried_on]).toEqual(['2026-03-04', 'iPhone 13, Galaxy A54'])
  expect(await (await learner.get(cohort.at('/things/1'))).text()).toContain('on iPhone 13, Galaxy A54')
  expect(await (await author.get(at)).text()).toContain('Tried today')
})

test('things are sorted by the oldest test, over several pages', async () => {
  using site = await testSite()
  const { author } = site.cast()
  site.course(60)
  await author.post('/admin/courses/course-60/things/thing-1/tried', { tried_on: '' })
  const first = await (await author.get('/admin/upkeep?course=course-60')).text()
  expect(first).toContain('2. The 2. thing')
  expect(first).not.toContain('1. The 1. thing<')
  const next = /href="([^"]*after=[^"]*)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const last = await (await author.get(next)).text()
  expect(last).toContain('1. The 1. thing')
  expect((await author.get('/admin/upkeep?course=none')).status).toBe(404)
})

test('a person’s reports are in their export', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  await report(learner, cohort, { kind: 'closed', line: 'OsmAnd' })
  const files = await unzip(Buffer.from(await (await learner.get('/me/export')).arrayBuffer()))
  const data = [...files].find(([name]) => name.endsWith('data.json'))?.[1].toString() ?? '{}'
  expect(JSON.parse(data).rows.thing_report).toMatchObject([{ kind: 'closed', line: 'OsmAnd' }])
})

test('alternatives are appended to their section, which is added where there is none', () => {
  const osm = { line: 'OsmAnd', link: null, name: 'Amara' }
  const add = (body: string) => addAlternative(body, 'Alternatives', osm, 'thanks to Amara')
  expect(add('')).toBe('## Alternatives\n\n- OsmAnd (thanks to Amara)')
  expect(add('Why.')).toBe('Why.\n\n## Alternatives\n\n- OsmAnd (thanks to Amara)')
  expect(add('## Alternatives\n\n- One\n\n## More\n\nText')).toBe(
    '## Alternatives\n\n- One\n- OsmAnd (thanks to Amara)\n\n## More\n\nText',
  )
})
