import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { writeCourse } from '../../server/courses/format/course-files.ts'
import type { CourseFolder } from '../../server/courses/format/course-folder.ts'
import type { CourseOutline } from '../../server/courses/format/schema.ts'
import { writeArchive } from '../../server/courses/format/zip.ts'
import { photo, sendForm } from '../images/photos.ts'
import { courseOutline } from '../support/fixtures/course-outline.ts'
import type { Browser } from '../support/http-client.ts'
import { type TestSite, testSite } from '../support/site.ts'

const AT = '/admin/courses/import'

function zipOf(outline: CourseOutline, pictures: CourseFolder['pictures'] = new Map()): Promise<Buffer> {
  return writeArchive({ texts: writeCourse(outline), pictures })
}

/** Sends a ZIP. @returns the address of the page that says what would change */
async function send(author: Browser, bytes: Uint8Array): Promise<string> {
  const answer = await sendForm(author, AT, [['zip', { bytes, name: 'course.zip', type: 'application/zip' }]])
  expect(answer.status).toBe(303)
  return answer.headers.get('location') ?? ''
}

/** The form of that page as it stands there. */
async function formOf(author: Browser, address: string) {
  const page = await (await author.get(address)).text()
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? ''
  return { page, fields: { into: field('into'), seen: field('seen'), once: field('once') } }
}

function changed(change: (outline: CourseOutline) => void, things = 23): CourseOutline {
  const outline = courseOutline({ slug: `course-${things}`, things })
  change(outline)
  return outline
}

const incoming = (site: TestSite) => {
  const folder = path.join(site.config.data_dir, 'incoming')
  return existsSync(folder) ? readdirSync(folder) : []
}

test('the preview of a new course tells what comes, and nothing is saved before it is confirmed', async () => {
  using site = await testSite()
  const author = site.person({ role: 'author' })
  const address = await send(author, await zipOf(courseOutline({ slug: 'brought', things: 3 })))
  const { page, fields } = await formOf(author, address)
  expect(page).toContain('would be a new course')
  expect(page).toContain('new, as thing 3')
  expect(site.services.courses.all()).toEqual([])
  const done = await author.post(address.split('?')[0] ?? '', fields)
  expect(done.headers.get('location')).toBe('/admin/courses/brought')
  expect(site.services.courses.bySlug('brought')?.things).toHaveLength(3)
  expect(incoming(site)).toEqual([])
})

test('the preview tells what would change, thing by thing', async () => {
  using site = await testSite()
  const { author } = site.cast()
  const outline = changed((course) => {
    const [one, two, three, ...more] = course.things
    if (!one || !two || !three) throw new Error('too few things')
    const added = { ...one, slug: 'brand-new', title: 'Brand new' }
    course.summary = 'Another summary.'
    course.things = [
      { ...one, body: 'Why thing 1 matters in a quiet library.' },
      three,
      two,
      ...more.slice(0, -1),
      added,
    ]
  })
  const { page } = await formOf(author, await send(author, await zipOf(outline)))
  expect(page).toContain('What would change in 23 Mobile Things')
  expect(page).toMatch(/<ins>.*quiet/)
  expect(page).toContain('moves from 3 to 2')
  expect(page).toContain('Brand new</b> <span class="soft">new, as thing 23')
  expect(page).toContain('The 23. thing</b> <span class="soft">goes')
  expect(page).toMatch(/Another/)
})

test('an unchanged export has no differences and cannot be imported', async () => {
  using site = await testSite()
  const { author } = site.cast()
  const archive = Buffer.from(await (await author.get('/admin/courses/course-23/export.zip')).arrayBuffer())
  const { page } = await formOf(author, await send(author, archive))
  expect(page).toContain('Nothing would change')
  expect(page).not.toContain('Take it in</button>')
})

test('a repeated request imports once', async () => {
  using site = await testSite()
  const { author } = site.cast()
  const outline = changed((course) => Object.assign(course.things[0]!, { body: 'Other words.' }))
  const address = await send(author, await zipOf(outline))
  const { fields } = await formOf(author, address)
  const first = await author.post(address, fields)
  const again = await author.post(address, fields)
  expect([first.status, again.status]).toEqual([303, 303])
  expect(again.headers.get('location')).toBe(first.headers.get('location'))
})

test('nothing is imported if the course changed since the preview', async () => {
  using site = await testSite()
  const { author } = site.cast()
  const address = await send(
    author,
    await zipOf(changed((course) => Object.assign(course.things[0]!, { body: 'Theirs.' }))),
  )
  const { fields } = await formOf(author, address)
  const { courses, courseAuthoring } = site.services
  const thing_id = courses.bySlug('course-23')?.things[0]?.id ?? 0
  const { outline, revision } = courseAuthoring.thingText(thing_id)!
  courseAuthoring.changeThing(thing_id, { ...outline, body: 'Mine.' }, { seen: revision, by: author.id })
  const answer = await author.post(address, fields)
  expect(answer.status).toBe(409)
  expect(await answer.text()).toContain('The course changed meanwhile')
  expect(courseAuthoring.thingText(thing_id)?.outline.body).toBe('Mine.')
  expect((await author.get(address)).status).toBe(200)
})

test('an import as a new course has other badges, is not public, and names its parent', async () => {
  using site = await testSite()
  const { author } = site.cast()
  const address = await send(author, await zipOf(changed(() => {})))
  const { page, fields } = await formOf(author, `${address}?into=beside`)
  expect(page).toContain('would be a new course')
  expect((await author.post(address, fields)).headers.get('location')).toBe('/admin/courses/course-23-2')
  const fork = site.services.courses.bySlug('course-23-2')
  expect([fork?.public, fork?.things.length]).toEqual([0, 23])
  expect(fork?.parents).toMatchObject([
    { slug: 'course-23', licence: 'CC BY 4.0', credits: [{ name: 'Twentythree contributors' }] },
  ])
})

test('problems of a folder are told with file and line', async () => {
  using site = await testSite()
  const author = site.person({ role: 'author' })
  const texts = writeCourse(courseOutline({ things: 2 }))
  texts.set('course.yaml', (texts.get('course.yaml') ?? '').replace('licence: CC BY 4.0', 'licence: &a CC'))
  texts.set(
    'things/02-thing-2.md',
    (texts.get('things/02-thing-2.md') ?? '').replace('icon: smartphone', 'colour: red'),
  )
  const bytes = await writeArchive({ texts, pictures: new Map() })
  const answer = await sendForm(author, AT, [['zip', { bytes, name: 'c.zip' }]])
  const page = await answer.text()
  expect(answer.status).toBe(422)
  expect(page).toContain('course.yaml, line 5:')
  expect(page).toContain('anchors (&amp;name) are not used in a course')
  expect(page).toContain('things/02-thing-2.md, line')
  expect(incoming(site)).toEqual([])
})

test('problems that only this site has are told in the preview', async () => {
  using site = await testSite()
  const { author } = site.cast()
  const outline = courseOutline({ slug: 'another', things: 23 })
  const address = await send(author, await zipOf(outline))
  const { page, fields } = await formOf(author, address)
  expect(page).toContain('belongs to the course')
  expect(page).not.toContain('Take it in</button>')
  expect((await author.post(address, fields)).status).toBe(422)
  expect(site.services.courses.bySlug('another')).toBeNull()
})

test('missing pictures are told and do not prevent an import', async () => {
  using site = await testSite()
  const author = site.person({ role: 'author' })
  const outline = courseOutline({ things: 2 })
  Object.assign(outline.things[0]!, { body: 'Look:\n\n![A tree](pictures/tree.webp)' })
  const { page } = await formOf(author, await send(author, await zipOf(outline)))
  expect(page).toContain('the text shows pictures/tree.webp')
  expect(page).toContain('Take it in</button>')
})

test('a pending upload is visible to its sender only and removed after a day, when cancelled or replaced', async () => {
  using site = await testSite()
  const { author, admin } = site.cast()
  const bytes = await zipOf(courseOutline({ slug: 'brought', things: 2 }))
  const first = await send(author, bytes)
  expect((await admin.get(first)).status).toBe(404)
  const second = await send(author, bytes)
  expect((await author.get(first)).status).toBe(404)
  expect(incoming(site)).toHaveLength(1)
  site.clock.advance({ hours: 25 })
  expect((await author.get(second)).status).toBe(404)
  const third = await send(author, bytes)
  await author.post(third, { intent: 'leave' })
  expect((await author.get(third)).status).toBe(404)
  expect(incoming(site)).toEqual([])
})

test('more than 15 MB, two files and no file are refused with an explanation', async () => {
  using site = await testSite()
  const author = site.person({ role: 'author' })
  const large = { bytes: new Uint8Array(15_000_001), name: 'c.zip' }
  const small = { bytes: new Uint8Array(10), name: 'c.zip' }
  for (const [parts, words] of [
    [[['zip', large]], '15 MB'],
    [
      [
        ['zip', small],
        ['zip', small],
      ],
      'One ZIP, please.',
    ],
    [[['other', 'x']], 'One ZIP, please.'],
  ] as const) {
    const answer = await sendForm(
      author,
      AT,
      parts.map(([name, value]) => [name, value]),
    )
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(words)
  }
  expect(readdirSync(path.join(site.config.data_dir, 'uploads', 'incoming'))).toEqual([])
})

test('learners, guides and organisers cannot import', async () => {
  using site = await testSite()
  const { learner, guide, organiser } = site.cast()
  for (const who of [learner, guide, organiser]) {
    for (const address of [AT, `${AT}/some-id`, '/admin/courses/course-23/export.zip']) {
      expect((await who.get(address)).status).toBe(403)
    }
    expect((await who.post(`${AT}/some-id`)).status).toBe(403)
  }
})

test('exports and imports are in the activity log', async () => {
  using site = await testSite()
  const { author } = site.cast()
  await author.get('/admin/courses/course-23/export.zip')
  const address = await send(author, await zipOf(changed(() => {})))
  const { fields } = await formOf(author, `${address}?into=beside`)
  await author.post(address, fields)
  const kinds = site.db
    .prepare<[number], string>("SELECT kind FROM activity WHERE person_id = ? AND kind LIKE 'course.%' ORDER BY id")
    .pluck()
    .all(author.id)
  expect(kinds).toEqual(['course.exported', 'course.imported', 'course.forked'])
})

test('a preview with 99 changed things works', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 99 })
  const words = (from: number) => Array.from({ length: 6000 }, (_, at) => `w${(from * at * 7919) % 10_007}`).join(' ')
  const outline = changed((course) => {
    for (const [at, thing] of course.things.entries()) thing.body = words(at + 2)
  }, 99)
  const { courseTransfer } = site.services
  courseTransfer.importOutline(
    { ...outline, things: outline.things.map((thing, at) => ({ ...thing, body: words(at + 200) })) },
    null,
  )
  const folder = await courseTransfer.inspect({ texts: writeCourse(outline), pictures: new Map() })
  const look = await courseTransfer.preview(folder, { kind: 'itself' })
  expect(look?.differences.things.map(({ kind }) => kind)).toEqual(Array(99).fill('changed'))
  expect((await author.get(AT)).status).toBe(200)
})

test('a preview removes no picture', async () => {
  using site = await testSite()
  const { author } = site.cast()
  const bytes = await photo({ width: 300 })
  await sendForm(author, '/admin/courses/course-23/pictures', [['picture', { bytes, name: 'tree.jpg' }]])
  const { page, fields } = await formOf(author, await send(author, await zipOf(changed(() => {}))))
  expect(page).toContain('pictures/tree.webp: goes')
  expect((await author.get('/courses/course-23/pictures/tree.webp')).status).toBe(200)
  const address = await send(author, await zipOf(changed(() => {})))
  await author.post(address, { ...fields, once: 'taken' })
  expect((await author.get('/courses/course-23/pictures/tree.webp')).status).toBe(404)
  const folder = path.join(site.config.data_dir, 'uploads', 'courses')
  expect(readdirSync(folder).flatMap((two) => readdirSync(path.join(folder, two)))).toEqual([])
})

test('pictures in a ZIP are validated before the import', async () => {
  using site = await testSite()
  const author = site.person({ role: 'author' })
  const { data } = await sharp(await photo({ width: 300 }))
    .webp()
    .toBuffer({ resolveWithObject: true })
  const outline = courseOutline({ slug: 'brought', things: 2 })
  Object.assign(outline.things[0]!, { body: '![A tree](pictures/tree.webp)' })
  const address = await send(author, await zipOf(outline, new Map([['pictures/tree.webp', data]])))
  const { page, fields } = await formOf(author, address)
  expect(page).toContain('pictures/tree.webp: new')
  expect(page).toContain('Take it in</button>')
  await author.post(address, fields)
  const answer = await author.get('/courses/brought/pictures/tree.webp')
  expect(Buffer.from(await answer.arrayBuffer()).equals(data)).toBe(true)
})
