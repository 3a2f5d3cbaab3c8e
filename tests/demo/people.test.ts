import { afterAll, beforeAll, expect, test } from 'vitest'
import { awarded, earned, madeDemo, misplaced, NOW, outOfOrder } from './made.ts'

const SIZE = 120
const GENERATED = "email LIKE 'reader%'"

let made: Awaited<ReturnType<typeof madeDemo>>
const shares: number[] = []
beforeAll(async () => {
  made = await madeDemo({ size: SIZE, progress: (share) => shares.push(share) })
})
afterAll(() => made.db.close())

test('the cohort has the requested size, each person with a distinct name and handle', () => {
  const { learners, guides, organisers } = made.cohorts.counts(made.enrolment('learner').cohort.id)
  expect(learners + guides + organisers).toBe(SIZE)
  expect(made.one(`SELECT count(DISTINCT name) FROM person WHERE ${GENERATED}`)).toBe(SIZE - 40)
  expect(made.one(`SELECT count(DISTINCT handle) FROM person WHERE ${GENERATED}`)).toBe(SIZE - 40)
})

test('progress of generated people is reported from 0 to 1', () => {
  expect(shares).toEqual(shares.toSorted((one, other) => one - other))
  expect(shares.at(-1)).toBe(1)
  expect(new Set(shares).size).toBe(shares.length)
})

test('what the written people did is the same as without the others', async () => {
  using alone = await madeDemo()
  const posts = `SELECT title || published_at FROM reflection JOIN person ON person.id = person_id WHERE NOT ${GENERATED} ORDER BY reflection.id`
  expect(made.all(posts)).toEqual(alone.all(posts))
})

test('generated posts say what a written one about the same thing said before, with its HTML', () => {
  const posts = made.one<number>(
    `SELECT count(*) FROM reflection JOIN person ON person.id = person_id WHERE ${GENERATED}`,
  )
  expect(posts).toBeGreaterThan(200)
  const same = made.one<number>(`
    SELECT count(*) FROM reflection AS copy JOIN person ON person.id = copy.person_id
     WHERE ${GENERATED} AND EXISTS (
       SELECT 1 FROM reflection AS source JOIN person ON person.id = source.person_id
        WHERE NOT ${GENERATED} AND source.id < copy.id AND source.thing_id = copy.thing_id AND source.body = copy.body
          AND source.html = copy.html AND source.excerpt = copy.excerpt AND source.audience IN ('cohort', 'world'))`)
  expect(same).toBe(posts)
})

test('the numbers are those of people: most write, some stop, some never begin, and not everybody is answered', () => {
  const done = made.all<number>(
    `SELECT (SELECT count(*) FROM completion WHERE enrolment_id = enrolment.id)
       FROM enrolment JOIN person ON person.id = person_id WHERE ${GENERATED} AND enrolment.role = 'learner'`,
  )
  const share = (fits: (things: number) => boolean) => done.filter(fits).length / done.length
  expect(share((things) => things >= 5)).toBeGreaterThan(0.5)
  expect(share((things) => things === 0)).toBeGreaterThan(0)
  expect(share((things) => things === 0)).toBeLessThan(0.2)
  const answered = `EXISTS (SELECT 1 FROM comment WHERE reflection_id = reflection.id AND comment.person_id <> reflection.person_id)`
  const answers = made.one<number>(
    `SELECT avg(${answered}) FROM reflection JOIN person ON person.id = person_id WHERE ${GENERATED}`,
  )
  expect(answers).toBeGreaterThan(0.1)
  expect(answers).toBeLessThan(0.6)
})

test('rows of the bulk writer equal those that services write', () => {
  expect(made.db.pragma('foreign_key_check')).toEqual([])
  const counts = (sql: string) => made.one<number>(`SELECT count(*) FROM ${sql}`)
  expect(counts('completion')).toBe(counts('reflection'))
  expect(counts("activity WHERE kind = 'reflection.published'")).toBe(counts('reflection'))
  expect(counts("activity WHERE kind = 'comment.written'")).toBe(counts('comment'))
  const hosted = "reflection WHERE source = 'hosted'"
  expect(counts('draft JOIN reflection USING (enrolment_id, thing_id)')).toBe(counts(hosted))
  expect(counts('skip JOIN completion USING (enrolment_id, thing_id)')).toBe(0)
  expect(
    counts('comment JOIN reflection ON reflection.id = reflection_id WHERE comment.audience <> reflection.audience'),
  ).toBe(0)
})

test('nobody comments on or cheers what they may not read, or their own posts', () => {
  const unread = made.one(`
    SELECT count(*) FROM (
      SELECT reflection_id, person_id FROM comment UNION ALL SELECT reflection_id, person_id FROM cheer) AS act
      JOIN reflection ON reflection.id = reflection_id
      JOIN enrolment ON enrolment.cohort_id = reflection.cohort_id AND enrolment.person_id = act.person_id
     WHERE act.person_id <> reflection.person_id
       AND (audience = 'me' OR (audience = 'guides' AND enrolment.role = 'learner'))`)
  expect(unread).toBe(0)
  expect(
    made.one(
      'SELECT count(*) FROM cheer JOIN reflection ON id = reflection_id AND reflection.person_id = cheer.person_id',
    ),
  ).toBe(0)
})

test('every award is what the rules give, and none is missing', () => {
  expect(awarded(made.db).sort()).toEqual(earned(made.db).sort())
})

test('written and generated activity is in one order of time', () => {
  expect(outOfOrder(made.db)).toBe(0)
  expect(misplaced(made.db, NOW)).toEqual({})
  expect(made.one('SELECT count(*) FROM enrolment WHERE seen_at < joined_at OR seen_at > ?', NOW)).toBe(0)
})

test('comments from before a person’s last visit are read', () => {
  const behind = made.one(`
    SELECT count(*) FROM following JOIN person ON person.id = following.person_id
      JOIN enrolment ON enrolment.person_id = person.id
      JOIN comment ON comment.reflection_id = following.reflection_id
      LEFT JOIN reading ON reading.person_id = person.id AND reading.reflection_id = following.reflection_id
     WHERE ${GENERATED} AND (comment.id <= coalesce(read_to, 0)) <> (written_at <= seen_at)`)
  expect(behind).toBe(0)
})
