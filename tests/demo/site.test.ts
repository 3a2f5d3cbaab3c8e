import { afterAll, beforeAll, expect, test } from 'vitest'
import { audiencesIn } from '../../server/reflections/policy.ts'
import { awarded, earned, madeDemo, misplaced, NOW, outOfOrder } from './made.ts'

let made: Awaited<ReturnType<typeof madeDemo>>
beforeAll(async () => {
  made = await madeDemo()
})
afterAll(() => made[Symbol.dispose]())

test('forty people are in the Spring cohort: an organiser, two guides and learners, five of them late', () => {
  const { id, starts_on } = made.enrolment('learner').cohort
  expect(made.cohorts.counts(id)).toEqual({ learners: 37, guides: 2, organisers: 1 })
  const late = made.one('SELECT count(*) FROM enrolment WHERE cohort_id = ? AND joined_at > ?', id, `${starts_on}T23`)
  expect(late).toBe(5)
})

test('Spring is in its sixth week, with nine things open after a week to catch up in', () => {
  expect(made.enrolment('learner').cohort.starts_on).toBe('2026-10-19')
  const open = made.progress.openThings(made.enrolment('learner'))
  expect(open.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(made.progress.openThings(made.enrolment('stranger', 'harbour')).map(({ number }) => number)).toEqual([
    1, 2, 3, 4,
  ])
})

test('an older cohort is over, and some have done all 23 things in it', () => {
  const [cohort] = made.enrolments
    .listOfPerson(made.enrolment('guide').person_id)
    .filter(({ cohort }) => cohort.slug !== 'spring')
  expect(cohort?.cohort).toMatchObject({ title: 'Autumn 2025', starts_on: '2025-09-01', ends_on: '2025-12-14' })
  const everything = made.one(
    "SELECT count(*) FROM award JOIN badge ON badge.id = badge_id WHERE slug = 'all-23-things'",
  )
  expect(everything).toBe(2)
})

test('some 300 reflections differ in length and readers, and some have no title of their own', () => {
  expect(made.one('SELECT count(*) FROM reflection')).toBeGreaterThan(300)
  expect(made.one('SELECT count(DISTINCT body) FROM reflection')).toBe(made.one('SELECT count(*) FROM reflection'))
  expect(made.one('SELECT min(length(body)) FROM reflection')).toBeLessThan(120)
  expect(made.one('SELECT max(length(body)) FROM reflection')).toBeGreaterThan(5000)
  const readers = made.all('SELECT DISTINCT audience FROM reflection ORDER BY audience')
  expect(readers).toEqual(audiencesIn({ cohort: { world_allowed: 1 }, pod: {} }).sort())
  expect(made.one("SELECT count(*) FROM reflection WHERE title LIKE '%…'")).toBeGreaterThan(20)
})

test('the learner has done eight things, has a draft of the next and unread comments', () => {
  const learner = made.enrolment('learner')
  expect(made.progress.map(learner)).toMatchObject({ done: 8, next: { number: 9, drafted: true } })
  expect(made.following.newAnswers(learner).length).toBeGreaterThanOrEqual(2)
  expect(made.one('SELECT count(*) FROM award WHERE person_id = ?', learner.person_id)).toBeGreaterThan(2)
})

test('the guide has more than a page of posts without a comment', () => {
  const waiting = made.stream.page(made.enrolment('guide'), { thing: null, unanswered: true })
  expect(waiting.items).toHaveLength(20)
  expect(waiting.older).not.toBeNull()
})

test('guides have saved replies, an assigned reply and a settled report', () => {
  expect(made.one('SELECT count(*) FROM saved_answer')).toBe(3)
  expect(made.one('SELECT count(*) FROM taking')).toBe(1)
  expect(made.one('SELECT count(*) FROM report WHERE settled_at IS NOT NULL')).toBe(1)
  expect(made.one('SELECT count(*) FROM report WHERE settled_at IS NULL')).toBe(0)
})

test('alumni have certificates, learners have stated hours, and some reflections have pictures', () => {
  const { cohort } = made.enrolment('learner')
  expect(made.one('SELECT count(*) FROM certificate')).toBeGreaterThan(3)
  const stated = made.hours.people(cohort.id)
  expect(stated.length).toBeGreaterThan(3)
  expect(made.one('SELECT count(DISTINCT enrolment_id) FROM stated_minutes WHERE confirmed_by IS NOT NULL')).toBe(1)
  expect(stated.filter(({ asked_at }) => asked_at !== null)).toHaveLength(1)
  const pictured = made.all<string>("SELECT html FROM reflection WHERE html LIKE '%<img%'")
  expect(pictured).toHaveLength(3)
  for (const html of pictured) expect(html).toMatch(/ alt="A [^"]{30,}"/)
  expect(made.one('SELECT count(*) FROM image WHERE unused_since IS NULL')).toBe(3)
})

test('every job is done, the award to past activity and the notices of an announcement among them', () => {
  expect([made.jobs.dead(9), made.jobs.waiting(9)]).toEqual([[], []])
  expect(made.one('SELECT given FROM replay WHERE ended_at IS NOT NULL')).toBeGreaterThan(30)
  expect(made.one("SELECT count(*) FROM notice WHERE kind = 'announcement'")).toBe(39)
  expect(made.one("SELECT max(told_at) < '2026-11-25T09' FROM notice WHERE kind = 'announcement'")).toBe(1)
})

test('there are open invitations and a request for a new password', () => {
  expect(made.invitations.listOpen(made.enrolment('organiser').cohort.id)).toHaveLength(3)
  expect(made.passwordResets.requests().map(({ name }) => name)).toEqual(['Leilani Kealoha'])
})

test('there are skips with their reasons, drafts, pulses with a line, and people who never wrote', () => {
  expect(made.one("SELECT count(*) FROM skip WHERE reason <> ''")).toBe(9)
  expect(made.one("SELECT count(*) FROM draft WHERE open = 1 AND body <> ''")).toBeGreaterThan(5)
  expect(made.one('SELECT count(*) FROM pulse WHERE line IS NOT NULL')).toBeGreaterThan(10)
  const silent = made.one(`
    SELECT count(*) FROM enrolment JOIN cohort ON cohort.id = cohort_id
     WHERE slug = 'spring' AND NOT EXISTS (SELECT 1 FROM reflection WHERE enrolment_id = enrolment.id)`)
  expect(silent).toBe(2)
})

test('every award is what the rules give, and none is missing', () => {
  expect(awarded(made.db).sort()).toEqual(earned(made.db).sort())
})

test('everything is in order, between its author’s joining and last visit, and not in the future', () => {
  expect(outOfOrder(made.db)).toBe(0)
  expect(misplaced(made.db, NOW)).toEqual({})
})

test('nobody comments on, cheers or ticks what is not open to them', () => {
  const early = made.one(`
    SELECT count(*) FROM tick JOIN enrolment ON enrolment.id = enrolment_id
      JOIN calendar_entry ON calendar_entry.cohort_id = enrolment.cohort_id AND calendar_entry.thing_id = tick.thing_id
     WHERE ticked_at < opens_at`)
  expect(early).toBe(0)
  const unread = made.one(`
    SELECT count(*) FROM cheer JOIN reflection ON reflection.id = reflection_id
      JOIN enrolment ON enrolment.cohort_id = reflection.cohort_id AND enrolment.person_id = cheer.person_id
     WHERE cheer.person_id <> reflection.person_id
       AND (audience = 'me' OR (audience = 'guides' AND enrolment.role = 'learner') OR cheered_at < published_at)`)
  expect(unread).toBe(0)
})

test('names in any script have a handle that can be typed', () => {
  const names = ['kenji', 'yusuf', 'eleni', 'oksana', 'wulandari'].map(
    (handle) => made.people.findByHandle(handle)?.name,
  )
  expect(names).toEqual(['渡辺 健二', 'يوسف الخطيب', 'Ελένη Παπαδάκη', 'Оксана Мельничук', 'Wulandari'])
})

test('the stranger is in another cohort, the admin in none, and everybody has the same password', () => {
  expect(made.enrolments.listOfPerson(made.enrolment('stranger', 'harbour').person_id)).toHaveLength(1)
  const admin = made.people.findByHandle(made.demo.accounts.admin.handle)
  expect(admin?.role).toBe('admin')
  expect(made.enrolments.listOfPerson(admin?.id ?? 0)).toEqual([])
  expect(made.one('SELECT count(DISTINCT password_hash) FROM person')).toBe(1)
})

test('Spring has pods with guides, and only they comment on or cheer what is written for a pod', () => {
  const { cohort } = made.enrolment('organiser')
  expect(made.pods.list(cohort.id).map(({ name }) => name)).toEqual([
    'Tram 12',
    'Window seat',
    'The night van',
    'Second floor, left',
  ])
  expect(made.pods.page(cohort.id).pods.every(({ people, guides }) => people > 5 && guides.length === 1)).toBe(true)
  expect(made.one("SELECT count(*) FROM reflection WHERE audience = 'pod'")).toBeGreaterThan(4)
  const others = made.one(`
    SELECT count(*) FROM (
      SELECT reflection_id, person_id FROM comment UNION ALL SELECT reflection_id, person_id FROM cheer) AS act
      JOIN reflection ON reflection.id = act.reflection_id AND reflection.audience = 'pod'
      JOIN enrolment AS hers ON hers.id = reflection.enrolment_id
      JOIN enrolment ON enrolment.cohort_id = reflection.cohort_id AND enrolment.person_id = act.person_id
     WHERE enrolment.role = 'learner' AND enrolment.pod_id IS NOT hers.pod_id`)
  expect(others).toBe(0)
})

test('only notifications that the learner has not seen are unread', () => {
  const { notices } = made
  expect(notices.countNew(made.enrolment('learner').person_id)).toBeGreaterThan(0)
  const long_seen = made.one<number>(`
    SELECT count(*) FROM notice
     WHERE read_at IS NULL AND kind = 'award'
       AND told_at <= (SELECT max(seen_at) FROM enrolment WHERE enrolment.person_id = notice.person_id)`)
  expect(long_seen).toBe(0)
})
