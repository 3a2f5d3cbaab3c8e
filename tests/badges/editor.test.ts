import { afterEach, expect, test } from 'vitest'
import { badgeFields, readBadgeForm } from '../../server/badges/authoring/badge-form.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const AT = '/admin/courses/course-23'
const NEW = {
  title: 'Night owl',
  meaning: 'You wrote when others slept.',
  shape: 'star',
  hue: 'violet',
  icon: 'moon',
  rule_1_kind: 'pictures',
  rule_1_number: '2',
}

let site: TestSite
afterEach(() => site[Symbol.dispose]())
const cast = async () => {
  site = await testSite({ now: '2026-04-15T07:00:00Z' })
  return site.cast()
}

const make = (author: Actor, more: Record<string, string> = {}) => author.post(`${AT}/badges`, { ...NEW, ...more })
const seenIn = (page: string) =>
  (/name="seen" value="([^"]*)"/.exec(page)?.[1] ?? '').replaceAll('&#34;', '"').replaceAll('&quot;', '"')
const badge = (slug = 'night-owl') => site.services.badgeEditing.find(1, slug)

/** Sends a badge's form as it stands, with some fields changed. */
function change(author: Actor, fields: Record<string, string>, slug = 'night-owl') {
  const now = badge(slug)
  if (!now) throw new Error(`There is no badge ${slug}`)
  return author.post(`${AT}/badges/${slug}`, { ...badgeFields(now).values, ...fields })
}

/** Every learner's badges on the wall. */
const wall = (person: Actor) => person.read('/cohorts/spring/badges')

test('a badge begins as a draft that nobody sees or gets, is switched on, earned, and taken off', async () => {
  const { author, learner, cohort } = await cast()
  const made = await make(author, { rule_1_kind: 'first-reflection', rule_1_number: '' })
  expect(made.headers.get('location')).toBe(`${AT}/badges/night-owl`)
  expect(badge()).toMatchObject({ draft: 1, version: 1, held: 0, rule: { kind: 'first-reflection' } })
  site.reflection(learner, cohort, { number: 1 })
  expect(badge()?.held).toBe(0)
  expect(await wall(learner)).not.toContain('Night owl')
  expect((await learner.get('/badges/night-owl')).status).toBe(404)

  await author.post(`${AT}/badges/night-owl/state`, { state: 'on' })
  expect(await wall(learner)).toContain('Night owl')
  site.reflection(learner, cohort, { number: 2 })
  expect(badge()?.held).toBe(1)

  await author.post(`${AT}/badges/night-owl/state`, { state: 'off' })
  const other = cohort.enrol(site.person())
  site.reflection(other, cohort, { number: 1 })
  expect(badge()?.held).toBe(1)
  expect(await wall(learner)).toContain('Night owl')
  expect(await wall(other)).not.toContain('Night owl')
})

test('a changed badge makes a version; earlier awards keep theirs', async () => {
  const { author, learner, cohort, peer } = await cast()
  await make(author, { rule_1_kind: 'first-reflection', rule_1_number: '' })
  await author.post(`${AT}/badges/night-owl/state`, { state: 'on' })
  site.reflection(learner, cohort, { number: 1 })
  expect((await change(author, { title: 'Early bird', icon: '', number: '7' })).status).toBe(303)
  expect(badge()).toMatchObject({ version: 2, title: 'Early bird', icon: null, number: 7 })
  expect(await wall(learner)).toContain('Night owl')
  expect(await wall(peer)).toContain('Early bird')
  const versions = await author.read(`${AT}/badges/night-owl/versions`)
  expect(versions).toContain('Version 2')
  expect(versions).toContain('One person has it so')
})

test('nothing changed is no version', async () => {
  const { author } = await cast()
  await make(author)
  expect((await change(author, {})).status).toBe(303)
  expect(badge()?.version).toBe(1)
})

test('two authors at once: the second sees both, and loses nothing', async () => {
  const { author, admin } = await cast()
  await make(author)
  const seen = seenIn(await admin.read(`${AT}/badges/night-owl`))
  await change(author, { title: 'Early bird' })
  const answer = await admin.post(`${AT}/badges/night-owl`, { ...NEW, title: 'Dawn', seen })
  const page = await answer.text()
  expect(answer.status).toBe(409)
  expect(page).toContain('Somebody changed this badge meanwhile')
  expect(page).toContain('Early bird')
  expect(page).toContain('value="Dawn"')
  expect(badge()?.title).toBe('Early bird')
  const again = await admin.post(`${AT}/badges/night-owl`, { ...NEW, title: 'Dawn', seen: seenIn(page) })
  expect(again.status).toBe(303)
  expect(badge()?.title).toBe('Dawn')
})

test('a form sent twice makes one badge', async () => {
  const { author } = await cast()
  const before = site.services.badgeEditing.list(1).length
  await make(author, { once: 'abc' })
  await make(author, { once: 'abc' })
  expect(site.services.badgeEditing.list(1).length).toBe(before + 1)
})

test.each<[string, Record<string, string>, string]>([
  ['no name', { title: '' }, 'title-problem'],
  ['no rule', { rule_1_kind: '' }, 'rule_1_kind-problem'],
  ['more pictures than the course has things', { rule_1_number: '40' }, 'The course has 23 things'],
  ['a number that is none', { rule_1_number: 'two' }, 'a whole number from 1 to 99'],
  ['things, and none ticked', { rule_1_kind: 'things-named' }, 'Tick at least one thing'],
  ['a set that is not there', { rule_1_kind: 'set-done', rule_1_set: 'nowhere' }, 'There is no set'],
  ['neither icon nor number', { icon: '' }, 'choose an icon'],
  ['an icon that is none', { icon: 'no-such-icon' }, 'icon-problem'],
  ['letters that cannot stand on the ring', { ring_text: 'שלום' }, 'cannot stand on the ring'],
  ['a hint for no treasure', { hint: 'Look up' }, 'Only treasures have hints'],
  [
    'a treasure that one asks for',
    { shape: 'gem', rule_1_kind: 'judged', rule_1_ask: 'Show' },
    'what they do not know',
  ],
  ['days that end before they begin', { counts_from: '2026-05-02', counts_until: '2026-05-01' }, 'before the first'],
  ['a day that is none', { counts_from: '2026-02-31' }, 'This is no date'],
  ['a cohort of nowhere', { cohort: '999' }, 'cohort-problem'],
  ['the same rule twice', { rule_2_kind: 'pictures', rule_2_number: '2' }, 'The same rule is there twice'],
  ['by hand beside another', { rule_2_kind: 'by-hand' }, 'This stands alone'],
])('%s is refused beside the field, with the form as typed', async (_, fields, words) => {
  const { author } = await cast()
  const answer = await make(author, { meaning: 'Kept as typed <b>', ...fields })
  const page = await answer.text()
  expect(answer.status).toBe(422)
  expect(page).toContain(words)
  expect(page).toContain('Kept as typed &lt;b&gt;')
  expect(badge()).toBeNull()
})

test('rules are put together and taken apart without a script, and nothing is saved by that', async () => {
  const { author } = await cast()
  const more = await (await make(author, { intent: 'add-rule' })).text()
  expect(more).toContain('name="rule_2_kind"')
  expect(more).toContain('All of these together')
  expect(badge()).toBeNull()
  const two = { together: 'any-of', rule_2_kind: 'answers-given', rule_2_number: '3', rule_2_to: 'unanswered' }
  const less = await (await make(author, { ...two, intent: 'out-1' })).text()
  expect(less).not.toContain('name="rule_2_kind"')
  expect(less).toContain('name="rule_1_number" type="text" value="3"')
  await make(author, two)
  expect(badge()?.rule).toEqual({
    kind: 'any-of',
    rules: [
      { kind: 'pictures', count: 2 },
      { kind: 'answers-given', count: 3, to: 'unanswered' },
    ],
  })
  expect((await make(author, { intent: 'out-9' })).status).toBe(422)
})

test('the preview draws what is typed, says its rule, and saves nothing', async () => {
  const { author } = await cast()
  const preview = async (more: Record<string, string>) => (await make(author, { intent: 'preview', ...more })).text()
  const page = await preview({ ring_text: 'By night' })
  expect(page).toContain('badge-around')
  expect(page).toContain('publishing 2 reflections with a picture')
  const any = { rule_1_kind: 'first-reflection', rule_2_kind: 'pod-finished', together: 'any-of' }
  expect(await preview(any)).toContain('Everybody who writes once would have this at once')
  expect(await preview({ title: '', rule_1_kind: '' })).toContain('Choose what it is earned by')
  expect(badge()).toBeNull()
})

test('a badge that somebody has is neither deleted nor moved to another cohort', async () => {
  const { author, learner, cohort } = await cast()
  await make(author, { rule_1_kind: 'first-reflection', rule_1_number: '' })
  await author.post(`${AT}/badges/night-owl/state`, { state: 'on' })
  site.reflection(learner, cohort, { number: 1 })
  expect((await author.get(`${AT}/badges/night-owl/delete`)).status).toBe(409)
  expect((await author.post(`${AT}/badges/night-owl/delete`)).status).toBe(409)
  expect((await author.post(`${AT}/badges/night-owl/state`, { state: 'draft' })).status).toBe(409)
  const moved = await change(author, { cohort: String(cohort.id) })
  expect(moved.status).toBe(422)
  expect(badge()).toMatchObject({ held: 1, cohort_id: null })
})

test('what nobody has is deleted after a question', async () => {
  const { author } = await cast()
  await make(author)
  expect(await author.read(`${AT}/badges/night-owl/delete`)).toContain('Delete it')
  expect((await author.post(`${AT}/badges/night-owl/delete`)).headers.get('location')).toBe(`${AT}/badges`)
  expect(badge()).toBeNull()
})

test('a badge whose things have gone meanwhile is not switched on', async () => {
  const { author } = await cast()
  await make(author, { rule_1_kind: 'things-named', rule_1_things: 'thing-5' })
  await author.post(`${AT}/things/thing-5/hide`)
  const answer = await author.post(`${AT}/badges/night-owl/state`, { state: 'on' })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('There is no thing')
  expect(badge()?.draft).toBe(1)
})

test('the order of the list is the order of the wall', async () => {
  const { author, learner } = await cast()
  const order = () =>
    site.services.badgeEditing
      .list(1)
      .filter(({ position, draft }) => position > 0 && draft === 0)
      .map(({ slug }) => slug)
  const [first = '', second = ''] = order()
  await author.post(`${AT}/badges/${first}/move`, { by: 'down' })
  expect(order().slice(0, 2)).toEqual([second, first])
  await author.post(`${AT}/badges/${second}/move`, { by: 'up' })
  expect(order()[0]).toBe(second)
  expect((await author.post(`${AT}/badges/${second}/move`, { by: 'sideways' })).status).toBe(422)
  expect(await wall(learner)).toContain('badge')
})

test('the log tells who made and changed what, before and after', async () => {
  const { author } = await cast()
  await make(author)
  await change(author, { title: 'Early bird' })
  await author.post(`${AT}/badges/night-owl/state`, { state: 'on' })
  const rows = site.db
    .prepare<[], { kind: string; detail: string }>("SELECT kind, detail FROM activity WHERE kind LIKE 'badge.%'")
    .all()
  expect(rows.map(({ kind, detail }) => [kind, JSON.parse(detail)])).toEqual([
    ['badge.made', { badge: 'night-owl' }],
    ['badge.changed', { badge: 'night-owl', version: 2, version_before: 1 }],
    ['badge.put', { badge: 'night-owl', state: 'on', state_before: 'draft' }],
  ])
})

test('only those who keep courses come in', async () => {
  const { author, learner, organiser, guest } = await cast()
  await make(author)
  for (const path of [`${AT}/badges`, `${AT}/new-badge`, `${AT}/badges/night-owl`, `${AT}/badges/night-owl/versions`]) {
    expect((await learner.get(path)).status).toBe(403)
    expect((await organiser.get(path)).status).toBe(403)
    expect((await guest.get(path)).status).toBe(303)
  }
  expect((await learner.post(`${AT}/badges/night-owl/state`, { state: 'on' })).status).toBe(403)
  expect(badge()?.draft).toBe(1)
})

test('every badge that a course comes with goes through the form and comes out as it was', async () => {
  await cast()
  for (const one of site.services.badgeEditing.list(1)) {
    const { words, problems } = readBadgeForm(badgeFields(one).values)
    expect([one.slug, problems]).toEqual([one.slug, null])
    expect(words).toMatchObject({
      title: one.title,
      rule: one.rule,
      icon: one.icon,
      number: one.number,
      hint: one.hint,
    })
  }
})
