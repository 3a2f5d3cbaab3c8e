import { expect, test } from 'vitest'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const course = '/admin/courses/course-3'
const at = `${course}/things/thing-1`
const FIELDS = {
  title: 'The 1. thing',
  short: 'Thing 1',
  summary: 'What one does in thing 1.',
  set: 'safe-start',
  icon: 'smartphone',
  minutes_start: '15',
  minutes_more: '20',
  tried: '2026-01-05',
  body: 'Words that wait.',
  step_1_slug: 'try',
  step_1_depth: 'start',
  step_1_title: 'Try it',
  prompts: 'What surprised you?',
}

const draft = (author: Actor, fields: Record<string, string> = {}, address = at) =>
  author.post(address, { ...FIELDS, revision: '1', draft: '0', intent: 'draft', ...fields })

async function publish(author: Actor, seen?: string): Promise<Response> {
  const page = await author.read(`${course}/changes`)
  return author.post(`${course}/changes/publish`, { seen: seen ?? /name="seen" value="([^"]*)"/.exec(page)?.[1] ?? '' })
}

function content(site: TestSite) {
  const found = site.services.courses.bySlug('course-3')
  if (!found) throw new Error('no course')
  return found
}

function kinds(site: TestSite): string[] {
  return site.db.prepare<[], string>('SELECT kind FROM activity ORDER BY id').pluck().all()
}

test('learners see nothing of drafts until all are published at once', async () => {
  using site = await testSite()
  const { author, cohort, guest, learner } = site.cast({ things: 3 })
  const before = content(site).revision
  expect((await draft(author)).status).toBe(303)
  await draft(author, { title: 'The 2. thing', body: 'Two that wait.' }, `${course}/things/thing-2`)
  for (const page of [await learner.read(cohort.at('/things/1')), await guest.read('/courses/course-3/things/1')]) {
    expect(page).not.toContain('that wait')
  }
  expect(content(site).revision).toBe(before)
  expect(await author.read(course)).toContain('2 drafts wait to be published.')
  const list = await author.read(`${course}/changes`)
  expect(list).toContain('Words that wait.')
  expect(list).toContain('Two that wait.')
  expect((await publish(author)).headers.get('location')).toBe(course)
  expect(await learner.read(cohort.at('/things/1'))).toContain('Words that wait.')
  expect(await guest.read('/courses/course-3/things/2')).toContain('Two that wait.')
  expect(content(site).revision).toBe(before + 1)
  expect(content(site).things.map(({ revision }) => revision)).toEqual([2, 2, 1])
  expect(await author.read(`${course}/changes`)).toContain('No drafts are waiting')
  expect(kinds(site).slice(-5)).toEqual([
    'thing_change.kept',
    'thing_change.kept',
    'thing.changed',
    'thing.changed',
    'thing_changes.published',
  ])
  expect(await author.read(`${at}/revisions`)).toContain('Priya Nair')
})

test('the editor opens the draft, whoever wrote it, and says so', async () => {
  using site = await testSite()
  const { admin, author } = site.cast({ things: 3 })
  await draft(author)
  expect(await author.read(at)).toContain('This is your draft of')
  const page = await admin.read(at)
  expect(page).toContain('Priya Nair has a draft of this thing')
  expect(page).toContain('Words that wait.')
  expect(page).toContain('name="draft" value="1"')
})

test('two authors on one draft: the second sees the other text and loses nothing', async () => {
  using site = await testSite()
  const { admin, author } = site.cast({ things: 3 })
  await draft(author)
  for (const intent of ['draft', 'save']) {
    const answer = await draft(admin, { body: 'Hers.', intent })
    const page = await answer.text()
    expect(answer.status).toBe(409)
    expect(page).toContain('Priya Nair kept a draft of this thing')
    expect(page).toContain('Words that wait.')
    expect(page).toContain('Hers.')
    expect(page).toContain('name="draft" value="1"')
  }
  expect((await draft(admin, { body: 'Hers.', draft: '1' })).status).toBe(303)
  const thing = content(site).things[0]
  expect(site.services.courseAuthoring.thingDraft(thing?.id ?? 0)).toMatchObject({
    version: 2,
    outline: { body: 'Hers.' },
  })
})

test('of twenty drafts saved at once one is saved and nineteen are refused with a conflict', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 3 })
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => draft(author, { body: `Words ${n}` })))
  expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array.from({ length: 19 }, () => 409)])
})

test('a draft of a thing that changed shows both texts and must be edited before publishing', async () => {
  using site = await testSite()
  const { admin, author } = site.cast({ things: 3 })
  await draft(author)
  await draft(author, { title: 'The 2. thing', body: 'Two.' }, `${course}/things/thing-2`)
  const thing_id = content(site).things[0]?.id ?? 0
  const { outline } = site.services.courseAuthoring.thingText(thing_id) ?? {}
  if (!outline) throw new Error('no text')
  site.services.courseAuthoring.changeThing(thing_id, { ...outline, body: 'Newer.' }, { seen: 1, by: admin.id })
  const list = await author.read(`${course}/changes`)
  expect(list).toContain('changed after this draft was begun')
  expect(list).not.toContain('Publish all of them')
  expect((await publish(author)).status).toBe(409)
  expect(content(site).things.map(({ revision }) => revision)).toEqual([2, 1, 1])
  const editor = await author.read(at)
  expect(editor).toContain('Somebody changed this thing meanwhile')
  expect(editor).toContain('Newer.')
  expect(editor).toContain('Words that wait.')
  expect((await draft(author, { revision: '2', draft: '1' })).status).toBe(303)
  expect((await publish(author)).status).toBe(303)
  expect(content(site).things.map(({ revision }) => revision)).toEqual([3, 2, 1])
})

test('nothing is published if another draft was saved since the page was shown', async () => {
  using site = await testSite()
  const { admin, author } = site.cast({ things: 3 })
  await draft(author)
  const page = await author.read(`${course}/changes`)
  const seen = /name="seen" value="([^"]*)"/.exec(page)?.[1] ?? ''
  await draft(admin, { body: 'Later.', draft: '1' })
  const answer = await publish(author, seen)
  expect(answer.status).toBe(409)
  expect(await answer.text()).toContain('Later.')
  expect(content(site).things[0]?.revision).toBe(1)
  expect((await author.post(`${course}/changes/publish`)).status).toBe(409)
})

test('a draft is discarded by itself, and only the version that was shown', async () => {
  using site = await testSite()
  const { admin, author } = site.cast({ things: 3 })
  await draft(author)
  await draft(admin, { body: 'Later.', draft: '1' })
  expect((await author.post(`${course}/changes/thing-1/drop`, { version: '1' })).status).toBe(409)
  expect((await author.post(`${course}/changes/thing-1/drop`, { version: '2' })).status).toBe(303)
  expect((await author.post(`${course}/changes/thing-1/drop`, { version: '2' })).status).toBe(303)
  expect((await author.post(`${course}/changes/nothing/drop`, { version: '2' })).status).toBe(404)
  expect(await author.read(at)).toContain('Why thing 1 matters in a library.')
  expect(kinds(site).filter((kind) => kind === 'thing_change.dropped')).toHaveLength(1)
})

test('publishing from the form removes the draft; a draft equal to the published text is not saved', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 3 })
  await draft(author)
  await draft(author, { intent: 'save', draft: '1', body: 'Now.' })
  expect(site.services.courseAuthoring.countDrafts(content(site).id)).toBe(0)
  expect(content(site).things[0]?.body_html).toContain('Now.')
  await draft(author, { revision: '2', body: 'Now.' })
  expect(site.services.courseAuthoring.countDrafts(content(site).id)).toBe(0)
})

test('restoring an earlier text keeps the draft, which is then behind', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 3 })
  await draft(author, { intent: 'save', body: 'Second.' })
  await draft(author, { revision: '2', body: 'Waiting.' })
  expect((await author.post(`${at}/revisions/1/restore`, { revision: '2' })).status).toBe(303)
  expect(content(site).things[0]?.body_html).toContain('Why thing 1 matters')
  const [waiting] = site.services.courseAuthoring.drafts(content(site).id)
  expect(waiting).toMatchObject({ behind: true, outline: { body: 'Waiting.' } })
})

test('an invalid text is refused as a draft with the same problems as when publishing', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 3 })
  const answer = await draft(author, { title: '', step_1_title: '' })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('id="title-problem"')
  expect(site.services.courseAuthoring.countDrafts(content(site).id)).toBe(0)
})

test('a set that a draft names cannot be removed', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 3 })
  const { courseAuthoring } = site.services
  const [first] = content(site).sets
  if (!first) throw new Error('no set')
  const { setsFingerprint } = await import('../../server/courses/authoring/sets.ts')
  const change = (titles: string[]) => {
    const known = courseAuthoring.sets(content(site).id)
    const rows = titles.map(
      (title) => known.find((set) => set.title === title) ?? { slug: '', title, hue: 'blue' as const },
    )
    return courseAuthoring.changeSets(content(site).id, rows, {
      seen: setsFingerprint(known),
      by: author.id,
      meaning: String,
    })
  }
  change([first.title, 'Second'])
  await draft(author, { set: 'second' })
  expect(() => change([first.title])).toThrow('second')
  await publish(author)
  expect(content(site).things[0]?.set.slug).toBe('second')
})
