import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CourseOutline } from '../../server/courses/format/schema.ts'
import { storedThingLink, withThingLinks } from '../../server/courses/format/thing-links.ts'
import { fingerprintOf, wordsOfThing } from '../../server/courses/format/translatable-words.ts'
import { renderMarked } from '../../server/reflections/markdown/markdown.ts'
import { courseOutline } from '../support/fixtures/course-outline.ts'
import { testSite } from '../support/site.ts'

/** A course of three things, the first with the given text. */
function courseWith(body: string): CourseOutline {
  const course = courseOutline({ slug: 'course-3', things: 3 })
  return { ...course, things: course.things.map((thing, at) => (at === 0 ? { ...thing, body } : thing)) }
}

/** A site with such a course, and a learner of a cohort whose things are all open. */
async function siteWith(body: string) {
  const site = await testSite()
  site.services.courseTransfer.importOutline(courseWith(body), null)
  const cohort = site.cohort({ things: 3, starts_on: '2026-01-05' })
  return { site, cohort, learner: cohort.enrol(site.person()), author: site.person({ role: 'author' }) }
}

test.each([
  ['thing:your-maps', 'thing:your-maps'],
  ['Thing:Your-Maps', 'thing:your-maps'],
  ['thing:3', 'thing:3'],
  ['thing:03-your-maps.md#start', 'thing:03-your-maps#start'],
  ['your-maps', 'thing:your-maps'],
  ['../things/3', 'thing:3'],
  ['./3', 'thing:3'],
  ['things/03-your-maps.md', 'thing:03-your-maps'],
  ['./03-your-maps.md', 'thing:03-your-maps'],
  ['03-your-maps.da.md', 'thing:03-your-maps'],
  ['..\\things\\03-your-maps.md', 'thing:03-your-maps'],
  ['../things/03-Your%20Maps.md', 'thing:03-your-maps'],
  ['/courses/small/things/3?from=mail', 'thing:small/3'],
  ['/admin/courses/small/things/your-maps', 'thing:small/your-maps'],
  ['/cohorts/spring/things/3', 'thing:3'],
])('%s is stored as %s', (address, stored) => {
  expect(storedThingLink(address)).toBe(stored)
})

test.each([
  'https://site.example/courses/small/things/3',
  '//site.example/things/3',
  'javascript:alert(1)',
  'data:text/html,things/3',
  'mailto:things/3@site.example',
  '#start',
  '/home',
  'pictures/garden.webp',
  '../pictures/garden.webp',
  'notes.pdf',
  'example.org',
  'thing:',
  '',
])('%s is no link within a course', (address) => {
  expect(storedThingLink(address)).toBeNull()
})

test('whatever is linked, stored HTML has only harmless addresses', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (address) => {
      const stored = storedThingLink(address)
      if (stored !== null) expect(stored).toMatch(/^thing:(?:[a-z0-9-]+\/)?[a-z0-9-]+(?:#[\w-]+)?$/)
    }),
  )
})

test('a text outside of courses shows the words of such a link', () => {
  expect(renderMarked('See [the third](thing:your-maps) and ![a map](../things/3).')).toBe(
    '<p dir="auto">See the third and a map.</p>',
  )
})

const links = [
  '[one](thing:thing-3) [two](../things/3) [three](./03-thing-3.md#start)',
  '[four](/courses/course-3/things/3) [five][ref] [six](thing:nobody) [seven](/courses/course-3/things/9)',
  '[eight](https://elsewhere.example/things/3)',
  '',
  '[ref]: things/thing-3',
].join('\n')

test('a link leads to the thing in the cohort of its reader', async () => {
  const { site, cohort, learner } = await siteWith(links)
  using _ = site
  const html = await learner.read(cohort.at('/things/1'))
  for (const words of ['one', 'two', 'four', 'five'])
    expect(html).toContain(`<a href="${cohort.at('/things/3')}">${words}</a>`)
  expect(html).toContain(`<a href="${cohort.at('/things/3')}#start">three</a>`)
  expect(html).toContain(' six seven')
  expect(html).toContain('<a href="https://elsewhere.example/things/3" rel="nofollow ugc noopener">eight</a>')
  expect(html).not.toContain('thing:')
})

test('a link follows its thing where the course has another order than the cohort', async () => {
  const { site, cohort, learner } = await siteWith('[it](thing:thing-3)')
  using _ = site
  const { things, ...course } = courseWith('[it](thing:thing-3)')
  const [one, two, three] = things
  site.services.courseTransfer.importOutline({ ...course, things: [one!, three!, two!] }, null)
  expect(await learner.read(cohort.at('/things/1'))).toContain(`<a href="${cohort.at('/things/3')}">it</a>`)
  expect(await learner.read('/courses/course-3/things/1')).toContain('<a href="/courses/course-3/things/2">it</a>')
})

test('a link to a thing that the cohort lacks leads to the public course, or is its words', async () => {
  const { site, cohort, learner } = await siteWith('')
  using _ = site
  const { things, ...course } = courseWith('[new](thing:thing-4)')
  site.services.courseTransfer.importOutline(
    { ...course, things: [...things, { ...things[1]!, slug: 'thing-4' }] },
    null,
  )
  expect(await learner.read(cohort.at('/things/1'))).toContain('<a href="/courses/course-3/things/4">new</a>')
  site.db.exec('UPDATE course SET public = 0, revision = revision + 1')
  expect(await learner.read(cohort.at('/things/1'))).toContain('<p dir="auto">new</p>')
})

test('a link leads guests to the public course, and authors in the preview to the editor', async () => {
  const { site, author } = await siteWith(links)
  using _ = site
  const html = await site.guest().read('/courses/course-3/things/1')
  expect(html.match(/<a href="\/courses\/course-3\/things\/3(#start)?">/g)).toHaveLength(5)
  expect(html).not.toContain('thing:')
  const answer = await author.post('/admin/courses/course-3/preview', { body: links })
  expect(await answer.text()).toContain('<a href="/admin/courses/course-3/things/thing-3">one</a>')
})

test('the links of a copy lead into the copy, also those that name its parent', async () => {
  const { site, author } = await siteWith(links)
  using _ = site
  const slug = site.services.courseTransfer.copyCourse('course-3', 'Another', author.id)
  expect(slug).toBe('another')
  site.db.exec('UPDATE course SET public = 1, revision = revision + 1')
  const html = await site.guest().read('/courses/another/things/1')
  expect(html.match(/<a href="\/courses\/another\/things\/3(#start)?">/g)).toHaveLength(5)
  expect(html).not.toContain('/courses/course-3/')
})

test('a translated text has its links, and the export has them as they were written', async () => {
  const { site, author } = await siteWith(links)
  using _ = site
  const { courses, courseAuthoring, courseTranslations, courseTransfer } = site.services
  const { id } = courses.bySlug('course-3')!.things[0]!
  const source = wordsOfThing(courseAuthoring.thingText(id)!.outline)
  const words = { ...source, body: 'Se [kortene](thing:thing-3).' }
  const saving = { language: 'da', seen: 0, from: fingerprintOf(source), from_revision: 1, by: author.id }
  courseTranslations.translateThing(id, words, saving)
  expect(await author.read('/admin/courses/course-3/things/thing-1/in/da')).toContain(
    '<a href="/admin/courses/course-3/things/thing-3">one</a>',
  )
  const dane = await site.guest().get('/courses/course-3/things/1', { 'accept-language': 'da' })
  expect(await dane.text()).toContain('Se <a href="/courses/course-3/things/3">kortene</a>.')
  const folder = await courseTransfer.exportFolder('course-3')
  expect(folder?.texts.get('things/01-thing-1.md')).toContain('[two](../things/3)')
  expect(folder?.texts.get('things/01-thing-1.da.md')).toContain('(thing:thing-3)')
})

test('a link to a thing that readers cannot open is its words', () => {
  const course = { slug: 'small', things: [{ slug: 'a' }], hidden: [{ slug: 'b' }] }
  const { html } = withThingLinks(course, ({ slug }) => (slug === 'a' ? '/a' : null))
  expect(html('<a href="thing:a">A</a> <a href="thing:b"><strong>B</strong></a> <a href="thing:2">C</a>')).toBe(
    '<a href="/a">A</a> <strong>B</strong> C',
  )
})
