import fc from 'fast-check'
import { getDocumentProxy } from 'unpdf'
import { expect, test } from 'vitest'
import { confirmsItself, estimateOf, inHours } from '../../server/hours/rules.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const AT = '/cohorts/spring/hours'
const ADMIN = '/admin/cohorts/spring/hours'

async function scene() {
  const site = await testSite({ now: '2026-04-15T07:00:00Z' })
  const cast = site.cast()
  for (const number of [1, 2]) site.reflection(cast.learner, cast.cohort, { number })
  const [first = 0, second = 0] = site.services.courses.bySlug('course-23')?.things.map(({ id }) => id) ?? []
  const state = (one: string, other = '', by: Actor = cast.learner) =>
    by.post(AT, { [`minutes_${first}`]: one, [`minutes_${second}`]: other })
  return { site, first, second, state, ...cast, [Symbol.dispose]: () => site[Symbol.dispose]() }
}

function sheet(site: TestSite, person: { id: number }) {
  const enrolment = site.services.enrolments.find(person.id, 'spring')
  return site.services.hours.sheet(enrolment?.id ?? 0)
}

const news = (site: TestSite, person: { id: number }) =>
  site.services.notices.list(person.id, null, 20).notices.map(({ kind }) => kind)

test('the form suggests the estimates, and nothing is saved before it is sent', async () => {
  using its = await scene()
  const { site, first, learner } = its
  const page = await learner.read(AT)
  const { estimate = 0 } = sheet(site, learner).rows[0] ?? {}
  expect(estimate).toBeGreaterThan(0)
  expect(page).toContain(`name="minutes_${first}" type="text" value="${estimate}"`)
  expect(sheet(site, learner)).toMatchObject({ stated: 0, confirmed: 0 })
  expect(page).not.toContain('statement.pdf')
})

test('a figure near the estimate confirms itself, a larger one waits for a guide, who confirms it', async () => {
  using its = await scene()
  const { site, learner, guide, state } = its
  expect((await state('20', '600')).headers.get('location')).toBe(AT)
  expect(sheet(site, learner)).toMatchObject({ stated: 620, confirmed: 20 })
  const page = await guide.read(`${ADMIN}/${learner.handle}`)
  const until = /name="until" value="([^"]+)"/.exec(page)?.[1] ?? ''
  await guide.post(`${ADMIN}/${learner.handle}/confirm`, { until })
  expect(sheet(site, learner)).toMatchObject({ stated: 620, confirmed: 620 })
  expect(news(site, learner)).toContain('hours_confirmed')
})

test('hours stated after a guide opened the page are not confirmed with the rest', async () => {
  using its = await scene()
  const { site, learner, guide, state } = its
  await state('500')
  const until = site.clock.now().toString()
  site.clock.set('2026-04-15T08:00:00Z')
  await state('600')
  await guide.post(`${ADMIN}/${learner.handle}/confirm`, { until })
  expect(sheet(site, learner)).toMatchObject({ stated: 600, confirmed: 0 })
})

test('a changed figure has to be confirmed again; the same figure changes nothing', async () => {
  using its = await scene()
  const { site, learner, state } = its
  await state('20')
  expect(sheet(site, learner)).toMatchObject({ confirmed: 20 })
  await state('600')
  expect(sheet(site, learner)).toMatchObject({ stated: 600, confirmed: 0 })
  const answer = await state('600')
  expect(answer.status).toBe(303)
  expect(await learner.read(AT)).toContain('10 hours stated, 0 minutes of them confirmed.')
})

test('where a guide confirms everything, nothing confirms itself', async () => {
  using its = await scene()
  const { site, learner, organiser, guide, state } = its
  expect((await guide.post(`${ADMIN}/setting`, { by_guide: '1' })).status).toBe(403)
  await organiser.post(`${ADMIN}/setting`, { by_guide: '1' })
  await state('10')
  expect(sheet(site, learner)).toMatchObject({ stated: 10, confirmed: 0 })
})

test('a guide’s question is shown above the hours, and stating them again answers it', async () => {
  using its = await scene()
  const { site, learner, guide, state } = its
  await state('600')
  expect((await guide.post(`${ADMIN}/${learner.handle}/ask`, { note: ' ' })).status).toBe(422)
  await guide.post(`${ADMIN}/${learner.handle}/ask`, { note: 'Ten hours?' })
  expect(news(site, learner)).toEqual(expect.arrayContaining(['hours_asked']))
  expect(await learner.read(AT)).toContain('Ten hours?')
  await state('60')
  expect(await learner.read(AT)).not.toContain('Ten hours?')
  expect(news(site, learner)).not.toContain('hours_asked')
})

test('a thing that is no longer done does not count and is not confirmed', async () => {
  using its = await scene()
  const { site, learner, guide, cohort, second, state } = its
  await state('20', '600')
  const enrolment = site.services.enrolments.find(learner.id, 'spring')
  site.db.prepare('DELETE FROM completion WHERE enrolment_id = ? AND thing_id = ?').run(enrolment?.id, second)
  expect(sheet(site, learner)).toMatchObject({ stated: 20, confirmed: 20 })
  expect(site.services.hours.people(cohort.id)).toMatchObject([{ things: 1, stated: 20, confirmed: 20 }])
  await guide.post(`${ADMIN}/${learner.handle}/confirm`, { until: site.clock.now().toString() })
  site.db
    .prepare("INSERT INTO completion (enrolment_id, thing_id, completed_at) VALUES (?, ?, '2026-04-15T08:00:00.000Z')")
    .run(enrolment?.id, second)
  expect(sheet(site, learner)).toMatchObject({ stated: 620, confirmed: 20 })
})

test('a learner who is asked may confirm the same figure', async () => {
  using its = await scene()
  const { site, learner, guide, state } = its
  await state('600')
  await guide.post(`${ADMIN}/${learner.handle}/ask`, { note: 'Ten hours?' })
  await state('600')
  expect(sheet(site, learner)).toMatchObject({ stated: 600, confirmed: 0, question: null })
})

test('nobody can confirm or question their own hours', async () => {
  using its = await scene()
  const { site, learner, state } = its
  await state('600')
  site.db.prepare("UPDATE enrolment SET role = 'guide' WHERE person_id = ?").run(learner.id)
  const until = site.clock.now().toString()
  expect((await learner.post(`${ADMIN}/${learner.handle}/confirm`, { until })).status).toBe(422)
  expect((await learner.post(`${ADMIN}/${learner.handle}/ask`, { note: 'Me?' })).status).toBe(422)
})

test.each(['-1', '601', 'two', '1.5', '9999'])(
  '%s minutes are refused beside the field, with the form as typed',
  async (typed) => {
    using its = await scene()
    const { site, first, learner, state } = its
    const answer = await state(typed, '33')
    const page = await answer.text()
    expect(answer.status).toBe(422)
    expect(page).toContain(`minutes_${first}-problem`)
    expect(page).toContain(`value="${typed}"`)
    expect(page).toContain('value="33"')
    expect(sheet(site, learner).stated).toBe(0)
  },
)

test('only what is done is stated', async () => {
  using its = await scene()
  const { site, learner } = its
  const other = site.services.courses.bySlug('course-23')?.things[9]?.id ?? 0
  await learner.post(AT, { [`minutes_${other}`]: '30' })
  expect(site.db.prepare('SELECT count(*) FROM stated_minutes').pluck().get()).toBe(0)
})

test('the statement goes along as PDF with a table, as CSV without formulas, and as a page to print', async () => {
  using its = await scene()
  const { learner, state } = its
  await state('20', '600')
  const file = await learner.get(`${AT}/statement.pdf`)
  const document = await getDocumentProxy(new Uint8Array(await file.arrayBuffer()))
  const page = await document.getPage(1)
  const tree = JSON.stringify(await page.getStructTree())
  for (const role of ['Table', 'TR', 'TH', 'TD']) expect(tree).toContain(`"role":"${role}"`)
  const { items } = await page.getTextContent()
  const text = items.map((item) => ('str' in item ? item.str : '')).join(' ')
  expect(text).toContain('10 hours 20 minutes stated, 20 minutes of them confirmed.')
  const csv = await (await learner.get(`${AT}/statement.csv`)).text()
  expect(csv.split('\r\n').slice(0, 2)).toEqual([
    'Thing,Done on (Europe/Oslo),Minutes,State',
    '1. The 1. thing,2026-04-15,20,confirmed',
  ])
  expect(await learner.read(`${AT}/statement`)).toContain('Amara Okonkwo')
})

test('a statement of many things has its heads on each page', async () => {
  using site = await testSite({ now: '2026-12-15T07:00:00Z' })
  const { learner, cohort } = site.cast({ things: 60 })
  for (let number = 1; number <= 60; number += 1) site.reflection(learner, cohort, { number })
  const rows = site.services.hours.sheet(site.services.enrolments.find(learner.id, 'spring')?.id ?? 0).rows
  await learner.post(AT, Object.fromEntries(rows.map(({ thing_id }) => [`minutes_${thing_id}`, '30'])))
  const file = await learner.get(`${AT}/statement.pdf`)
  const document = await getDocumentProxy(new Uint8Array(await file.arrayBuffer()))
  expect(document.numPages).toBeGreaterThan(1)
  const { items } = await (await document.getPage(2)).getTextContent()
  expect(items.map((item) => ('str' in item ? item.str : '')).join(' ')).toContain('Minutes')
})

test('a name that the fonts lack is printed from the page', async () => {
  using its = await scene()
  const { site, learner, state } = its
  await state('20')
  site.db.prepare("UPDATE person SET name = '王小明' WHERE id = ?").run(learner.id)
  expect((await learner.get(`${AT}/statement.pdf`)).headers.get('location')).toBe(`${AT}/statement`)
})

test('learners see their own only; guides and organisers those of their cohort', async () => {
  using its = await scene()
  const { learner, peer, guide, organiser, stranger, guest, state } = its
  await state('20', '600')
  expect(await peer.read(AT)).toContain('Nothing done yet')
  for (const path of [ADMIN, `${ADMIN}/${learner.handle}`]) {
    expect((await guide.get(path)).status).toBe(200)
    expect((await organiser.get(path)).status).toBe(200)
    expect((await peer.get(path)).status).toBe(403)
    expect((await stranger.get(path)).status).toBe(404)
    expect((await guest.get(path)).status).toBe(303)
  }
  expect((await guide.get(`${ADMIN}.csv`)).status).toBe(403)
  expect(await (await organiser.get(`${ADMIN}.csv`)).text()).toContain('Amara Okonkwo,amara-okonkwo,2,620,20')
  expect((await stranger.get(AT)).status).toBe(404)
  expect((await guide.get(`${ADMIN}/nobody`)).status).toBe(404)
  expect((await guide.post(`${ADMIN}/${learner.handle}/confirm`, { until: 'soon' })).status).toBe(422)
})

test('confirmed is never more than stated, and a total is the sum of its parts', () => {
  const minutes = fc.integer({ min: 0, max: 600 })
  fc.assert(
    fc.property(fc.array(fc.tuple(minutes, fc.integer({ min: 1, max: 200 })), { maxLength: 23 }), (all) => {
      const stated = all.reduce((sum, [said]) => sum + said, 0)
      const confirmed = all
        .filter(([said, estimate]) => confirmsItself(said, estimate))
        .reduce((sum, [said]) => sum + said, 0)
      expect(confirmed).toBeLessThanOrEqual(stated)
      const { hours, minutes } = inHours(stated)
      expect(hours * 60 + minutes).toBe(stated)
      expect(minutes).toBeLessThan(60)
    }),
  )
  expect(estimateOf({ start: 15, more: 10, challenge: 30 }, [])).toBe(15)
  expect(estimateOf({ start: 15, more: 10, challenge: 30 }, ['start', 'challenge'])).toBe(45)
  expect(estimateOf({ start: 15 }, ['more'])).toBe(15)
})
