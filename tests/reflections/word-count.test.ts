import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wordCount } from '../../public/js/text/word-count.js'
import { countWords } from '../../server/reflections/markdown/word-count.ts'

test.each([
  ['', 0],
  ['  Two\n\twords ', 2],
  ['one \u200b \u2800 two', 2],
  ['地図のアプリを図書館で試しました', 8],
  ['我在图书馆试了地图应用', 6],
  ['ผมลองใช้แผนที่ในห้องสมุด', 5],
  ['지도 앱을 도서관에서', 3],
  ['An app called 地図', 4],
])('%j has %i words', (text, words) => {
  expect(countWords(text)).toBe(words)
})

test('the editor counts as the server does', () => {
  const piece = fc.constantFrom('word', ' ', '\n', '地', 'の', 'ー', 'ข', 'ั', '한', '\u200b', '\u3164', 'é', '.', '🙂')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('')
      expect(wordCount(text)).toBe(countWords(text))
    }),
  )
})
