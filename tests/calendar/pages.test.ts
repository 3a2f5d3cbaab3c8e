import { describe, expect, test } from 'vitest'
import { type Actor, testSite } from '../support/site.ts'

type Site = Awaited<ReturnType<typeof testSite>>

/** The calendar of the cohort as it is kept: its number, and a line for each entry. */
function calendarOf(site: Site, cohort: { id: number }) {
  const entries = site.services.calendar.entries(cohort.id)
  return {
    version: String(site.services.calendar.version(cohort.id)),
    lines: entries.map(({ opens_on, number, kind }) => `${opens_on} ${number ?? kind}`),
    idOf: (what: number | string) => entries.find(({ number, kind }) => number === what || kind === what)?.id ?? 0,
  }
}

const at = '/admin/cohorts/spring/calendar'

/** Sends the form of one entry, with whatever is changed in it. */
function move(site: Site, organiser: Actor, cohort: { id: number }, what: number | string, fields: object) {
  const { version, idOf } = calendarOf(site, cohort)
  return organiser.post(`${at}/${idOf(what)}`, { version, rest: 'follow', ...fields })
}

test('an entry moves, the rest and the last day follow, and the next page says so', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  const answer = await move(site, organiser, cohort, 8, { opens_on: '2026-04-13' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, at])
  const page = await organiser.read(at)
  expect(page).toContain('Thing 8 and 17 more come a week later.')
  const { lines, version } = calendarOf(site, cohort)
  expect(lines.filter((line) => / (7|catch-up|8|9|10|23)$/.test(line)).slice(0, 5)).toEqual([
    '2026-03-23 7',
    '2026-03-30 catch-up',
    '2026-04-13 8',
    '2026-04-13 9',
    '2026-04-20 10',
  ])
  expect(version).toBe('2')
  expect(site.db.prepare('SELECT starts_on, ends_on FROM cohort WHERE id = ?').get(cohort.id)).toEqual({
    starts_on: '2026-03-02',
    ends_on: '2026-06-21',
  })
})

test('an entry moves alone where its neighbours leave room', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  await move(site, organiser, cohort, 7, { opens_on: '2026-03-25', rest: 'stay' })
  expect(await organiser.read(at)).toContain('Thing 7 opens on Wednesday 25 March now.')
  expect(calendarOf(site, cohort).lines.slice(6, 8)).toEqual(['2026-03-25 7', '2026-03-30 catch-up'])
})

test('before the cohort begins its first day may move, and its start with it', async () => {
  using site = await testSite({ now: '2026-02-20T07:00:00Z' })
  const { cohort, organiser } = site.cast()
  await move(site, organiser, cohort, 1, { opens_on: '2026-03-04' })
  expect(await organiser.read(at)).toContain('Thing 1 and 25 more come 2 days later.')
  expect(site.db.prepare('SELECT starts_on, ends_on FROM cohort WHERE id = ?').get(cohort.id)).toEqual({
    starts_on: '2026-03-04',
    ends_on: '2026-06-16',
  })
})

test('what moved opens on its new day, for learners, in the zone of the cohort', async () => {
  using site = await testSite()
  const { cohort, learner, organiser } = site.cast({ time_zone: 'Pacific/Auckland' })
  await move(site, organiser, cohort, 3, { opens_on: '2026-03-11' })
  site.clock.set('2026-03-10T10:59:00Z')
  expect((await site.browserOf(learner.id).get(cohort.at('/things/3'))).status).toBe(403)
  site.clock.advance({ minutes: 1 })
  expect((await site.browserOf(learner.id).get(cohort.at('/things/3'))).status).toBe(200)
})

test('a map that was looked at before shows the calendar as it is now', async () => {
  using site = await testSite()
  const { cohort, learner, organiser } = site.cast()
  expect(await learner.read(cohort.at(''))).toContain('5. The 5. thing, opens 16 Mar')
  await move(site, organiser, cohort, 5, { opens_on: '2026-03-18' })
  expect(await learner.read(cohort.at(''))).toContain('5. The 5. thing, opens 18 Mar')
})

test('a catch-up week comes after a thing and goes again', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  const before = calendarOf(site, cohort)
  await organiser.post(`${at}/catch-ups`, { after: String(before.idOf(4)), version: before.version })
  expect(await organiser.read(at)).toContain(
    'A catch-up week begins on Monday 16 March. 22 after it come a week later.',
  )
  const added = calendarOf(site, cohort)
  expect(added.lines.slice(3, 6)).toEqual(['2026-03-09 4', '2026-03-16 catch-up', '2026-03-23 5'])
  await organiser.post(`${at}/${added.idOf('catch-up')}/remove`, { rest: 'follow', version: added.version })
  expect(await organiser.read(at)).toContain('The catch-up week is taken out. 22 after it come a week earlier.')
  expect(calendarOf(site, cohort).lines).toEqual(before.lines)
})

test('the week after what is open now can be made a catch-up week', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  const { idOf, version } = calendarOf(site, cohort)
  expect(await organiser.read(at)).toContain(`<option value="${idOf(2)}">2. The 2. thing</option>`)
  expect((await organiser.post(`${at}/catch-ups`, { after: String(idOf(2)), version })).status).toBe(303)
  expect(calendarOf(site, cohort).lines.slice(1, 4)).toEqual(['2026-03-02 2', '2026-03-09 catch-up', '2026-03-16 3'])
})

test('changes are written down with who and how far', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  await move(site, organiser, cohort, 8, { opens_on: '2026-04-13' })
  const activity = site.db.prepare("SELECT * FROM activity WHERE kind = 'calendar.changed'").all()
  expect(activity).toEqual([
    expect.objectContaining({
      person_id: organiser.id,
      cohort_id: cohort.id,
      subject_id: cohort.id,
      detail: JSON.stringify({
        act: 'moved',
        entry: 'thing',
        number: 8,
        opens_before: '2026-04-06',
        opens_on: '2026-04-13',
        moved: 17,
        days: 7,
        tell: 0,
      }),
    }),
  ])
})

test('the same form twice changes the calendar once, with the same answer', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  const { idOf, version, lines } = calendarOf(site, cohort)
  const fields = { after: String(idOf(4)), version, once: 'a-week' }
  const answers = await Promise.all([1, 2].map(() => organiser.post(`${at}/catch-ups`, fields)))
  expect(answers.map(({ status }) => status)).toEqual([303, 303])
  expect(calendarOf(site, cohort).lines).toHaveLength(lines.length + 1)
})

describe('refused beside the field, with the form as typed', () => {
  test.each([
    ['a day before its predecessor', 8, '2026-03-29', 'follow', 'comes before it, on Monday 30 March'],
    ['a day after its successor, which stays', 8, '2026-04-14', 'stay', 'Thing 9 comes after it, on Monday 6 April'],
    ['a date that does not exist', 8, '2026-02-30', 'follow', 'This is no date'],
    ['a day that has passed', 3, '2026-03-01', 'follow', 'That day has passed'],
    ['its own day', 8, '2026-04-06', 'follow', 'That is its day already'],
    ['what is open', 1, '2026-04-06', 'follow', 'what is open stays open'],
    ['nothing', 8, '', 'follow', 'Please fill this in'],
    ['no date at all', 8, 'Monday', 'follow', 'This is no date'],
    ['another century', 8, '3026-04-06', 'follow', 'This is no date'],
    ['a long text', 8, '2'.repeat(2000), 'follow', 'Up to 20 fit here'],
    ['a NUL', 8, '2026-04-\0', 'follow', 'This is no date'],
  ])('%s', async (_what, number, opens_on, rest, words) => {
    using site = await testSite()
    const { cohort, organiser } = site.cast()
    const before = calendarOf(site, cohort)
    const answer = await move(site, organiser, cohort, number, { opens_on, rest })
    const page = await answer.text()
    expect(answer.status).toBe(422)
    const id = `opens_on-${before.idOf(number)}`
    expect(page).toMatch(new RegExp(`<p class="problem" id="${id}-problem">.*${words}`))
    expect(page).toContain(`href="#${id}"`)
    const typed = new RegExp(`id="${id}" name="opens_on" type="date" value="([^"]*)"`).exec(page)?.[1]
    expect(typed).toBe(opens_on.replaceAll('\0', ''))
    const form = page.slice(page.indexOf(`id="${id}"`)).split('</form>')[0] ?? ''
    expect(form).toContain(`value="${rest}" required checked`)
    expect(page).toMatch(/<details class="depth" open/)
    expect(calendarOf(site, cohort)).toMatchObject({ lines: before.lines, version: before.version })
  })

  test.each([
    ['an unknown choice', { rest: 'perhaps' }, 'Please choose one of these'],
    ['no choice', { rest: '' }, 'Please choose one of these'],
    ['a field that came twice', { opens_on: ['2026-04-13', '2026-04-20'] }, 'This came twice'],
    ['a number that is none', { version: 'one' }, 'This does not look right'],
    ['no number', { version: '' }, 'This does not look right'],
  ])('%s', async (_what, wrong, words) => {
    using site = await testSite()
    const { cohort, organiser } = site.cast()
    const before = calendarOf(site, cohort)
    const answer = await move(site, organiser, cohort, 8, { opens_on: '2026-04-13', ...wrong })
    const page = await answer.text()
    expect(answer.status).toBe(422)
    expect(page).toContain(words)
    expect(page).toContain('value="2026-04-13"')
    expect(calendarOf(site, cohort).lines).toEqual(before.lines)
  })

  test.each([
    ['between two things of a day', 3, 'Thing 4 opens on the same day'],
    ['before what is open', 1, 'Thing 2 opens on the same day'],
    ['after a catch-up week', 'catch-up', 'opens on the same day'],
    ['after nothing', 0, 'This does not look right'],
  ])('a catch-up week %s', async (_what, after, words) => {
    using site = await testSite()
    const { cohort, organiser } = site.cast()
    const before = calendarOf(site, cohort)
    const fields = { after: String(before.idOf(after)), version: before.version }
    const answer = await organiser.post(`${at}/catch-ups`, fields)
    const page = await answer.text()
    expect(answer.status).toBe(422)
    expect(page).toMatch(new RegExp(`id="after-problem">.*${words}`))
    expect(calendarOf(site, cohort).lines).toEqual(before.lines)
  })

  test('taking out a thing, or a week that has begun', async () => {
    using site = await testSite({ now: '2026-04-01T07:00:00Z' })
    const { cohort, organiser } = site.cast()
    const { idOf, version, lines } = calendarOf(site, cohort)
    for (const [what, words] of [
      [8, 'Things stay in the calendar'],
      ['catch-up', 'what is open stays open'],
    ] as const) {
      const answer = await organiser.post(`${at}/${idOf(what)}/remove`, { rest: 'stay', version })
      expect([what, answer.status]).toEqual([what, 422])
      expect(await answer.text()).toContain(words)
    }
    expect(calendarOf(site, cohort).lines).toEqual(lines)
  })
})

describe('two organisers at once', () => {
  test('a change made on an older page is refused in words, and sent again from there it holds', async () => {
    using site = await testSite()
    const { cohort, organiser } = site.cast()
    const other = cohort.enrol(site.person(), 'organiser')
    const { idOf, version } = calendarOf(site, cohort)
    await other.post(`${at}/${idOf(8)}`, { opens_on: '2026-04-13', rest: 'follow', version })
    const stale = { opens_on: '2026-05-04', rest: 'stay', version }
    const answer = await organiser.post(`${at}/${idOf(10)}`, stale)
    const page = await answer.text()
    expect(answer.status).toBe(409)
    expect(page).toContain('Somebody changed the calendar meanwhile')
    expect(page).toContain(`id="opens_on-${idOf(10)}" name="opens_on" type="date" value="2026-05-04"`)
    expect(calendarOf(site, cohort).lines).toContain('2026-04-20 10')
    const now = /name="version" value="(\d+)"/.exec(page)?.[1] ?? ''
    const again = await organiser.post(`${at}/${idOf(23)}`, { opens_on: '2026-06-17', rest: 'stay', version: now })
    expect(again.status).toBe(303)
  })

  test('both lose nothing where the entry itself is gone', async () => {
    using site = await testSite()
    const { cohort, organiser } = site.cast()
    const { idOf, version } = calendarOf(site, cohort)
    await organiser.post(`${at}/${idOf('catch-up')}/remove`, { rest: 'stay', version })
    const answer = await organiser.post(`${at}/${idOf('catch-up')}`, { opens_on: '2026-04-01', rest: 'stay', version })
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain('Somebody changed the calendar meanwhile')
  })

  test('of twenty changes made on one page at the same moment one is done', async () => {
    using site = await testSite()
    const { cohort, organiser } = site.cast()
    const { idOf, version, lines } = calendarOf(site, cohort)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => organiser.post(`${at}/catch-ups`, { after: String(idOf(4)), version })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(19).fill(409)])
    expect(calendarOf(site, cohort).lines).toHaveLength(lines.length + 1)
  })
})

test('entries of another calendar are not found, whoever asks', async () => {
  using site = await testSite()
  const { cohort, foreignOrganiser, guide, learner, organiser, other, admin } = site.cast()
  const [mine, theirs] = [calendarOf(site, cohort), calendarOf(site, other)]
  const fields = { opens_on: '2026-04-13', rest: 'follow', version: '1' }
  const foreign = String(theirs.idOf(8))
  expect((await organiser.post(`${at}/${foreign}`, fields)).status).toBe(404)
  expect((await organiser.post(`${at}/${foreign}/remove`, fields)).status).toBe(404)
  expect((await organiser.post(`${at}/catch-ups`, { after: foreign, version: '1' })).status).toBe(404)
  expect((await organiser.post(`${at}/8x`, fields)).status).toBe(404)
  for (const stranger of [foreignOrganiser, admin]) {
    expect((await stranger.post(`${at}/${mine.idOf(8)}`, fields)).status).toBe(404)
  }
  for (const person of [guide, learner]) expect((await person.post(`${at}/${mine.idOf(8)}`, fields)).status).toBe(403)
  expect([calendarOf(site, cohort).lines, calendarOf(site, other).lines]).toEqual([mine.lines, theirs.lines])
})

test('extra fields change nothing', async () => {
  using site = await testSite()
  const { cohort, organiser, other } = site.cast()
  const extra = {
    id: '1',
    cohort_id: String(other.id),
    number: '1',
    thing_id: '2',
    position: '1',
    opens_at: '2020-01-01',
    kind: 'holiday',
  }
  const before = site.services.calendar.entries(cohort.id)
  await move(site, organiser, cohort, 23, { opens_on: '2026-06-10', ...extra })
  const after = site.services.calendar.entries(cohort.id)
  expect(after.slice(0, -1)).toEqual(before.slice(0, -1))
  expect(after.at(-1)).toEqual({ ...before.at(-1), opens_on: '2026-06-10', opens_at: '2026-06-09T22:00:00.000Z' })
})

test('the page shows every entry with its day, and what may still move', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  const page = await organiser.read(at)
  const { idOf } = calendarOf(site, cohort)
  expect(page.match(/name="opens_on"/g)).toHaveLength(24)
  for (const open of [1, 2]) expect(page).not.toContain(`calendar/${idOf(open)}"`)
  expect(page).toContain('Monday 8 June')
  site.clock.set('2026-09-01T07:00:00Z')
  const over = await site.browserOf(organiser.id).read(at)
  expect(over).toContain('There is nothing left to move')
  expect(over).not.toContain('name="opens_on"')
})
