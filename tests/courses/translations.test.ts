import { describe, expect, test } from 'vitest'
import { readCourse, writeCourse } from '../../server/courses/format/course-files.ts'
import { BrokenCourse } from '../../server/courses/format/course-problem.ts'
import type { CourseOutline } from '../../server/courses/format/schema.ts'
import { courseOutline } from '../support/fixtures/course-outline.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const courses = '/admin/courses/course-23'
const at = `${courses}/things/thing-1/in/da`
const WORDS = {
  title: 'Den første ting',
  short: 'Ting 1',
  summary: 'Hvad man gør i den første.',
  body: 'Hvorfor **ting 1** betyder noget.',
  without_account: 'Alt virker i en browser.',
  prompts: 'Hvad overraskede dig?\nHvad bliver?',
  step_title_try: 'Prøv det',
  step_title_look: 'Se to gange',
  step_detail_look: 'Fra den anden side.',
  step_title_tell: 'Fortæl nogen det',
}
const COURSE_WORDS = {
  title: '23 mobile ting',
  summary: 'Små ting at gøre med telefonen.',
  'set_safe-start': 'Tryg start',
  set_finder: 'Finder',
  'set_reader-and-player': 'Læser',
  set_maker: 'Skaber',
  set_team: 'Hold',
  set_giver: 'Giver',
}
const FRESH = { revision: '0', made_from: '1' }

async function translated(site: TestSite, author: Actor): Promise<void> {
  expect((await author.post(at, { ...WORDS, ...FRESH })).status).toBe(303)
  expect((await author.post(`${courses}/languages/da`, { ...COURSE_WORDS, revision: '0' })).status).toBe(303)
  expect(site.services.courses.languages()).toEqual(['da', 'en'])
}

function speaks(site: TestSite, { id }: { id: number }, language: string): void {
  site.db.prepare('UPDATE person SET language = ? WHERE id = ?').run(language, id)
}

function states(site: TestSite): string[] {
  const course = site.services.courses.bySlug('course-23')
  return course?.things.map((thing) => course.translationState('da', thing)) ?? []
}

function changeSource(author: Actor, fields: Record<string, string>): void {
  const { services } = site_of(author)
  const thing = services.courses.bySlug('course-23')?.things[0]
  const now = thing && services.courseAuthoring.thingText(thing.id)
  if (!thing || !now) throw new Error('There is no thing 1')
  services.courseAuthoring.changeThing(thing.id, { ...now.outline, ...fields }, { seen: now.revision, by: author.id })
}

const sites = new WeakMap<Actor, TestSite>()
function site_of(author: Actor): TestSite {
  const site = sites.get(author)
  if (!site) throw new Error('Cast by nobody')
  return site
}

async function withAuthor() {
  const site = await testSite()
  const cast = site.cast()
  sites.set(cast.author, site)
  return { site, ...cast }
}

test('a learner reads translated things in their language, and the others in the original with a notice', async () => {
  const { site: made, author, learner, cohort } = await withAuthor()
  using site = made
  await translated(site, author)
  speaks(site, learner, 'da')

  const thing = await learner.read(cohort.at('/things/1'))
  expect(thing).toContain('<span lang="da" dir="ltr">Den første ting</span></h1>')
  expect(thing).toContain('Hvorfor <strong>ting 1</strong> betyder noget.')
  expect(thing).toContain('Prøv det')
  expect(thing).toContain('Hvad overraskede dig?')
  expect(thing).toContain('Tryg start, 1 of 5')
  expect(thing).not.toContain('Not yet in')

  const other = await learner.read(cohort.at('/things/2'))
  expect(other).toContain('The 2. thing')
  expect(other).toMatch(
    /Not yet in <span lang="da" dir="ltr">Dansk<\/span>\.<\/b> Here it is in <span lang="en" dir="ltr">English</,
  )

  const map = await learner.read(cohort.at(''))
  expect(map).toMatch(/<span class="short" lang="da" dir="ltr">Ting 1<\/span>/)
  expect(map).toContain('Tryg start')
  expect(map).toContain('The 2. thing')
})

test('a translated title is shown wherever a thing is named', async () => {
  const { site: made, author, learner, guide, cohort } = await withAuthor()
  using site = made
  await translated(site, author)
  site.clock.advance({ hours: 24 * 20 })
  const id = site.reflection(learner, cohort, { title: 'Mine ord' })
  speaks(site, guide, 'da')
  for (const address of [
    cohort.at('/reflections'),
    `/reflections/${id}`,
    cohort.at('/things/1/reflection'),
    '/search?q=ord',
  ]) {
    expect([address, await guide.read(address)]).toEqual([address, expect.stringContaining('Den første ting')])
  }
  expect(await learner.read(`/reflections/${id}`)).toContain('The 1. thing')
})

test('readers of the original see no notice', async () => {
  const { site: made, author, learner, cohort } = await withAuthor()
  using site = made
  await translated(site, author)
  const page = await learner.read(cohort.at('/things/1'))
  expect(page).toContain('The 1. thing')
  expect(page).not.toContain('Not yet in')
  expect(page).not.toContain('lang="da"')
})

test('a person can choose only languages that a course has', async () => {
  const { site: made, author, learner } = await withAuthor()
  using site = made
  expect(await learner.read('/me')).not.toContain('name="language"')
  await translated(site, author)
  expect(await learner.read('/me')).toContain('<option value="da">Dansk</option>')
  expect((await learner.post('/me', { language: 'da' })).status).toBe(303)
  expect(await learner.read('/me')).toContain('<option value="da" selected>Dansk</option>')
  expect((await learner.post('/me', { language: 'fr' })).status).toBe(422)
  expect((await learner.post('/me', { language: '' })).status).toBe(303)
  expect(site.db.prepare('SELECT language FROM person WHERE id = ?').pluck().get(learner.id)).toBe(null)
})

test('a guest reads a public course in a language that the browser accepts, also from the cache', async () => {
  const { site: made, author } = await withAuthor()
  using site = made
  await translated(site, author)
  const read = async (language: string) => {
    const answer = await fetch(`${site.origin}/courses/course-23/things/1`, {
      headers: { 'accept-language': language },
    })
    expect(answer.headers.get('vary')).toContain('Accept-Language')
    return answer.text()
  }
  for (let again = 0; again < 2; again++) {
    expect(await read('da-DK,da;q=0.9,en;q=0.5')).toContain('Den første ting')
    expect(await read('en-GB,en;q=0.9,da;q=0.5')).toContain('The 1. thing')
    expect(await read('fr')).toContain('The 1. thing')
  }
})

test('missing translations of required parts are reported by their fields, and nothing is saved', async () => {
  const { site: made, author } = await withAuthor()
  using site = made
  const answer = await author.post(at, { ...WORDS, ...FRESH, body: ' ', step_title_tell: '' })
  expect(answer.status).toBe(422)
  const page = await answer.text()
  expect(page).toContain('id="step_title_tell-problem"')
  expect(page).toContain('Prøv det')
  const body = await (await author.post(at, { ...WORDS, ...FRESH, body: '' })).text()
  expect(body).toContain('id="body-problem"')
  expect(states(site)[0]).toBe('missing')
})

test('a translation is stale once the original changes, shows what changed, and is current once saved', async () => {
  const { site: made, author } = await withAuthor()
  using site = made
  await translated(site, author)
  expect(states(site).slice(0, 2)).toEqual(['done', 'missing'])

  changeSource(author, { tried: '2026-03-01', icon: 'map' })
  expect(states(site)[0]).toBe('done')

  changeSource(author, { body: 'Why thing 1 matters in every library.' })
  expect(states(site)[0]).toBe('stale')
  expect(await author.read(`${courses}/languages`)).toContain('1 to look at again')
  const page = await author.read(at)
  expect(page).toContain('The thing has changed since')
  expect(page).toMatch(/<ins><span class="unseen">[^<]*<\/span>every<\/ins>/)

  // a form that was open all the while says what it was made from, and stays behind
  await author.post(at, { ...WORDS, title: 'Ting et', revision: '1', made_from: '1' })
  expect(states(site)[0]).toBe('stale')
  await author.post(at, { ...WORDS, title: 'Ting et', revision: '2', made_from: '3' })
  expect(states(site)[0]).toBe('done')
})

test('a step added after the translation is shown in the original language', async () => {
  const { site: made, author, learner, cohort } = await withAuthor()
  using site = made
  await translated(site, author)
  speaks(site, learner, 'da')
  const { courses, courseAuthoring } = site.services
  const thing = courses.bySlug('course-23')?.things[0]
  const now = thing && courseAuthoring.thingText(thing.id)
  if (!now) throw new Error('There is no thing 1')
  const { start } = now.outline.steps
  const steps = { ...now.outline.steps, start: [...start, { slug: 'new', title: 'A new step' }] }
  courseAuthoring.changeThing(
    thing.id,
    { ...now.outline, steps, note: 'Mind the gap.' },
    { seen: now.revision, by: author.id },
  )
  const page = await learner.read(cohort.at('/things/1'))
  expect(page).toContain('Prøv det')
  expect(page).toContain('<div><b id="step-new">A new step</b>')
  expect(page).toMatch(/<div lang="en" dir="ltr"><p dir="auto">Mind the gap/)
})

test('the second of two people who save sees the text of the first, and both are kept', async () => {
  const { site: made, author, admin } = await withAuthor()
  using site = made
  await author.post(at, { ...WORDS, ...FRESH })
  const answer = await admin.post(at, { ...WORDS, ...FRESH, title: 'En anden titel' })
  expect(answer.status).toBe(409)
  expect(site.services.courses.bySlug('course-23')?.languages).toEqual(['da'])
  const page = await answer.text()
  expect(page).toContain('En anden titel')
  expect(page).toContain('Den første ting')
  expect(page).toContain('name="revision" value="1"')
  expect((await admin.post(at, { ...WORDS, title: 'En anden titel', revision: '1', made_from: '1' })).status).toBe(303)
  expect(await author.read(at)).toContain(`${at}?earlier=1`)
  expect(await author.read(`${at}?earlier=1`)).toContain('value="Den første ting"')
})

test('a repeated request saves one revision, and an unchanged text none', async () => {
  const { site: made, author } = await withAuthor()
  using site = made
  await author.post(at, { ...WORDS, ...FRESH, once: 'one-press' })
  await author.post(at, { ...WORDS, ...FRESH, once: 'one-press' })
  await author.post(at, { ...WORDS, revision: '1', made_from: '1' })
  expect(site.db.prepare('SELECT revision FROM thing_translation').pluck().all()).toEqual([1])
})

test('a language is removed after a confirmation, its texts are kept, and it can be added again', async () => {
  const { site: made, author, learner, cohort } = await withAuthor()
  using site = made
  await translated(site, author)
  speaks(site, learner, 'da')
  expect(await author.read(`${courses}/languages/da/remove`)).toContain('Take Dansk out of the course?')
  expect((await author.post(`${courses}/languages/da/remove`)).status).toBe(303)
  expect(await learner.read(cohort.at('/things/1'))).toContain('The 1. thing')
  expect((await author.get(`${courses}/languages/da/remove`)).status).toBe(404)
  expect(await author.read(`${at}?earlier=1`)).toContain('value="Den første ting"')
  await author.post(at, { ...WORDS, ...FRESH })
  expect(site.db.prepare('SELECT revision FROM thing_translation').pluck().all()).toEqual([2])
})

test('an invalid language and the language of the course are refused', async () => {
  const { site: made, author } = await withAuthor()
  using site = made
  for (const language of ['en', 'not-a-language-at-all', 'DA', '..%2F..', `x-${'a'.repeat(80)}`]) {
    expect((await author.get(`${courses}/things/thing-1/in/${language}`)).status).toBe(404)
    expect((await author.get(`${courses}/languages/${language}`)).status).toBe(404)
  }
  expect(site.services.courses.bySlug('course-23')?.languages).toEqual([])
  expect((await author.post(`${courses}/languages`, { language: 'en' })).status).toBe(422)
  expect((await author.post(`${courses}/languages`, { language: 'kl' })).headers.get('location')).toBe(
    `${courses}/languages/kl`,
  )
})

test('a right-to-left language has its direction in the page', async () => {
  const { site: made, author, learner, cohort } = await withAuthor()
  using site = made
  await author.post(at.replace('/da', '/ar'), { ...WORDS, ...FRESH, title: 'الشيء الأول' })
  speaks(site, learner, 'ar')
  expect(await learner.read(cohort.at('/things/1'))).toContain('<span lang="ar" dir="rtl">الشيء الأول</span>')
})

describe('the course folder', () => {
  const outline = courseOutline({ things: 3 })
  const TRANSLATED = `---\ntitle: Ting\nshort: Ting\nsummary: En ting.\nsteps: []\nprompts: []\n---\n\nTekst.\n`

  function filesOf(more: Record<string, string> = {}): Map<string, string> {
    return new Map([...writeCourse(outline), ...Object.entries(more)])
  }

  test('has the translations, with equal files after an import elsewhere', async () => {
    const { site: made, author } = await withAuthor()
    using site = made
    await translated(site, author)
    changeSource(author, { body: 'Another body.' })
    const first = site.services.courseTransfer.exportOutline('course-23') as CourseOutline
    const files = writeCourse(first)
    expect([...files.keys()].filter((path) => path.includes('.da.'))).toEqual([
      'course.da.yaml',
      'things/01-thing-1.da.md',
    ])
    using other = await testSite()
    other.services.courseTransfer.importOutline(readCourse(files), null, files)
    const again = writeCourse(other.services.courseTransfer.exportOutline('course-23') as CourseOutline)
    expect([...again]).toEqual([...files])
    expect(states(other)).toEqual(states(site))
    expect(states(other)[0]).toBe('stale')
    const revision = other.services.courses.bySlug('course-23')?.revision
    other.services.courseTransfer.importOutline(readCourse(again), null, again)
    expect(other.services.courses.bySlug('course-23')?.revision).toBe(revision)
  })

  test('without a fingerprint, a translation belongs to the file beside it', () => {
    const files = filesOf({ 'things/01-thing-1.da.md': TRANSLATED })
    const read = readCourse(files)
    expect(read.translations?.[0]?.things.get('thing-1')?.from).toMatch(/^[0-9a-f]{12}$/)
    expect(writeCourse(read).get('things/01-thing-1.da.md')).toContain('from: ')
  })

  test('without a language that was there keeps its texts as revisions', async () => {
    const { site: made, author } = await withAuthor()
    using site = made
    await translated(site, author)
    const { translations, ...plain } = site.services.courseTransfer.exportOutline('course-23') as CourseOutline
    expect(translations).toHaveLength(1)
    site.services.courseTransfer.importOutline(plain, null)
    expect(states(site)[0]).toBe('missing')
    expect(await author.read(at)).toContain(`${at}?earlier=1`)
  })

  test.each([
    ['in a language that is none', 'things/01-thing-1.dansk-sprog-her.md'],
    ['in the language of the course', 'things/01-thing-1.en.md'],
    ['of a thing that is not there', 'things/04-thing-4.da.md'],
    ['under another number', 'things/02-thing-1.da.md'],
  ])('%s is refused with its file', (_, path) => {
    expect(() => readCourse(filesOf({ [path]: TRANSLATED }))).toThrow(BrokenCourse)
    expect(() => readCourse(filesOf({ [path]: TRANSLATED }))).toThrow(path)
  })

  test('with an unknown key is refused with file and line', () => {
    const text = TRANSLATED.replace('prompts: []', 'prompts: []\nicon: map')
    expect(() => readCourse(filesOf({ 'things/01-thing-1.da.md': text }))).toThrow(
      'things/01-thing-1.da.md line 7: "icon" is not known here',
    )
  })
})
