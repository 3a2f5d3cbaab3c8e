import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeCourse } from '../../server/courses/format/course-files.ts'
import { checkLinks, type LinkScope, withThingAddresses } from '../../server/courses/format/link-check.ts'
import { writeArchive } from '../../server/courses/format/zip.ts'
import { sendForm } from '../images/photos.ts'
import { courseOutline } from '../support/fixtures/course-outline.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const scope: LinkScope = {
  course: {
    slug: 'garden',
    parents: [{ slug: 'old-garden' }],
    things: [
      { slug: 'soil', title: 'Soil' },
      { slug: 'seeds', title: 'Seeds [all]' },
    ],
  },
  base_url: 'https://things.library.example',
  cohortThing: (cohort, number) => (cohort === 'spring' && number === 1 ? 'seeds' : null),
}

test.each([
  ['[a](https://things.library.example/courses/garden/things/2)', '[a](thing:seeds)'],
  ['[a](https://elsewhere.example/courses/old-garden/things/2#how)', '[a](thing:seeds#how)'],
  ['[a](https://things.library.example/cohorts/spring/things/1)', '[a](thing:seeds)'],
  ['[a](/cohorts/spring/things/1 "Title")', '[a](thing:seeds "Title")'],
  ['[a](../things/1)', '[a](thing:soil)'],
  ['See https://things.library.example/courses/garden/things/2.', 'See [Seeds \\[all\\]](thing:seeds).'],
  ['<https://things.library.example/courses/garden/things/1>', '[Soil](thing:soil)'],
  ['[a][b]\n\n[b]: https://things.library.example/courses/garden/things/1', '[a][b]\n\n[b]: thing:soil'],
])('%s becomes %s', (text, expected) => {
  expect(checkLinks(text, scope).fixed).toHaveLength(1)
  expect(withThingAddresses(text, scope)).toBe(expected)
  expect(checkLinks(expected, scope)).toEqual({ broken: [], fixed: [] })
})

test.each([
  '[a](thing:soil)',
  '[a](./02-seeds.md)',
  '[a](https://things.library.example/courses/another/things/2)',
  '[a](https://elsewhere.example/cohorts/spring/things/1)',
  '[a](https://elsewhere.example/things/1)',
  '[a](mailto:ana@library.example)',
  '![a](pictures/soil.webp)',
  '`[a](../things/1)`',
  '```\n[a](../things/1)\n```',
])('%s stays', (text) => {
  expect(checkLinks(text, scope)).toEqual({ broken: [], fixed: [] })
  expect(withThingAddresses(text, scope)).toBe(text)
})

test.each(['[a](thing:weeds)', '[a](../things/9)', '[a](/courses/garden/things/9)', '[a](/home)', '[a](notes.pdf)'])(
  '%s leads nowhere',
  (text) => expect(checkLinks(text, scope).broken).toHaveLength(1),
)

test('a text whose links were changed has none left to change, and any text can be checked', () => {
  const parts = [
    '[a](',
    '../things/1',
    ')',
    'https://x.example/courses/garden/things/2',
    '<',
    '>',
    '`',
    '\n',
    '~~~',
    ' ',
  ]
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 5 }))), (words) => {
      const changed = withThingAddresses(words.join(''), scope)
      expect(withThingAddresses(changed, scope)).toBe(changed)
    }),
  )
})

let site: TestSite
let author: Actor
beforeAll(async () => {
  site = await testSite()
  author = site.person({ role: 'author' })
})
afterAll(() => site[Symbol.asyncDispose]())

test('the editor tells of links that lead nowhere, and makes links of addresses with one button', async () => {
  site.course(3)
  const at = '/admin/courses/course-3/things/thing-1'
  const body = `[a](thing:nobody) [b](${site.origin}/courses/course-3/things/3)`
  const page = await author.post(at, { body, intent: 'preview' })
  const html = await page.text()
  expect(html).toContain('<li><code>thing:nobody</code></li>')
  expect(html).toContain(`<li><code>${site.origin}/courses/course-3/things/3</code></li>`)
  const linked = await (await author.post(at, { body, note: '[c](../things/2)', intent: 'links' })).text()
  expect(linked).toContain('[a](thing:nobody) [b](thing:thing-3)')
  expect(linked).toContain('[c](thing:thing-2)')
  expect(linked).not.toContain('value="links"')
  expect(await author.read('/admin/courses/course-3/things/thing-2')).not.toContain('id="links"')
})

test('the editor of a translation does the same', async () => {
  site.course(3)
  const at = '/admin/courses/course-3/things/thing-1/in/da'
  const body = '[a](thing:nobody) [b](../things/3)'
  const page = await (await author.post(at, { body, intent: 'preview' })).text()
  expect(page).toContain('<li><code>thing:nobody</code></li>')
  expect(page).toContain('<li><code>../things/3</code></li>')
  expect(await (await author.post(at, { body, intent: 'links' })).text()).toContain('[b](thing:thing-3)')
})

test('an import tells of both with their lines, and imports the links that it makes', async () => {
  const { things, badges: _, ...course } = courseOutline({ slug: 'linked', things: 3 })
  const body = 'Here.\n\n[a](thing:nobody) [b](https://elsewhere.example/courses/linked/things/3)'
  const texts = writeCourse({
    ...course,
    badges: [],
    things: things.map((thing, at) => (at === 0 ? { ...thing, body } : thing)),
  })
  const zip = await writeArchive({ texts, pictures: new Map() })
  const answer = await sendForm(author, '/admin/courses/import', [['zip', { bytes: zip, name: 'c.zip' }]])
  const at = answer.headers.get('location') ?? ''
  const look = await author.read(at)
  expect(look).toMatch(/things\/01-thing-1\.md, line \d+:<\/b> thing:nobody/)
  expect(look).toMatch(/things\/01-thing-1\.md, line \d+:<\/b> https:\/\/elsewhere/)
  const relinked = await author.post(at, { intent: 'links', into: 'itself' })
  const location = relinked.headers.get('location') ?? ''
  const again = await author.read(location)
  expect(again).toContain('name="links" value="things"')
  expect(again).not.toContain('value="links"')
  expect((await author.post(at, { into: 'itself', links: 'things', seen: '0', once: 'linked' })).status).toBe(303)
  const folder = await site.services.courseTransfer.exportFolder('linked')
  expect(folder?.texts.get('things/01-thing-1.md')).toContain('[a](thing:nobody) [b](thing:thing-3)')
})
