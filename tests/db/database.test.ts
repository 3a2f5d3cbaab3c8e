import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from '../../server/db/migrate.ts'
import { avoidReprepare, openDatabase, transaction } from '../../server/db/open.ts'

const now = Temporal.Instant.from('2026-03-02T07:00:00Z')
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twentythree-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('every connection is safe against power loss, also to a file that is opened again', () => {
  const file = path.join(folder, 'site.sqlite')
  openDatabase(file).close()
  const db = openDatabase(file)
  expect(db.pragma('synchronous', { simple: true })).toBe(2)
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
  db.close()
})

test('migrating twice changes nothing and backs nothing up', () => {
  const db = openDatabase(path.join(folder, 'site.sqlite'))
  migrate(db, now, { backUpTo: path.join(folder, 'backups') })
  const schema = db.prepare('SELECT sql FROM sqlite_schema').all()
  migrate(db, now, { backUpTo: path.join(folder, 'backups') })
  expect(db.prepare('SELECT sql FROM sqlite_schema').all()).toEqual(schema)
  expect(readdirSync(folder)).not.toContain('backups')
  db.close()
})

test('a database that waits for a migration is copied first', () => {
  const db = openDatabase(path.join(folder, 'site.sqlite'))
  migrate(db, now)
  db.exec("DROP TABLE award; DROP TABLE badge; DELETE FROM migration WHERE name LIKE '0008%'")
  migrate(db, now, { backUpTo: path.join(folder, 'backups') })
  expect(readdirSync(path.join(folder, 'backups'))).toEqual(['before-migration-2026-03-02T070000Z.sqlite'])
  db.close()
})

test('a database of a newer version is refused and named', () => {
  const db = openDatabase(':memory:')
  migrate(db, now)
  db.prepare("INSERT INTO migration VALUES ('9999_future.sql', '2030')").run()
  expect(() => migrate(db, now)).toThrow(/9999_future\.sql/)
})

test('every table is strict and every foreign key can be followed by an index or is small', () => {
  const db = openDatabase(':memory:')
  migrate(db, now)
  const loose = db
    .prepare(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
    )
    .all()
  expect(loose).toEqual([])
})

test('a write inside another is part of it', () => {
  const db = openDatabase(':memory:')
  db.exec('CREATE TABLE note (words TEXT) STRICT')
  const insert = db.prepare('INSERT INTO note VALUES (?)')
  expect(() =>
    transaction(db, () => {
      transaction(db, () => insert.run('inner'))
      throw new Error('outer fails')
    }),
  ).toThrow('outer fails')
  expect(db.prepare('SELECT count(*) FROM note').pluck().get()).toBe(0)
})

test.each([
  ['a = ?', 'a = (SELECT ?)'],
  ['a=:b AND c = :d', 'a= (SELECT :b) AND c = (SELECT :d)'],
  ['a <= ? AND a > :b LIMIT :c', 'a <= (SELECT ?) AND a > (SELECT :b) LIMIT (SELECT :c)'],
  ['VALUES (?, :a)', 'VALUES (?, :a)'],
])('values that are compared or limit are put aside from the planner: %s', (sql, expected) => {
  expect(avoidReprepare(sql)).toBe(expected)
})

test('a statement finds the same rows by the same index, whatever the type of the value', () => {
  const db = openDatabase(':memory:')
  db.exec(
    "CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT UNIQUE, at INTEGER) STRICT; INSERT INTO note VALUES (1, '7', 7)",
  )
  expect(db.prepare('SELECT id FROM note WHERE words = ?').pluck().get('7')).toBe(1)
  expect(db.prepare('SELECT id FROM note WHERE at = :at').pluck().get({ at: '7' })).toBe(1)
  expect(db.prepare('EXPLAIN QUERY PLAN SELECT id FROM note WHERE words = ?').all('x')).toContainEqual(
    expect.objectContaining({ detail: expect.stringContaining('USING COVERING INDEX') }),
  )
  expect(db.prepare('UPDATE note SET words = :words WHERE id = :id').run({ words: 'b', id: 1 }).changes).toBe(1)
  expect(db.prepare('SELECT words FROM note').pluck().get()).toBe('b')
})
