import { expect, test } from 'vitest'
import { writeCourse } from '../../server/courses/format/course-files.ts'
import type { CourseOutline, ThingOutline } from '../../server/courses/format/schema.ts'
import type { ImportTarget, InspectedCourse } from '../../server/courses/transfer/import-target.ts'
import { photo, sendForm } from '../images/photos.ts'
import { courseOutline } from '../support/fixtures/course-outline.ts'
import { type TestSite, testSite } from '../support/site.ts'

/** A site with a course of five things that is a fork of `course-5`. */
async function siteWithFork() {
  const site = await testSite()
  const author = site.person({ role: 'author' })
  site.course(5)
  const fork = site.services.courseTransfer.copyCourse('course-5', 'Our things', author.id) ?? ''
  return { site, author, fork, into: { kind: 'fork', slug: fork } as const }
}

function newer(change: (things: ThingOutline[], outline: CourseOutline) => void): CourseOutline {
  const outline = courseOutline({ slug: 'course-5', things: 5 })
  change(outline.things, outline)
  return outline
}

function examined(site: TestSite, outline: CourseOutline): Promise<InspectedCourse> {
  return site.services.courseTransfer.inspect({ texts: writeCourse(outline), pictures: new Map() })
}

function edit(site: TestSite, course: string, thing: string, body: string): void {
  const { courses, courseAuthoring } = site.services
  const { id } = courses.bySlug(course)!.things.find(({ slug }) => slug === thing)!
  const { outline, revision } = courseAuthoring.thingText(id)!
  courseAuthoring.changeThing(id, { ...outline, body }, { seen: revision, by: site.person({ role: 'author' }).id })
}

const bodyOf = (site: TestSite, course: string, thing: string) =>
  site.services.courseTransfer.exportOutline(course)?.things.find(({ slug }) => slug === thing)?.body

async function offered(site: TestSite, outline: CourseOutline, into: ImportTarget) {
  const look = await site.services.courseTransfer.preview(await examined(site, outline), into)
  return look?.offers?.map(({ name, kind, both }) => [name, kind, both])
}

async function take(site: TestSite, outline: CourseOutline, into: { kind: 'fork'; slug: string }, ticked: string[]) {
  const { courses, courseTransfer } = site.services
  const seen = courses.bySlug(into.slug)?.revision ?? 0
  return courseTransfer.importCourse(await examined(site, outline), { into, seen, ticked: new Set(ticked), by: null })
}

test('a copy names its parent with licence, authors and site', async () => {
  const { site, fork } = await siteWithFork()
  using _ = site
  const [parent] = site.services.courses.bySlug(fork)?.parents ?? []
  expect(parent).toMatchObject({
    slug: 'course-5',
    title: '5 Mobile Things',
    licence: 'CC BY 4.0',
    site: 'Twentythree',
  })
  expect(parent?.credits).toEqual([{ name: 'Twentythree contributors', part: 'Text' }])
  expect(parent?.revision).toMatch(/^[0-9a-f]{16}$/)
})

test('a copy of a copy names the whole chain', async () => {
  const { site, author, fork } = await siteWithFork()
  using _ = site
  const second = site.services.courseTransfer.copyCourse(fork, 'Their things', author.id) ?? ''
  expect(site.services.courses.bySlug(second)?.parents.map(({ slug }) => slug)).toEqual(['course-5', fork])
  const page = await (await author.get(`/admin/courses/${second}`)).text()
  expect(page).toContain('Made from 5 Mobile Things of Twentythree, CC BY 4.0')
  expect(page).toContain('Made from Our things of Twentythree')
})

test('importing a folder without parents keeps their credits', async () => {
  const { site, fork } = await siteWithFork()
  using _ = site
  const { parents, ...outline } = site.services.courseTransfer.exportOutline(fork)!
  site.services.courseTransfer.importOutline({ ...outline, summary: 'All ours.' }, null)
  const now = site.services.courses.bySlug(fork)
  expect([now?.summary, now?.parents]).toEqual(['All ours.', parents])
})

test('changes of the parent are offered, changes here are not, and changes on both sides are marked', async () => {
  const { site, fork, into } = await siteWithFork()
  using _ = site
  edit(site, fork, 'thing-2', 'Ours.')
  edit(site, fork, 'thing-3', 'Ours.')
  const outline = newer((things) => {
    Object.assign(things[0]!, { body: 'Theirs.' })
    Object.assign(things[2]!, { body: 'Theirs.' })
    things.splice(4, 1)
    things.splice(1, 0, { ...things[0]!, slug: 'fresh', title: 'Fresh' })
  })
  expect(await offered(site, outline, into)).toEqual([
    ['thing-1', 'changed', false],
    ['fresh', 'added', false],
    ['thing-3', 'changed', true],
    ['thing-5', 'removed', false],
  ])
})

test('ticked changes are merged, the rest stays, and earlier texts are kept', async () => {
  const { site, fork, into } = await siteWithFork()
  using _ = site
  edit(site, fork, 'thing-3', 'Ours.')
  const outline = newer((things) => {
    for (const at of [0, 1, 2]) Object.assign(things[at]!, { body: `Theirs ${at + 1}.` })
    things.splice(1, 0, { ...things[0]!, slug: 'fresh', title: 'Fresh' })
  })
  await take(site, outline, into, ['thing-1', 'fresh', 'thing-3'])
  expect(bodyOf(site, fork, 'thing-1')).toBe('Theirs 1.')
  expect(bodyOf(site, fork, 'thing-2')).toBe('Why thing 2 matters in a library.')
  expect(bodyOf(site, fork, 'thing-3')).toBe('Theirs 3.')
  const course = site.services.courses.bySlug(fork)!
  expect(course.title).toBe('Our things')
  expect(course.things.map(({ slug }) => slug).slice(0, 3)).toEqual(['thing-1', 'fresh', 'thing-2'])
  const { revisions } = site.services.courseAuthoring.revisions(course.things[3]!.id, null)
  expect(revisions).toHaveLength(2)
})

test('the next version of the parent is compared with the one that was merged last', async () => {
  const { site, fork, into } = await siteWithFork()
  using _ = site
  const first = newer((things) => {
    Object.assign(things[0]!, { body: 'First.' })
    Object.assign(things[1]!, { body: 'Second.' })
  })
  await take(site, first, into, ['thing-1'])
  expect(await offered(site, first, into)).toEqual([])
  const next = structuredClone(first)
  Object.assign(next.things[1]!, { body: 'Second, better.' })
  expect(await offered(site, next, into)).toEqual([['thing-2', 'changed', true]])
  await take(site, next, into, ['thing-2'])
  expect(bodyOf(site, fork, 'thing-2')).toBe('Second, better.')
})

test('changes that are equal on both sides are not offered', async () => {
  const { site, fork, into } = await siteWithFork()
  using _ = site
  edit(site, fork, 'thing-4', 'The same.')
  const outline = newer((things) => Object.assign(things[3]!, { body: 'The same.' }))
  expect(await offered(site, outline, into)).toEqual([])
})

test('rules and sets can be merged; title, credits and badges stay the fork’s own', async () => {
  const { site, fork, into } = await siteWithFork()
  using _ = site
  const before = site.services.courseTransfer.exportOutline(fork)!
  const outline = newer((_things, course) => {
    course.title = 'Renamed'
    course.summary = 'Better said.'
  })
  expect(await offered(site, outline, into)).toEqual([['_course', 'changed', false]])
  await take(site, outline, into, ['_course'])
  const after = site.services.courseTransfer.exportOutline(fork)!
  expect([after.title, after.summary]).toEqual(['Our things', 'Better said.'])
  expect([after.badges, after.credits]).toEqual([before.badges, before.credits])
  expect(after.parents?.[0]?.title).toBe('Renamed')
})

test('merging a thing brings its pictures', async () => {
  const { site, fork, author, into } = await siteWithFork()
  using _ = site
  const { courses, courseTransfer, coursePictures } = site.services
  await sendForm(author, '/admin/courses/course-5/pictures', [
    ['picture', { bytes: await photo({ width: 300 }), name: 'tree.jpg' }],
  ])
  edit(site, 'course-5', 'thing-1', '![A tree](pictures/tree.webp)')
  const folder = await courseTransfer.inspect((await courseTransfer.exportFolder('course-5'))!)
  const id = courses.bySlug(fork)?.id ?? 0
  expect(coursePictures.list(id)).toEqual([])
  await courseTransfer.prepareImport(folder, { into, ticked: new Set(['thing-1']) })
  const seen = courses.bySlug(fork)?.revision ?? 0
  courseTransfer.importCourse(folder, { into, seen, ticked: new Set(['thing-1']), by: author.id })
  expect(coursePictures.list(id).map(({ name }) => name)).toEqual(['tree.webp'])
  expect(courses.bySlug(fork)?.things[0]?.body_html).toContain(`/courses/${fork}/pictures/tree.webp`)
})

test('a copy has the pictures, and each course manages its own', async () => {
  const { site, author } = await siteWithFork()
  using _ = site
  const { courseTransfer } = site.services
  await sendForm(author, '/admin/courses/course-5/pictures', [
    ['picture', { bytes: await photo({ width: 300 }), name: 'tree.jpg' }],
  ])
  const copy = courseTransfer.copyCourse('course-5', 'With pictures', author.id) ?? ''
  await author.post('/admin/courses/course-5/pictures/tree.webp/delete')
  expect((await author.get('/courses/course-5/pictures/tree.webp')).status).toBe(404)
  expect((await author.get(`/courses/${copy}/pictures/tree.webp`)).status).toBe(200)
})

test('a course that is no fork is offered nothing', async () => {
  const { site } = await siteWithFork()
  using _ = site
  const folder = await examined(
    site,
    newer(() => {}),
  )
  expect(await site.services.courseTransfer.preview(folder, { kind: 'fork', slug: 'course-5' })).toBeNull()
})

test('in the browser, ticked things are merged from the preview of a newer version of the parent', async () => {
  const { site, author, fork } = await siteWithFork()
  using _ = site
  edit(site, 'course-5', 'thing-1', 'Theirs.')
  edit(site, 'course-5', 'thing-2', 'Theirs.')
  const bytes = Buffer.from(await (await author.get('/admin/courses/course-5/export.zip')).arrayBuffer())
  const sent = await sendForm(author, '/admin/courses/import', [['zip', { bytes, name: 'c.zip' }]])
  const address = sent.headers.get('location') ?? ''
  const page = await (await author.get(`${address}?into=fork.${fork}`)).text()
  expect(page).toContain('name="take-thing-1" value="1" checked')
  expect(page).toContain('New for Our things')
  const seen = /name="seen" value="(\d+)"/.exec(page)?.[1] ?? ''
  const done = await author.post(address, { into: `fork.${fork}`, seen, once: 'a', 'take-thing-1': '1' })
  expect(done.headers.get('location')).toBe(`/admin/courses/${fork}`)
  expect([bodyOf(site, fork, 'thing-1'), bodyOf(site, fork, 'thing-2')]).toEqual([
    'Theirs.',
    'Why thing 2 matters in a library.',
  ])
})
