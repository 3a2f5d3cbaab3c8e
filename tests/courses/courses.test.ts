import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createActivity } from '../../server/activity/activity.ts'
import { createCourseMarkdown } from '../../server/courses/course-markdown.ts'
import { createCourses } from '../../server/courses/courses.ts'
import { BrokenCourse } from '../../server/courses/format/course-problem.ts'
import { readFolder } from '../../server/courses/format/read-folder.ts'
import type { CourseOutline } from '../../server/courses/format/schema.ts'
import { createCoursePictures } from '../../server/courses/pictures/pictures.ts'
import { exportTo } from '../../server/courses/transfer/command-line.ts'
import { createCourseDiff } from '../../server/courses/transfer/course-diff.ts'
import { createCourseTransfer } from '../../server/courses/transfer/transfer.ts'
import { createMarkdown } from '../../server/reflections/markdown/markdown-renderer.ts'
import { createWorkerPool } from '../../server/workers/worker-pool.ts'
import { newDatabase } from '../support/database.ts'
import { smallCourse } from './outlines.ts'

const SHIPPED = path.join(import.meta.dirname, '../../courses/23-mobile-things')
const clock = { now: () => Temporal.Instant.from('2026-03-02T07:00:00Z') }

function library() {
  const statements: string[] = []
  const db = newDatabase(':memory:', (sql) => statements.push(sql))
  onTestFinished(() => void db.close())
  const activity = createActivity(db, clock)
  const none = () => Promise.reject(new Error('no picture is added here'))
  const images = { receive: none, discard: none, resize: none }
  const workers = createWorkerPool()
  const markdown = createMarkdown(workers)
  const pictures = createCoursePictures(db, clock, { folder: os.tmpdir(), activity, images })
  const count = (table: string) => db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get()
  return {
    db,
    statements,
    count,
    courses: createCourses(db, { pictures }),
    courseTransfer: createCourseTransfer(db, clock, {
      activity,
      courseDiff: createCourseDiff(workers),
      courseMarkdown: createCourseMarkdown({ markdown, pictures }),
      pictures,
      siteName: () => 'Here',
      workers,
    }),
  }
}

function temporary(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'course-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

function changed(change: (outline: CourseOutline) => void): CourseOutline {
  const outline = structuredClone(smallCourse)
  change(outline)
  return outline
}

function problemsOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    if (error instanceof BrokenCourse) return error.problems
    throw error
  }
  return []
}

test('the shipped course is exported byte for byte as it was imported', async () => {
  const { courseTransfer } = library()
  const out = temporary()
  courseTransfer.importFolder(SHIPPED, null)
  await exportTo(courseTransfer, '23-mobile-things', out)
  expect(readFolder(out)).toEqual(readFolder(SHIPPED))
})

test('a second import and export gives the same files', async () => {
  const [one, other] = [library(), library()]
  const [first, second] = [temporary(), temporary()]
  one.courseTransfer.importOutline(smallCourse, null)
  await exportTo(one.courseTransfer, 'small', first)
  other.courseTransfer.importFolder(first, null)
  await exportTo(other.courseTransfer, 'small', second)
  expect(readFolder(second)).toEqual(readFolder(first))
})

test('a course has its things in order, each with its set, its steps and its text as HTML', () => {
  const { courses, courseTransfer } = library()
  courseTransfer.importFolder(SHIPPED, null)
  const course = courses.bySlug('23-mobile-things')
  expect(course?.things.map(({ position }) => position)).toEqual(Array.from({ length: 23 }, (_, index) => index + 1))
  const first = course?.things[0]
  expect(first?.set.slug).toBe('safe-start')
  expect(first?.steps.map(({ slug }) => slug).slice(0, 3)).toEqual(['read-two', 'choose-readers', 'set-goal'])
  expect(first?.body_html).toContain('<p dir="auto">')
  expect(course?.thing(first?.id ?? 0)).toBe(first)
})

test('cached content is loaded again only for another revision', () => {
  const { courses, courseTransfer, statements } = library()
  const id = courseTransfer.importOutline(smallCourse, null)
  const before = courses.content(id, 1)
  statements.length = 0
  expect(courses.content(id, 1)).toBe(before)
  expect(statements).toEqual([])
  courseTransfer.importOutline(
    changed((course) => {
      course.title = 'Another title'
    }),
    null,
  )
  expect(courses.content(id, 2).title).toBe('Another title')
})

test('importing an unchanged course keeps its revision', () => {
  const { courses, courseTransfer, count } = library()
  courseTransfer.importOutline(smallCourse, null)
  courseTransfer.importOutline(structuredClone(smallCourse), null)
  expect(courses.bySlug('small')?.revision).toBe(1)
  expect(count('activity')).toBe(1)
})

test('a changed thing keeps its id, and its earlier text as a file', () => {
  const { courses, courseTransfer, db } = library()
  courseTransfer.importOutline(smallCourse, null)
  const before = courses.bySlug('small')?.things
  courseTransfer.importOutline(
    changed(({ things }) => {
      things[0]!.body = 'Other words.'
    }),
    null,
  )
  const after = courses.bySlug('small')?.things
  expect(after?.map(({ id }) => id)).toEqual(before?.map(({ id }) => id))
  expect(after?.map(({ revision }) => revision)).toEqual([2, 1])
  const kept = db.prepare('SELECT thing_id, revision, source FROM thing_revision').all()
  expect(kept).toEqual([
    { thing_id: before?.[0]?.id, revision: 1, source: expect.stringContaining('\nWhy it matters.\n') },
  ])
})

test('a changed order is a new revision of the course, not of its things', () => {
  const { courses, courseTransfer, count } = library()
  courseTransfer.importOutline(smallCourse, null)
  courseTransfer.importOutline(
    changed(({ things }) => void things.reverse()),
    null,
  )
  const course = courses.bySlug('small')
  expect(course?.revision).toBe(2)
  expect(course?.things.map(({ slug, revision }) => [slug, revision])).toEqual([
    ['your-phone', 1],
    ['your-space', 1],
  ])
  expect(count('thing_revision')).toBe(0)
})

test('a removed thing is still found by running cohorts, and gets its id back when it is imported again', () => {
  const { courses, courseTransfer } = library()
  const id = courseTransfer.importOutline(smallCourse, null)
  const gone = courses.bySlug('small')?.things[1]
  courseTransfer.importOutline(
    changed(({ things }) => void things.pop()),
    null,
  )
  const without = courses.content(id, 2)
  expect(without.things).toHaveLength(1)
  expect(without.thing(gone?.id ?? 0)?.title).toBe('Your phone')
  expect(courseTransfer.exportOutline('small')?.things).toHaveLength(1)
  courseTransfer.importOutline(smallCourse, null)
  expect(courses.content(id, 3).things[1]?.id).toBe(gone?.id)
})

test('a badge that was never awarded is removed with an import, an awarded one stays', () => {
  const { courseTransfer, count, db } = library()
  const id = courseTransfer.importOutline(smallCourse, null)
  const [person, cohort, activity] = [1, 1, 1]
  db.exec(`
    INSERT INTO person (id, email, name, handle, password_hash, created_at) VALUES (${person}, 'a@b.example', 'A', 'a', '', '');
    INSERT INTO cohort (id, slug, title, course_id, starts_on, ends_on, time_zone, rhythm, join_code, world_allowed, made_at)
    VALUES (${cohort}, 'c', 'C', ${id}, '', '', 'UTC', '{}', '', 1, '');
    INSERT INTO award (id, badge_id, person_id, cohort_id, activity_id, awarded_at)
    VALUES ('x', 1, ${person}, ${cohort}, ${activity}, '')`)
  courseTransfer.importOutline(
    changed((course) => {
      course.badges = [{ ...course.badges[0]!, slug: 'another' }]
    }),
    null,
  )
  expect(count('badge')).toBe(2)
  courseTransfer.importOutline(
    changed((course) => {
      course.badges = []
    }),
    null,
  )
  expect(db.prepare('SELECT slug, position FROM badge').all()).toEqual([
    { slug: smallCourse.badges[0]?.slug, position: 0 },
  ])
})

test('an import leaves draft badges, badges of one cohort and the dates of badges alone', () => {
  const { courseTransfer, db } = library()
  const id = courseTransfer.importOutline(smallCourse, null)
  db.exec(`
    INSERT INTO cohort (id, slug, title, course_id, starts_on, ends_on, time_zone, rhythm, join_code, world_allowed, made_at)
    VALUES (1, 'c', 'C', ${id}, '', '', 'UTC', '{}', '', 1, '');
    UPDATE badge SET counts_from = '2026-03-02', picture = 'x';
    INSERT INTO badge (course_id, slug, position, title, meaning, shape, hue, rule, draft, cohort_id)
    VALUES (${id}, 'a-draft', 8, 'D', 'D', 'star', 'plain', '{"kind":"by-hand"}', 1, NULL),
           (${id}, 'of-one', 9, 'O', 'O', 'star', 'plain', '{"kind":"by-hand"}', 0, 1)`)
  expect(courseTransfer.exportOutline('small')?.badges).toEqual(smallCourse.badges)
  courseTransfer.importOutline({ ...smallCourse, title: 'Larger' }, null)
  expect(db.prepare('SELECT slug, position, counts_from, picture, version FROM badge ORDER BY position').all()).toEqual(
    [
      { slug: smallCourse.badges[0]?.slug, position: 1, counts_from: '2026-03-02', picture: 'x', version: 2 },
      { slug: 'a-draft', position: 8, counts_from: null, picture: null, version: 1 },
      { slug: 'of-one', position: 9, counts_from: null, picture: null, version: 1 },
    ],
  )
})

test('a rule that names removed things stays here and is left out of the exported folder', () => {
  const { courseTransfer, db } = library()
  courseTransfer.importOutline(smallCourse, null)
  const kept = (rule: object) => {
    db.prepare('UPDATE badge SET rule = ?').run(JSON.stringify(rule))
    return courseTransfer.exportOutline('small')?.badges.map((badge) => badge.rule)
  }
  const gone = { kind: 'things-named', things: ['gone'] }
  const first = { kind: 'first-reflection' }
  const five = { kind: 'things-done', count: 5 }
  expect(kept(gone)).toEqual([])
  expect(kept({ kind: 'all-of', rules: [gone, first] })).toEqual([])
  expect(kept({ kind: 'any-of', rules: [gone, first] })).toEqual([first])
  expect(kept({ kind: 'any-of', rules: [gone, first, five] })).toEqual([{ kind: 'any-of', rules: [first, five] }])
})

test('a badge slug that another course uses is reported with file and line, and nothing is imported', async () => {
  const { courseTransfer, count, db } = library()
  const folder = temporary()
  courseTransfer.importFolder(SHIPPED, null)
  courseTransfer.importOutline(
    changed((course) => {
      course.badges = []
    }),
    null,
  )
  await exportTo(courseTransfer, 'small', folder)
  const file = path.join(folder, 'course.yaml')
  const text = readFileSync(file, 'utf8').replace('slug: small', '# another one\nslug: other')
  writeFileSync(
    file,
    text.replace('badges: []', readFileSync(path.join(SHIPPED, 'course.yaml'), 'utf8').match(/badges:\n(.*\n){9}/)![0]),
  )
  const before = db.serialize()
  const line = 1 + readFileSync(file, 'utf8').split('\n').lastIndexOf('  - slug: safe-start')
  expect(problemsOf(() => courseTransfer.importFolder(folder, null))).toEqual([
    {
      file: 'course.yaml',
      line,
      expected:
        'the badge "safe-start" belongs to the course "23 Mobile Things" on this site; expected a slug that no other course uses',
    },
  ])
  expect(count('course')).toBe(2)
  expect(db.serialize().equals(before)).toBe(true)
})

test('unknown icons are reported with file and line', () => {
  const { courseTransfer, count } = library()
  const broken = changed((course) => {
    course.badges[0]!.icon = 'constructor'
    course.things[1]!.icon = 'no-such-icon'
  })
  expect(problemsOf(() => courseTransfer.importOutline(broken, null))).toEqual([
    expect.objectContaining({ file: 'course.yaml', line: 24, expected: expect.stringContaining('"constructor"') }),
    expect.objectContaining({
      file: 'things/02-your-phone.md',
      line: 7,
      expected: expect.stringContaining('"no-such-icon"'),
    }),
  ])
  expect(count('course')).toBe(0)
})

test('an invalid folder changes nothing', () => {
  const { courseTransfer, db } = library()
  const folder = temporary()
  cpSync(SHIPPED, folder, { recursive: true })
  courseTransfer.importFolder(folder, null)
  const before = db.serialize()
  const file = path.join(folder, 'things/02-know-your-phone.md')
  writeFileSync(file, readFileSync(file, 'utf8').replace('\ntitle:', '\ncolour: red\ntitle:'))
  expect(problemsOf(() => courseTransfer.importFolder(folder, null))).toEqual([
    expect.objectContaining({ file: 'things/02-know-your-phone.md', line: 3 }),
  ])
  expect(db.serialize().equals(before)).toBe(true)
})

test('exporting a missing course returns nothing', async () => {
  const { courseTransfer } = library()
  expect(courseTransfer.exportOutline('nothing')).toBeNull()
  expect(await exportTo(courseTransfer, 'nothing', temporary())).toBe(false)
})

test('the list of courses counts their things', () => {
  const { courses, courseTransfer } = library()
  courseTransfer.importOutline(smallCourse, null)
  expect(courses.all()).toMatchObject([{ slug: 'small', things: 2, public: 1 }])
})
