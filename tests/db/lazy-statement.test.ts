import { expect, onTestFinished, test } from 'vitest'
import { createApp } from '../../server/app.ts'
import { openDatabase } from '../../server/db/open.ts'
import { createServices } from '../../server/services.ts'
import { newDatabase } from '../support/database.ts'
import { testSite } from '../support/site.ts'

function numbers() {
  const db = openDatabase(':memory:')
  onTestFinished(() => void db.close())
  db.exec('CREATE TABLE number (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT')
  db.exec("INSERT INTO number VALUES (1, 'one'), (2, 'two'), (3, 'three')")
  return db
}

test('every statement that the site prepares when it starts compiles', async () => {
  await using site = await testSite()
  const db = newDatabase()
  onTestFinished(() => void db.close())
  const prepared: ReturnType<typeof db.prepare>[] = []
  const prepare = db.prepare.bind(db)
  Object.assign(db, {
    prepare: (sql: string) => {
      const statement = prepare(sql)
      prepared.push(statement)
      return statement
    },
  })
  createApp(createServices(site.config, db, site.services))

  expect(prepared.length).toBeGreaterThan(600)
  const problems = prepared.flatMap((statement) => {
    try {
      return statement.busy ? ['busy'] : []
    } catch (error) {
      return [`${error} in ${statement.source}`]
    }
  })
  expect(problems).toEqual([])
})

test('a statement is compiled when it is first used', () => {
  const db = numbers()
  const statement = db.prepare<[], { id: number }>('SELECT id FROM later')
  expect(() => statement.all()).toThrow('no such table: later')
  db.exec('CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT')
  expect(statement.all()).toEqual([])
  expect([statement.source, statement.reader, statement.readonly, statement.busy]).toEqual([
    'SELECT id FROM later',
    true,
    true,
    false,
  ])
  expect(statement.columns().map(({ name }) => name)).toEqual(['id'])
})

test('raw, pluck and similar modes apply whether set before the first use or after it', () => {
  const db = numbers()
  const rows = db.prepare('SELECT id, name FROM number WHERE id < ?')
  expect(rows.pluck().get(2)).toBe(1)
  expect(rows.pluck(false).raw().all(2)).toEqual([[1, 'one']])
  expect(rows.raw(false).get(2)).toEqual({ id: 1, name: 'one' })
  expect(db.prepare('SELECT id FROM number').pluck().safeIntegers().all()).toEqual([1n, 2n, 3n])
  expect(db.prepare('SELECT id FROM number').expand().get()).toEqual({ number: { id: 1 } })
  expect(db.prepare('SELECT name FROM number WHERE id = ?').bind(3).pluck().get()).toBe('three')
})

test('a statement may be used for the first time while the rows of another are read, and inside a transaction', () => {
  const db = numbers()
  const name = db.prepare<[number], string>('SELECT name FROM number WHERE id = ?').pluck()
  const ids = db.prepare<[], number>('SELECT id FROM number ORDER BY id').pluck()
  expect(Array.from(ids.iterate(), (id) => name.get(id))).toEqual(['one', 'two', 'three'])
  const insert = db.prepare('INSERT INTO number VALUES (?, ?)')
  expect(db.transaction(() => insert.run(4, 'four').changes)()).toBe(1)
})
