import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { knownMigrations } from '../../server/db/migrate.ts'
import { openDatabase } from '../../server/db/open.ts'
import type { Jobs } from '../../server/jobs/jobs.ts'
import { createSearchIndex } from '../../server/search/search-index.ts'

const folder = path.join(import.meta.dirname, '../../migrations')

test('texts from before the search migration are found and listed as unanswered', () => {
  const db = openDatabase(':memory:')
  const files = knownMigrations()
  const search = files.indexOf('0017_search.sql')
  const run = (names: string[]) => names.map((name) => db.exec(readFileSync(path.join(folder, name), 'utf8')))
  db.pragma('foreign_keys = OFF')
  run(files.slice(0, search))
  db.exec(`
    INSERT INTO reflection (id, enrolment_id, cohort_id, person_id, thing_id, title, body, html, excerpt, renderer, audience, published_at)
    VALUES (1, 1, 7, 1, 1, 'Smørrebrød', 'A lunch', '', '', '', 'cohort', ''), (2, 1, 7, 1, 2, 'x', 'A dinner', '', '', '', 'me', '');
    INSERT INTO comment (id, reflection_id, person_id, body, html, renderer, audience, written_at)
    VALUES (5, 1, 2, 'Bon appétit', '', '', 'cohort', '')`)
  run(files.slice(search))
  const index = createSearchIndex(db, { jobs: { handle() {}, every() {}, add: () => true } as unknown as Jobs })
  index.addAll()
  const found = (table: string, words: string) =>
    db.prepare<[string], number>(`SELECT rowid FROM ${table} WHERE ${table} MATCH ?`).pluck().all(words)
  expect(found('reflection_search', 'words : "smorrebrod" AND shelf : "c7cohort"')).toEqual([1])
  expect(found('reflection_search', 'words : "dinner" AND shelf : "c7cohort"')).toEqual([])
  expect(found('comment_search', 'words : "appetit" AND shelf : "p1"')).toEqual([5])
  expect(db.prepare('SELECT reflection_id FROM unanswered').pluck().all()).toEqual([2])
  db.close()
})
