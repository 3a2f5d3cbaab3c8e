import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { migrate } from '../../server/db/migrate.ts'
import { type Database, openDatabase } from '../../server/db/open.ts'

const now = Temporal.Instant.from('2026-03-02T07:00:00Z')
const FOLDER = path.join(import.meta.dirname, '../../migrations')

/** A database as the first nine migrations left it: a cohort where Kenji wrote, and Amara answered and said thanks. */
function databaseOfIssue3(): Database {
  const db = openDatabase(':memory:')
  db.exec('CREATE TABLE migration (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL) STRICT')
  for (const name of readdirSync(FOLDER).filter((name) => name.endsWith('.sql') && name < '0010')) {
    db.exec(readFileSync(path.join(FOLDER, name), 'utf8'))
    db.prepare('INSERT INTO migration VALUES (?, ?)').run(name, now.toString())
  }
  db.exec(`
    INSERT INTO person (id, email, name, handle, password_hash, created_at) VALUES
      (1, 'kenji@library.example', 'Kenji', 'kenji', '', '${now}'), (2, 'amara@library.example', 'Amara', 'amara', '', '${now}');
    INSERT INTO course (id, slug, title, summary, language, licence, credits, rhythm, created_at)
      VALUES (1, 'small', 'Small', '', 'en', 'CC', '[]', '{}', '${now}');
    INSERT INTO course_set (id, course_id, slug, title, hue, position) VALUES (1, 1, 'start', 'Start', 'teal', 1);
    INSERT INTO thing (id, course_id, set_id, slug, position, title, short, summary, icon, minutes, body, body_html, prompts, renderer, changed_at)
      VALUES (1, 1, 1, 'one', 1, 'One', 'One', '', 'map', '{}', '', '', '[]', '1', '${now}');
    INSERT INTO cohort (id, slug, title, course_id, starts_on, ends_on, time_zone, rhythm, join_code, world_allowed, made_at)
      VALUES (1, 'spring', 'Spring', 1, '2026-03-02', '2026-06-01', 'Europe/Oslo', '{}', 'word', 1, '${now}');
    INSERT INTO enrolment (id, cohort_id, person_id, goal, joined_at, seen_at)
      VALUES (1, 1, 1, 5, '${now}', '${now}'), (2, 1, 2, 5, '${now}', '${now}');
    INSERT INTO reflection (id, enrolment_id, cohort_id, person_id, thing_id, title, excerpt, renderer, audience, state, revision, published_at, edited_at, body, html)
      VALUES (7, 1, 1, 1, 1, 'Desk', 'I tried', '1', 'guides', 'published', 3, '2026-02-01', '2026-02-02', 'I tried', '<p>I tried</p>'),
             (9, 2, 1, 2, 1, 'Bus', 'Hidden one', '1', 'cohort', 'hidden', 1, '2026-02-03', NULL, 'Hidden one', '<p>Hidden one</p>');
    INSERT INTO reflection_revision VALUES (7, 1, 'Desk', 'I', 'guides', '2026-02-01'), (7, 2, 'Desk', 'I t', 'guides', '2026-02-02');
    INSERT INTO comment (id, reflection_id, person_id, renderer, audience, written_at, body, html)
      VALUES (4, 7, 2, '1', 'guides', '2026-02-02', 'Good', '<p>Good</p>');
    INSERT INTO cheer VALUES (7, 2, '2026-02-02');
    INSERT INTO draft VALUES (1, 1, 'Desk', ' three  more words ', 'guides', 4, 1, '2026-02-04'), (2, 1, '', '', 'cohort', 2, 0, '2026-02-04');`)
  return db
}

test('an upgrade from the first nine keeps reflections with their ids, revisions, answers, thanks and drafts', () => {
  const db = databaseOfIssue3()
  const kept = ['reflection_revision', 'cheer']
  const before = kept.map((table) => db.prepare(`SELECT * FROM ${table}`).all())
  const texts = 'SELECT id, title, body, html, audience, state, revision, published_at, edited_at FROM reflection'
  const reflections = db.prepare(texts).all()
  migrate(db, now)
  expect(db.prepare(texts).all()).toEqual(reflections)
  expect(kept.map((table) => db.prepare(`SELECT * FROM ${table}`).all())).toEqual(before)
  expect(db.prepare('SELECT id, reflection_id, person_id, body, audience FROM comment').all()).toEqual([
    { id: 4, reflection_id: 7, person_id: 2, body: 'Good', audience: 'guides' },
  ])
  expect(db.prepare('SELECT body, version, open FROM draft ORDER BY enrolment_id').all()).toEqual([
    { body: ' three  more words ', version: 4, open: 1 },
    { body: '', version: 2, open: 0 },
  ])
  expect(db.prepare('SELECT id, source, source_url, hidden_at FROM reflection ORDER BY id').all()).toEqual([
    { id: 7, source: 'hosted', source_url: null, hidden_at: null },
    { id: 9, source: 'hosted', source_url: null, hidden_at: '2026-02-03' },
  ])
  expect(db.pragma('foreign_key_check')).toEqual([])
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
})

test('afterwards a deleted reflection takes its answers and thanks along, as before', () => {
  const db = databaseOfIssue3()
  migrate(db, now)
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
  db.exec('DELETE FROM reflection WHERE id = 7')
  for (const table of ['comment', 'cheer', 'reflection_revision']) {
    expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0)
  }
})

test('a migration that leaves rows pointing nowhere is refused whole, and references are watched again', () => {
  const db = databaseOfIssue3()
  db.pragma('foreign_keys = OFF')
  db.exec("INSERT INTO cheer VALUES (999, 2, '2026-02-02')")
  db.pragma('foreign_keys = ON')
  const schema = db.prepare('SELECT sql FROM sqlite_schema').all()
  expect(() => migrate(db, now)).toThrow(/0010_reflection_sources\.sql leaves 1 rows that point nowhere/)
  expect(db.prepare('SELECT sql FROM sqlite_schema').all()).toEqual(schema)
  expect(db.prepare("SELECT count(*) FROM migration WHERE name >= '0010'").pluck().get()).toBe(0)
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
})

test('a pod has no guide who left the cohort or stopped guiding', () => {
  const db = databaseOfIssue3()
  migrate(db, now)
  db.exec(`
    INSERT INTO pod (id, cohort_id, name, made_at) VALUES (1, 1, 'Tram 12', '${now}');
    UPDATE enrolment SET pod_id = 1;
    UPDATE enrolment SET role = 'guide' WHERE id = 2;
    INSERT INTO pod_guide VALUES (1, 2);
    UPDATE enrolment SET left_at = '${now}' WHERE id = 1`)
  expect(db.prepare('SELECT id, pod_id FROM enrolment ORDER BY id').raw().all()).toEqual([
    [1, null],
    [2, 1],
  ])
  db.exec("UPDATE enrolment SET role = 'learner' WHERE id = 2")
  expect(db.prepare('SELECT count(*) FROM pod_guide').pluck().get()).toBe(0)
})
