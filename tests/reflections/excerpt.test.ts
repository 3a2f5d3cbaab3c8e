import fc from 'fast-check'
import { expect, test } from 'vitest'
import { excerptBelowTitle } from '../../server/reflections/markdown/excerpt.ts'
import { plainText } from '../../server/reflections/markdown/markdown.ts'

test('a title chosen by the author leaves the excerpt unchanged', () => {
  expect(excerptBelowTitle('Three books, one ghost', 'I asked for three books.')).toBe('I asked for three books.')
  expect(excerptBelowTitle('I asked', 'I asked for three books.')).toBe('I asked for three books.')
  expect(excerptBelowTitle('And then…', 'I asked for three books.')).toBe('I asked for three books.')
  expect(excerptBelowTitle('…', 'I asked for three books.')).toBe('I asked for three books.')
})

test('the excerpt continues after a title that was made from the text', () => {
  expect(excerptBelowTitle('The mayor has a dog…', 'The mayor has a dog. It votes…')).toBe('…It votes…')
  expect(excerptBelowTitle('They typed “It is good…', 'They typed “It is good at being a pirate.”')).toBe(
    '…at being a pirate.”',
  )
})

test('a text that fits into its title has no excerpt', () => {
  expect(excerptBelowTitle('It works.', 'It works.')).toBe('')
})

test('a generated title and its excerpt repeat and omit no word', () => {
  const word = fc.stringMatching(/^[a-z]{1,12}[,.]?$/)
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), (words) => {
      const text = words.join(' ')
      const [title, excerpt] = [plainText(text, 70), plainText(text, 220)]
      const letters = (said: string) => said.replaceAll(/[^a-z]/g, '')
      expect(letters(title + excerptBelowTitle(title, excerpt))).toBe(letters(excerpt))
    }),
  )
})
