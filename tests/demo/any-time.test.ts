import { expect, test } from 'vitest'
import type { Database } from '../../server/db/open.ts'
import { awarded, earned, madeDemo, misplaced, outOfOrder } from './made.ts'

/** Addresses and keys of certificates, in notices. */
const CERTIFICATE_ID = /(?<=certificates?[ /])[\w-]{22}/g
const SECRET: Record<string, string> = {
  award: 'id',
  certificate_issue: 'certificate_id',
  notice: 'award_id',
  cohort: 'join_code',
  person: 'password_hash',
  invitation: 'token_hash',
}

/** Everything in the database but its secrets, which differ from site to site. */
function contentsOf(db: Database): Record<string, unknown[]> {
  const tables = db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%STRICT%' ORDER BY name")
    .pluck()
    .all()
    .filter((table) => table !== 'setting')
  return Object.fromEntries(
    tables.map((table) => {
      const rows = db.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).all()
      const open = rows.map((row) =>
        JSON.stringify({ ...row, [SECRET[table] ?? 'id']: null }).replaceAll(CERTIFICATE_ID, ''),
      )
      return [table, open.sort()]
    }),
  )
}

test('the same moment makes the same site', async () => {
  using one = await madeDemo({ size: 44 })
  using other = await madeDemo({ size: 44 })
  const contents = contentsOf(one.db)
  expect(contents['reflection']?.length).toBeGreaterThan(300)
  expect(contentsOf(other.db)).toEqual(contents)
})

test.each([
  ['in the first minute of a week', '2026-11-22T23:01:00Z'],
  ['on a Monday evening', '2026-11-23T17:45:00Z'],
  ['on a Wednesday at noon', '2026-11-25T11:00:00Z'],
  ['late on a Sunday', '2026-11-29T22:50:00Z'],
  ['at the turn of a year', '2027-01-01T00:00:00Z'],
  ['when the clocks have just changed', '2027-03-28T01:30:00Z'],
])('%s it is the sixth week too, and nothing happens in the future', async (_when, now) => {
  using made = await madeDemo({ now })
  const map = made.progress.map(made.enrolment('learner'))
  expect(map.tiles.filter(({ open }) => open)).toHaveLength(9)
  expect(made.one('SELECT count(*) FROM reflection')).toBeGreaterThan(300)
  expect(misplaced(made.db, now)).toEqual({})
  expect(outOfOrder(made.db)).toBe(0)
  expect(made.following.newAnswers(made.enrolment('learner')).length).toBeGreaterThanOrEqual(2)
})

test.each([
  ['2027-01-20T12:00:00Z', 'Autumn 2025'],
  ['2027-06-03T12:00:00Z', 'Autumn 2026'],
  ['2027-12-30T12:00:00Z', 'Autumn 2026'],
])('at %s the older cohort is %s, and its last post older than the new cohort', async (now, title) => {
  using made = await madeDemo({ now, size: 4 })
  expect(made.one("SELECT title FROM cohort WHERE slug LIKE 'autumn-%'")).toBe(title)
  const last = made.one<string>(
    "SELECT max(published_at) FROM reflection JOIN cohort ON cohort.id = cohort_id WHERE slug LIKE 'autumn-%'",
  )
  expect([last, made.one('SELECT made_at FROM cohort WHERE slug = ?', 'spring')].sort()[0]).toBe(last)
})

test.each([4, 9, 39])('a small demo of %i people is sound, with somebody in each part', async (size) => {
  using made = await madeDemo({ size })
  const { learners, guides, organisers } = made.cohorts.counts(made.enrolment('learner').cohort.id)
  expect([learners, guides, organisers]).toEqual([size - 3, 2, 1])
  expect(made.db.pragma('foreign_key_check')).toEqual([])
  expect(awarded(made.db).sort()).toEqual(earned(made.db).sort())
  expect(made.following.newAnswers(made.enrolment('learner')).length).toBeGreaterThan(0)
})
