import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../server/db/open.ts'
import { ftsExpression, parseQuery } from '../../server/search/query.ts'
import { indexText } from '../../server/search/words.ts'
import { newDatabase } from '../support/database.ts'

const read = (typed: string) => ftsExpression(parseQuery(typed))

test.each([
  ['maps phone', 'words : ("maps" AND "phone"*)'],
  ['"being there" maps', 'words : ("being there" AND "maps"*)'],
  ['maps "being there"', 'words : ("maps" AND "being there")'],
  ['maps “being there”', 'words : ("maps" AND "being there")'],
  ['„Karten und” «Wege»', 'words : ("karten und" AND "wege")'],
  ['maps "being the', 'words : ("maps" AND "being the"*)'],
  ['e-mail', 'words : (("e mail"* OR "email"*))'],
  ['"e-mail"', 'words : ("e mail")'],
  ['wi fi', 'words : (("wi" OR "wifi"*) AND ("fi"* OR "wifi"*))'],
  ['図書館', 'words : ("図書 書館")'],
  ['図書館wifi', 'words : ("図書 書館" AND "wifi"*)'],
  ['"図書館 wifi"', 'words : ("図書 書館 館 wifi")'],
  ['館', 'words : ("館"*)'],
  ['책', 'words : ("책"*)'],
  ['thing 7', 'words : ("thing" AND "7")'],
  [
    'NEAR(maps phone) AND * -x words:y ^z',
    'words : ("near maps" AND ("phone" OR "phoneand") AND ("and" OR "phoneand" OR "andx") AND ("x" OR "andx") AND "words y" AND "z")',
  ],
  ['Smørrebrød', 'words : ("smorrebrod"*)'],
  ['أَحْمَد', 'words : ("احمد"*)'],
])('%j is read as %j', (typed, expression) => {
  expect(read(typed)).toBe(expression)
})

test.each(['', ' ', '"', '""', '*', '-', '()', '"*" ^ :', '♥ … —', '\u0301', '\ufe0f'])('%j holds no word', (typed) => {
  expect(parseQuery(typed)).toEqual([])
})

test('no more than twelve words and two hundred signs are read', () => {
  expect(parseQuery('word '.repeat(2000)).flatMap(([form]) => form?.words ?? [])).toHaveLength(12)
  expect(parseQuery('x'.repeat(10_000))[0]?.[0]?.words[0]).toHaveLength(200)
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

  const found_in = (text: string, typed: string) => {
    db.exec('DELETE FROM reflection_search WHERE rowid = 2')
    db.prepare("INSERT INTO reflection_search (rowid, words, shelf) VALUES (2, ?, 'c1cohort')").run(indexText(text))
    return found(ftsExpression(parseQuery(typed))).includes(2)
  }

  test.each([
    [
      '昨日、駅前の本屋でカメラを買った。',
      ['本屋', 'カメラ', '駅前の本屋', 'ｶﾒﾗ', '屋', '買', '駅 カメラ', '"本屋でカメラ"'],
    ],
    ['ﾊﾟｿｺﾝ教室とＷｉ－Ｆｉ', ['パソコン', 'パソコン教室', 'wifi', 'Wi-Fi', 'ｗｉｆｉ']],
    ['老师推荐了一本小说，𠮷野家也好。', ['小说', '推荐', '𠮷野', '说', '家也']],
    ['หนังสือเล่มนี้สนุกมาก', ['หนังสือ', 'สนุก', 'เล่ม', 'ม']],
    ['ខ្ញុំទៅបណ្ណាល័យ', ['បណ្ណាល័យ', 'ទៅ']],
    ['ຂ້ອຍໄປຫໍສະໝຸດ', ['ຫໍສະໝຸດ', 'ໄປ']],
    ['ကျွန်တော်စာကြည့်တိုက်ကိုသွားတယ်', ['စာကြည့်တိုက်', 'သွား']],
    ['학교에서 새책을 빌렸습니다', ['학교', '새책', '책을', '빌렸', '학교 책']],
    ['\u1112\u1161\u11a8\u1100\u116d 앞', ['학교', '학교 앞']],
    ['Old Nokiaの電話', ['nokia', '電話', 'Nokiaの電話', '電話 nokia']],
    ['סֵפֶר טוֹב של צה״ל', ['ספר', 'סֵפֶר', 'צה"ל', 'צהל']],
    ['مُدَرِّسَةٌ في المـــدرسة إلى ۱۲', ['مدرسه', 'مدرسة', 'المدرسة', 'الي', '12']],
    ['می‌خواهم کتاب', ['میخواهم', 'كتاب']],
    ['A photo\u00adgraph and a zero\u200bwidth', ['photograph', 'photo\u00adgraph', 'zerowidth']],
    ['The café’s hot-spot', ['hotspot', 'hot-spot', 'hot spot', 'spot', 'cafes', "cafe's", 'café’s']],
    ['A hotspot and a co\u2011op', ['hot-spot', 'coop', 'co-op']],
    ['You shouldn’t', ["shouldn't", 'shouldn’t', 'shouldnt']],
    ['Straße, Ærø, Łódź, İzmir, ὁδός', ['strasse', 'aero', 'lodz', 'izmir', 'ΟΔΟΣ']],
    ['**ana**logue and a full\\-time', ['analogue', 'fulltime', 'full-time']],
  ])('in %j every one of %j is found', (text, sought) => {
    for (const typed of sought) expect([typed, found_in(text, typed)]).toEqual([typed, true])
  })

  test.each([
    ['昨日、駅前の本屋で買った。', ['屋本', '前本', '"本屋 駅前"']],
    ['The hot spot', ['pots', '"spot hot"']],
    ['학교에서', ['교학']],
    ['か', ['が']],
  ])('in %j none of %j is found', (text, sought) => {
    for (const typed of sought) expect([typed, found_in(text, typed)]).toEqual([typed, false])
  })

  test('a text is found by each of its words and by each part of its runs', () => {
    const sign = fc.constantFrom(...'aéßøЖяתְךقةىア日ｱﾞがกำ가ᄀ\u1161\u0301\u00ad\u200b𠮷-’ ')
    fc.assert(
      fc.property(
        fc.array(sign, { minLength: 1, maxLength: 12 }).map((signs) => signs.join('')),
        (text) => {
          for (const typed of text.split(/\s+/)) {
            if (parseQuery(typed).length > 0) expect([text, typed, found_in(text, typed)]).toEqual([text, typed, true])
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})
