import { describe, expect, test } from 'vitest'
import { readCourse, writeCourse } from '../../server/courses/format/course-files.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'
import { smallCourse } from './outlines.ts'

const at = '/admin/courses/course-23/things/thing-1'

const SIGNS: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' }
const plain = (html: string) => html.replace(/&(?:lt|gt|quot|#39|amp);/g, (sign) => SIGNS[sign] ?? sign)

/** The form of a page as a browser would send it. */
function fieldsIn(page: string): Record<string, string> {
  const form = page.slice(page.indexOf('<form class="write"')).split('</form>')[0] ?? ''
  const inputs = [...form.matchAll(/<input[^>]* name="([^"]+)"[^>]*>/g)].map(([tag, name = '']) => {
    return [name, plain(/ value="([^"]*)"/.exec(tag)?.[1] ?? '')]
  })
  const texts = [...form.matchAll(/<textarea[^>]* name="([^"]+)"[^>]*>\n?([\s\S]*?)<\/textarea>/g)].map(
    ([, name = '', words = '']) => [name, plain(words)],
  )
  const selects = [...form.matchAll(/<select[^>]* name="([^"]+)"[^>]*>([\s\S]*?)<\/select>/g)].map(
    ([, name = '', options = '']) => [name, /value="([^"]*)" selected/.exec(options)?.[1] ?? ''],
  )
  return Object.fromEntries([...inputs, ...texts, ...selects])
}

async function formOf(author: Pick<Actor, 'read'>, address = at): Promise<Record<string, string>> {
  return fieldsIn(await author.read(address))
}

/** Sends the form as it stands on the page, with some fields changed. */
async function change(author: Actor, fields: Record<string, string | string[]>, address = at): Promise<Response> {
  return author.post(address, { ...(await formOf(author, address)), ...fields })
}

function thingOf(site: TestSite, slug = 'thing-1') {
  return site.services.courses.bySlug('course-23')?.things.find((thing) => thing.slug === slug)
}

function count(site: TestSite, table: string): unknown {
  return site.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
}

test('authors see courses, and things by set with the day they were last tried and a link', async () => {
  using site = await testSite()
  const { author, admin } = site.cast()
  for (const person of [author, admin]) {
    expect(await person.read('/admin/courses')).toContain('href="/admin/courses/course-23"')
    const page = await person.read('/admin/courses/course-23')
    expect(page.match(/href="\/admin\/courses\/course-23\/things\//g)).toHaveLength(23)
    expect(page).toContain('Last tried 5 January 2026')
    expect(page).toContain('href="/courses/course-23"')
  }
  expect(await author.read('/me')).toContain('href="/admin/courses"')
})

test('a course that is not public has no link to a public page', async () => {
  using site = await testSite()
  const { author } = site.cast()
  site.db.exec('UPDATE course SET public = 0, revision = revision + 1')
  for (const address of ['/admin/courses/course-23', at]) {
    expect(await author.read(address)).not.toContain('href="/courses/course-23')
  }
})

test('only authors and administrators can edit courses', async () => {
  using site = await testSite()
  const { author, guest, learner, guide, organiser, stranger } = site.cast()
  await change(author, { title: 'Another' })
  const before = site.services.courseTransfer.exportOutline('course-23')
  const pages = ['/admin/courses', '/admin/courses/course-23', at, `${at}/revisions`, `${at}/revisions/1`]
  for (const person of [learner, guide, organiser, stranger]) {
    for (const page of pages) expect([page, (await person.get(page)).status]).toEqual([page, 403])
    for (const act of [at, `${at}/revisions/1/restore`]) {
      expect([act, (await person.post(act, { revision: '2' })).status]).toEqual([act, 403])
    }
  }
  for (const page of pages) expect((await guest.get(page)).headers.get('location')).toContain('/login')
  expect((await guest.post(at, { title: 'x' })).status).toBe(403)
  expect(site.services.courseTransfer.exportOutline('course-23')).toEqual(before)
})

test('missing courses, things and revisions are not found', async () => {
  using site = await testSite()
  const { author } = site.cast()
  const course = '/admin/courses/course-23'
  for (const address of [
    '/admin/courses/nowhere',
    `${course}/things/nothing`,
    '/admin/courses/nowhere/things/thing-1',
  ]) {
    expect([address, (await author.get(address)).status]).toEqual([address, 404])
  }
  for (const number of ['1', '0', '-1', 'x', '99999999999999999999']) {
    expect([number, (await author.get(`${at}/revisions/${number}`)).status]).toEqual([number, 404])
    expect([number, (await author.post(`${at}/revisions/${number}/restore`)).status]).toEqual([number, 404])
  }
  expect((await author.post(`${course}/things/nothing`)).status).toBe(404)
})

test('a form sent as it is shown changes nothing', async () => {
  using site = await testSite()
  const { author } = site.cast()
  const before = site.services.courseTransfer.exportOutline('course-23')
  const answer = await change(author, {})
  expect([answer.status, answer.headers.get('location')]).toEqual([303, at])
  expect(await author.read(at)).toContain('Nothing was different')
  expect(site.services.courseTransfer.exportOutline('course-23')).toEqual(before)
  expect([thingOf(site)?.revision, count(site, 'thing_revision')]).toEqual([1, 0])
})

test('a changed text is shown everywhere at once, and the one before is kept', async () => {
  using site = await testSite()
  const { author, cohort, guest, learner } = site.cast()
  const pages = () => Promise.all([learner.read(cohort.at('/things/1')), guest.read('/courses/course-23/things/1')])
  await pages()
  const answer = await change(author, { title: 'Your space', body: 'Quite **other** words.', tried: '2026-03-01' })
  expect(answer.status).toBe(303)
  expect(await author.read(at)).toContain('Everybody reads “Your space” like this now.')
  for (const page of await pages()) {
    expect(page).toContain('Quite <strong>other</strong> words.')
    expect(page).toContain('1 March 2026')
  }
  expect(await learner.read(cohort.at(''))).toContain('Your space')
  const kept = site.db.prepare('SELECT revision, source, changed_by FROM thing_revision').all()
  expect(kept).toEqual([
    { revision: 1, source: expect.stringContaining('Why thing 1 matters in a library.'), changed_by: author.id },
  ])
  const { id, revision } = thingOf(site) ?? {}
  expect(revision).toBe(2)
  const activity = site.db.prepare("SELECT person_id, subject_id, detail FROM activity WHERE kind = 'thing.changed'")
  expect(activity.all()).toEqual([{ person_id: author.id, subject_id: id, detail: '{"revision":2}' }])
})

test('every field of the form is saved', async () => {
  using site = await testSite()
  const { author } = site.cast()
  const fields = {
    title: 'A new title',
    short: 'New',
    summary: 'A new summary.',
    set: 'finder',
    icon: 'map',
    minutes_start: '10',
    minutes_more: '',
    minutes_challenge: '40',
    tried: '',
    body: 'Words.',
    note: 'A note.',
    without_account: '',
    prompts: 'One?\r\n\r\n  Two,  really? ',
  }
  await change(author, fields)
  const [thing] = site.services.courseTransfer.exportOutline('course-23')?.things ?? []
  const { steps } = thing ?? {}
  expect(thing).toEqual({
    slug: 'thing-1',
    title: 'A new title',
    short: 'New',
    summary: 'A new summary.',
    set: 'finder',
    icon: 'map',
    minutes: { start: 10, challenge: 40 },
    steps,
    note: 'A note.',
    prompts: ['One?', 'Two, really?'],
    body: 'Words.',
  })
})

describe('steps', () => {
  test('a tick stays with its step under another title and in another depth', async () => {
    using site = await testSite()
    const { author, cohort, learner } = site.cast()
    await learner.post(cohort.at('/things/1/steps/look'), { done: '1' })
    await change(author, { step_2_title: 'Look three times', step_2_depth: 'more' })
    expect(thingOf(site)?.steps.map(({ slug, depth, title }) => `${slug} ${depth} ${title}`)).toEqual([
      'try start Try it',
      'look more Look three times',
      'tell more Tell somebody',
    ])
    const page = await learner.read(cohort.at('/things/1'))
    expect(page.match(/aria-pressed="true" aria-labelledby="step-look"/g)).toHaveLength(1)
    expect(page.match(/aria-pressed="true"/g)).toHaveLength(1)
  })

  test('a new step has a slug of its own, also after a step of that slug was removed', async () => {
    using site = await testSite()
    const { author, cohort, learner } = site.cast()
    await learner.post(cohort.at('/things/1/steps/look'), { done: '1' })
    await change(author, { step_2_title: '', step_2_detail: '', step_2_slug: '' })
    expect(thingOf(site)?.steps.map(({ slug }) => slug)).toEqual(['try', 'tell'])
    const added = { step_9_depth: 'start', step_9_title: 'Look', step_9_slug: '', step_9_detail: '' }
    await change(author, added)
    expect(thingOf(site)?.steps.map(({ slug }) => slug)).toEqual(['try', 'look-2', 'tell'])
    expect(await learner.read(cohort.at('/things/1'))).not.toContain('aria-pressed="true"')
  })

  test('an unknown slug of a step is ignored', async () => {
    using site = await testSite()
    const { author } = site.cast()
    await change(author, { step_1_slug: 'evil-name', step_2_slug: 'tell' })
    expect(thingOf(site)?.steps.map(({ slug, title }) => `${slug}: ${title}`)).toEqual([
      'try-it: Try it',
      'tell: Look twice',
      'tell-somebody: Tell somebody',
    ])
  })

  test.each([
    ['up', 'up-2', ['Look twice', 'Try it', 'Tell somebody']],
    ['down into the next depth', 'down-2', ['Try it', 'Look twice', 'Tell somebody']],
    ['out', 'out-1', ['Look twice', 'Tell somebody']],
    ['up at the very top', 'up-1', ['Try it', 'Look twice', 'Tell somebody']],
    ['added', 'add-start', ['Try it', 'Look twice', '', 'Tell somebody']],
    ['added to a depth without steps', 'add-challenge', ['Try it', 'Look twice', 'Tell somebody', '']],
  ])(
    '%s by a button: the form comes again, what was typed stays, and nothing is saved',
    async (_what, intent, titles) => {
      using site = await testSite()
      const { author } = site.cast()
      const answer = await change(author, { intent, title: 'Typed, not saved' })
      const page = await answer.text()
      expect(answer.status).toBe(200)
      const fields = fieldsIn(page)
      expect(
        Object.keys(fields)
          .filter((name) => /_title$/.test(name))
          .map((name) => fields[name]),
      ).toEqual(titles)
      expect(fields['title']).toBe('Typed, not saved')
      expect(page).toContain('data-unsaved')
      expect(thingOf(site)?.revision).toBe(1)
    },
  )

  test('a step that moves over the edge of its depth belongs to the next one', async () => {
    using site = await testSite()
    const { author } = site.cast()
    const fields = fieldsIn(await (await change(author, { intent: 'down-2' })).text())
    expect(fields['step_2_depth']).toBe('more')
    expect((await author.post(at, fields)).status).toBe(303)
    expect(thingOf(site)?.steps.map(({ slug, depth }) => `${slug} ${depth}`)).toEqual([
      'try start',
      'look more',
      'tell more',
    ])
  })

  test.each(['up-99', 'down-0', 'out--1', 'add-deeper', 'shout', '__proto__'])(
    'the button %s does not exist, and nothing typed is lost',
    async (intent) => {
      using site = await testSite()
      const { author } = site.cast()
      const answer = await change(author, { intent, title: 'Still here' })
      expect(answer.status).toBe(422)
      expect(fieldsIn(await answer.text())['title']).toBe('Still here')
    },
  )
})

test('the preview shows the text in the form, sanitised', async () => {
  using site = await testSite()
  const { author } = site.cast()
  expect(await author.read(at)).toContain('<p dir="auto">Why thing 1 matters in a library.</p>')
  const answer = await change(author, { intent: 'preview', body: '**Bold** <script>alert(1)</script>' })
  const page = await answer.text()
  expect(page).toContain('<p dir="auto"><strong>Bold</strong> &lt;script&gt;')
  expect(fieldsIn(page)['body']).toBe('**Bold** <script>alert(1)</script>')
})

describe('refused beside the field, with everything that was typed', () => {
  test.each([
    ['title', '', 'Please fill this in'],
    ['title', 'x'.repeat(201), 'Up to 200 fit here'],
    ['short', 'thirteen char', 'Up to 12 fit here'],
    ['summary', '\u3164', 'Please fill this in'],
    ['set', 'nowhere', 'Please choose one of these'],
    ['icon', 'no-such-icon', 'There is no icon of this name'],
    ['minutes_start', '0', 'whole minutes'],
    ['minutes_more', 'a while', 'whole minutes'],
    ['tried', '2026-02-30', 'This is no date'],
    ['body', 'x'.repeat(40_001), 'Up to 40000 fit here'],
    ['note', 'x'.repeat(2001), 'Up to 2000 fit here'],
    ['prompts', 'x'.repeat(501), 'more than 500 characters'],
    ['step_1_title', '', 'Please say what to do here'],
    ['step_3_detail', 'x'.repeat(1001), 'Up to 1000 fit here'],
  ])('%s', async (field, value, words) => {
    using site = await testSite()
    const { author } = site.cast()
    const typed = { title: 'Typed', body: 'Typed words.', [field]: value }
    const answer = await change(author, typed)
    const page = await answer.text()
    expect(answer.status).toBe(422)
    expect(page).toMatch(new RegExp(`id="${field}-problem">.*${words}`))
    expect(page).toContain(`href="#${field}"`)
    const shown = fieldsIn(page)
    for (const [name, words] of Object.entries(typed)) {
      // a choice that is none cannot be shown as chosen
      if (name !== 'set') expect(shown[name]).toBe(words.replaceAll('\0', ''))
    }
    expect([thingOf(site)?.revision, count(site, 'thing_revision')]).toEqual([1, 0])
  })

  test('a repeated field, an unknown depth, and no step to start with are refused', async () => {
    using site = await testSite()
    const { author } = site.cast()
    const twice = await (await change(author, { title: ['One', 'Two'] })).text()
    expect(twice).toMatch(/id="title-problem">.*This came twice/)
    const deeper = await change(author, { step_1_depth: 'deeper', step_1_title: 'Kept' })
    expect(deeper.status).toBe(422)
    const page = await deeper.text()
    expect(page).toContain('id="step-1-problem">Please choose one of these')
    expect(fieldsIn(page)['step_1_title']).toBe('Kept')
    const none = await change(author, { step_1_depth: 'more', step_2_depth: 'more' })
    expect(none.status).toBe(422)
    expect(await none.text()).toContain('A thing starts with at least one step')
  })

  test('an empty form is refused', async () => {
    using site = await testSite()
    const { author } = site.cast()
    const answer = await author.post(at, {})
    expect(answer.status).toBe(422)
    const page = await answer.text()
    for (const field of ['title', 'short', 'summary', 'set', 'icon', 'minutes_start', 'steps_start']) {
      expect(page).toContain(`href="#${field}"`)
    }
    expect(thingOf(site)?.title).toBe('The 1. thing')
  })
})

test('extra fields change nothing', async () => {
  using site = await testSite()
  const { author, learner } = site.cast()
  const row = () =>
    site.db.prepare('SELECT id, course_id, slug, position, renderer FROM thing WHERE slug = ?').get('thing-1')
  const before = row()
  const extra = {
    id: '7',
    slug: 'stolen',
    position: '9',
    course_id: '9',
    body_html: '<b>x</b>',
    renderer: 'x',
    changed_by: String(learner.id),
    step_1_id: '9',
    step_1_position: '9',
    public: '0',
  }
  await change(author, { ...extra, title: 'New' })
  expect(row()).toEqual(before)
  expect(thingOf(site)?.body_html).not.toContain('<b>')
  expect(site.db.prepare('SELECT public FROM course').pluck().get()).toBe(1)
})

test('a repeated request saves once, with the same response', async () => {
  using site = await testSite()
  const { author } = site.cast()
  const fields = { ...(await formOf(author)), title: 'Once' }
  const answers = await Promise.all([1, 2].map(() => author.post(at, fields)))
  expect(answers.map(({ status }) => status)).toEqual([303, 303])
  expect([thingOf(site)?.revision, count(site, 'thing_revision')]).toEqual([2, 1])
})

describe('two people change one thing', () => {
  test('the later one sees both texts, loses nothing, and can save their own', async () => {
    using site = await testSite()
    const { admin, author } = site.cast()
    const mine = { ...(await formOf(author)), title: 'My title', body: 'My own words.', step_1_title: 'My step' }
    await change(admin, { body: 'Why thing 1 matters in every library.', summary: 'Theirs.' })
    const answer = await author.post(at, mine)
    const page = await answer.text()
    expect(answer.status).toBe(409)
    expect(page).toContain('Somebody changed this thing meanwhile')
    expect(page).toContain('Åsa Lindqvist kept another text')
    expect(page).toMatch(
      /in <del><span class="unseen">Taken out: <\/span>a<\/del><ins><span class="unseen">Added: <\/span>every<\/ins> library/,
    )
    expect(page).toContain('summary: Theirs.')
    expect(fieldsIn(page)).toMatchObject({
      title: 'My title',
      body: 'My own words.',
      step_1_title: 'My step',
      revision: '2',
    })
    expect(thingOf(site)?.summary).toBe('Theirs.')
    expect((await author.post(at, { ...fieldsIn(page), summary: 'Theirs.' })).status).toBe(303)
    expect(thingOf(site)).toMatchObject({ title: 'My title', summary: 'Theirs.', revision: 3 })
    expect(await author.read(`${at}/revisions/2`)).toContain('matters in every library')
  })

  test.each(['', '0', '99'])('a form with the revision %j is outdated', async (revision) => {
    using site = await testSite()
    const { author } = site.cast()
    const answer = await change(
      author,
      revision === '' ? { revision: '0', title: 'Mine' } : { revision, title: 'Mine' },
    )
    const page = await answer.text()
    expect(answer.status).toBe(409)
    expect(fieldsIn(page)['title']).toBe('Mine')
    expect(page).toContain('title: The 1. thing')
  })

  test('of twenty at once one is saved and nineteen are refused with a conflict', async () => {
    using site = await testSite()
    const { author } = site.cast()
    const { once: _once, ...fields } = await formOf(author)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => author.post(at, { ...fields, title: `Title ${index}` })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(19).fill(409)])
    expect(thingOf(site)?.revision).toBe(2)
  })
})

describe('earlier texts', () => {
  test('are listed with who changed them and when', async () => {
    using site = await testSite()
    const { admin, author } = site.cast()
    expect(await author.read(`${at}/revisions`)).toContain('It came on Monday 2 March, 7:00')
    await change(author, { title: 'Second' })
    site.clock.advance({ hours: 2 })
    await change(admin, { title: 'Third' })
    const page = await author.read(`${at}/revisions`)
    expect(page).toContain('Text 3 is the one everybody reads. Åsa Lindqvist kept it on Monday 2 March, 9:00.')
    expect([...page.matchAll(/revisions\/(\d+)"/g)].map(([, number]) => number)).toEqual(['2', '1'])
    expect(page).toContain('Then Priya Nair changed it.')
  })

  test('come fifty to a page', async () => {
    using site = await testSite()
    const { author } = site.cast()
    const { id } = thingOf(site) ?? {}
    const keep = site.db.prepare("INSERT INTO thing_revision VALUES (?, ?, '', NULL, '2026-01-01T00:00:00.000Z')")
    for (let number = 1; number <= 120; number += 1) keep.run(id, number)
    site.db.prepare('UPDATE thing SET revision = 121 WHERE id = ?').run(id)
    const numbers = async (address: string) =>
      [...(await author.read(address)).matchAll(/revisions\/(\d+)"/g)].map(([, number]) => Number(number))
    expect(await numbers(`${at}/revisions`)).toEqual(Array.from({ length: 50 }, (_, index) => 120 - index))
    expect(await author.read(`${at}/revisions`)).toContain(`href="${at}/revisions?before=71"`)
    expect(await numbers(`${at}/revisions?before=71`)).toEqual(Array.from({ length: 50 }, (_, index) => 70 - index))
    expect(await numbers(`${at}/revisions?before=21`)).toHaveLength(20)
    expect((await author.get(`${at}/revisions?before=x`)).status).toBe(404)
  })

  test('show what changed, also for screen readers', async () => {
    using site = await testSite()
    const { author } = site.cast()
    await change(author, {
      body: 'Why thing 1 matters at your desk.',
      note: 'Mind the people.',
      step_2_title: 'Look thrice',
    })
    const page = await author.read(`${at}/revisions/1`)
    expect(page).toContain('Added: </span>Mind the people.</ins>')
    expect(page).toMatch(/Look <del><span class="unseen">Taken out: <\/span>twice<\/del><ins>.*thrice<\/ins>/)
    expect(page).toContain('Why thing 1 matters in a library.')
    for (const unchanged of ['Summary', 'Questions', 'Short title']) expect(page).not.toContain(`<h4>${unchanged}</h4>`)
  })

  test('can be restored, and the current one is kept', async () => {
    using site = await testSite()
    const { author, cohort, learner } = site.cast()
    await learner.post(cohort.at('/things/1/steps/look'), { done: '1' })
    const before = site.services.courseTransfer.exportOutline('course-23')?.things[0]
    await change(author, { body: 'Worse.', step_2_title: '', step_2_detail: '', step_2_slug: '' })
    const fields = { revision: '2', once: 'back' }
    const answers = [
      await author.post(`${at}/revisions/1/restore`, fields),
      await author.post(`${at}/revisions/1/restore`, fields),
    ]
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    expect(await author.read(at)).toContain('It is back.')
    expect(site.services.courseTransfer.exportOutline('course-23')?.things[0]).toEqual(before)
    expect([thingOf(site)?.revision, count(site, 'thing_revision')]).toEqual([3, 2])
    expect(await author.read(`${at}/revisions/2`)).toContain('Worse.')
    expect(await learner.read(cohort.at('/things/1'))).toContain('aria-pressed="true" aria-labelledby="step-look"')
  })

  test('are not restored over a newer text', async () => {
    using site = await testSite()
    const { admin, author } = site.cast()
    await change(author, { title: 'Second' })
    await change(admin, { title: 'Third' })
    const answer = await author.post(`${at}/revisions/1/restore`, { revision: '2' })
    expect(answer.status).toBe(409)
    expect(fieldsIn(await answer.text())['title']).toBe('The 1. thing')
    expect(thingOf(site)?.title).toBe('Third')
  })

  test('that no longer fit the course are shown in the form with their problems', async () => {
    using site = await testSite()
    const { author } = site.cast()
    await change(author, { set: 'finder' })
    site.db.exec(
      "UPDATE course_set SET position = 0 WHERE slug = 'safe-start'; UPDATE course SET revision = revision + 1",
    )
    const answer = await author.post(`${at}/revisions/1/restore`, { revision: '2' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toMatch(/id="set-problem">.*Please choose one of these/)
    expect(thingOf(site)?.revision).toBe(2)
  })
})

test('a changed course is exported in canonical form and can be imported elsewhere', async () => {
  using site = await testSite()
  const { author } = site.cast()
  await change(author, {
    title: '- "Yes": #1',
    body: '---\n\nslug: x\n\n| a |\n|-|',
    note: "it's 12:30",
    prompts: 'yes\nno\n2026',
  })
  await change(
    author,
    { step_9_depth: 'challenge', step_9_title: '2026', step_9_detail: '' },
    '/admin/courses/course-23/things/thing-2',
  )
  const outline = site.services.courseTransfer.exportOutline('course-23')
  const files = writeCourse(outline ?? smallCourse)
  expect(writeCourse(readCourse(files))).toEqual(files)
  using elsewhere = await testSite()
  elsewhere.services.courseTransfer.importOutline(readCourse(files), null)
  expect(elsewhere.services.courseTransfer.exportOutline('course-23')).toEqual(outline)
  expect(outline?.things[1]?.steps.challenge).toEqual([{ slug: '2026', title: '2026' }])
})

test('markup in texts of authors is escaped on every page', async () => {
  using site = await testSite()
  const { author, cohort, guest, learner } = site.cast()
  const hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
  const fields = {
    title: hostile,
    short: '<b>"\'&',
    summary: hostile,
    body: hostile,
    note: hostile,
    without_account: hostile,
    prompts: hostile,
    step_1_title: hostile,
    step_1_detail: hostile,
  }
  expect((await change(author, fields)).status).toBe(303)
  await change(author, { body: 'Other.', note: '' })
  const addresses: [Pick<Actor, 'read'>, string][] = [
    ...['/admin/courses/course-23', at, `${at}/revisions`, `${at}/revisions/1`, `${at}/revisions/2`].map(
      (page): [Actor, string] => [author, page],
    ),
    [learner, cohort.at('')],
    [learner, cohort.at('/things/1')],
    [guest, '/courses/course-23/things/1'],
  ]
  for (const [person, address] of addresses) {
    const page = await person.read(address)
    expect(page, address).toContain('alert(1)')
    expect(page, address).not.toMatch(/<script>|<img|<b>"/)
  }
})
