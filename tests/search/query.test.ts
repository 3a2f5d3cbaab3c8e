import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../server/db/open.ts'
import { normaliseWord } from '../../server/search/normalise.ts'
import { ftsExpression, parseQuery } from '../../server/search/query.ts'
import { newDatabase } from '../support/database.ts'

const read = (typed: string) => ftsExpression(parseQuery(typed))

test.each([
  ['maps phone', 'words : ("maps" AND "phone"*)'],
  ['"being there" maps', 'words : ("being there" AND "maps"*)'],
  ['maps "being there"', 'words : ("maps" AND "being there")'],
  ['maps “being there”', 'words : ("maps" AND "being there")'],
  ['„Karten und” «Wege»', 'words : ("karten und" AND "wege")'],
  ['maps "being the', 'words : ("maps" AND "being the"*)'],
  ['e-mail', 'words : ("e mail"*)'],
  ['thing 7', 'words : ("thing" AND "7")'],
  ['NEAR(maps phone) AND * -x words:y ^z', 'words : ("near maps" AND "phone" AND "and" AND "x" AND "words y" AND "z")'],
  ['Smørrebrød', 'words : ("smorrebrod"*)'],
  ['أَحْمَد', 'words : ("احمد"*)'],
])('%j is read as %j', (typed, expression) => {
  expect(read(typed)).toBe(expression)
})

test.each(['', ' ', '"', '""', '*', '-', '()', '"*" ^ :', '♥ … —', '\u0301', '\ufe0f'])('%j holds no word', (typed) => {
  expect(parseQuery(typed)).toEqual([])
})

test('no more than twelve words and two hundred signs are read', () => {
  expect(parseQuery('word '.repeat(2000)).flatMap(({ words }) => words)).toHaveLength(12)
  expect(parseQuery('x'.repeat(10_000))[0]?.words[0]).toHaveLength(200)
})

describe('in the index', () => {
  let db: Database
  beforeAll(() => {
    db = newDatabase()
    db.exec("INSERT INTO reflection_search (rowid, words, shelf) VALUES (1, 'maps and being there', 'c1cohort')")
  })
  afterAll(() => db.close())
  const found = (expression: string) =>
    db
      .prepare<[string], number>('SELECT rowid FROM reflection_search WHERE reflection_search MATCH ?')
      .pluck()
      .all(expression)

  test('any input becomes a valid FTS5 expression without operators', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc
        .array(
          fc.constantFrom('"', '*', 'NEAR(', ')', '-', 'AND', 'OR', 'NOT', ':', '^', '{', '}', '+', 'a', 'words', ' '),
        )
        .map((signs) => signs.join('')),
    )
    fc.assert(
      fc.property(typed, (text) => {
        const phrases = parseQuery(text)
        if (phrases.length === 0) return
        expect(found(`${ftsExpression(phrases)} AND shelf : ("c1cohort")`).length).toBeLessThanOrEqual(1)
        expect(found(`${ftsExpression(phrases)} AND shelf : ("c2cohort")`)).toEqual([])
      }),
      { numRuns: 400 },
    )
  })

  test('the view folds letters as foldWord does', () => {
    db.pragma('foreign_keys = OFF')
    db.exec(`
      INSERT INTO reflection (id, enrolment_id, cohort_id, person_id, thing_id, title, body, html, excerpt, renderer, audience, published_at, source, source_url)
      VALUES (2, 1, 1, 1, 1, '', '', '', '', '', 'cohort', '', 'outside', 'x')`)
    const write = db.prepare('UPDATE reflection SET body = ? WHERE id = 2')
    for (const letter of 'øØæÆœŒßẞłŁđĐðÐþÞıéÅüñçأإآٱؤئكتابЙёή가') {
      write.run(`x${letter}y`)
      expect(found(`words : ("${normaliseWord(`x${letter}y`)}")`), letter).toEqual([2])
    }
    write.run('كِتَابٌ جميـــل، ❤️')
    expect(found(read('كتاب جميل'))).toEqual([2])
    write.run('')
    expect(found(read('كتاب'))).toEqual([])
    db.pragma('foreign_keys = ON')
  })
})
