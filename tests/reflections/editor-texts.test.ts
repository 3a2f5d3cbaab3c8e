import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linkFromPaste } from '../../public/js/editor/link-from-paste.js'
import { movedPicture } from '../../public/js/editor/pictures/move-picture.js'
import { createHistory, type History, recordChange, redo, undo } from '../../public/js/editor/undo-history.js'

const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', 'é', '😀'), maxLength: 12 }), {
  maxLength: 40,
})
const written = (all: string[]) =>
  all.reduce<History>((history, text) => recordChange(history, text), createHistory(''))

describe('the history of a text', () => {
  test('undoing and redoing everything restores the text', () => {
    fc.assert(
      fc.property(texts, (all) => {
        const history = written(all)
        let back = history
        let steps = 0
        for (let one = undo(back); one; one = undo(back)) {
          back = one.history
          steps++
        }
        expect(back.text).toBe('')
        for (let step = 0; step < steps; step++) back = redo(back)!.history
        expect(back).toEqual(history)
        expect(redo(back)).toBeNull()
      }),
    )
  })

  test('the caret is always within the text', () => {
    fc.assert(
      fc.property(texts, (all) => {
        for (let one = undo(written(all)); one; one = undo(one.history)) {
          expect(one.at).toBeLessThanOrEqual(one.history.text.length)
        }
      }),
    )
  })

  test('a word is one step, and typing after an undo drops the undone steps', () => {
    const letters = Array.from('two words', (_, index) => 'two words'.slice(0, index + 1))
    const history = written(letters)
    expect(history.changes.length).toBe(2)
    const back = undo(history)!.history
    expect(back.text).toBe('two ')
    const other = recordChange(back, 'two days')
    expect(redo(other)).toBeNull()
    expect(undo(other)?.history.text).toBe('two ')
  })

  test('keeps the newest two hundred steps and a million characters at most', () => {
    const many = written(Array.from({ length: 500 }, (_, index) => `${index}\n`.repeat(3)))
    expect(many.changes.length).toBe(200)
    expect(undo(many)?.history.text).toBe('498\n'.repeat(3))
    const large = written(Array.from({ length: 30 }, (_, index) => String.fromCharCode(97 + index).repeat(40_000)))
    const letters = large.changes.reduce((sum, change) => sum + change.in.length + change.out.length, 0)
    expect(letters).toBeLessThanOrEqual(1_000_000)
    expect(large.changes.length).toBeGreaterThan(5)
  })
})

describe('an address pasted over words', () => {
  test.each([
    ['the map', 'https://example.org/map', '[the map](https://example.org/map)'],
    [' the map ', ' https://example.org/map\n', ' [the map](https://example.org/map) '],
    ['a [b]', 'https://example.org/', '[a \\[b\\]](https://example.org/)'],
    ['it', 'https://example.org/x_(y)', '[it](https://example.org/x_%28y%29)'],
  ])('%j and %j make a link', (words, pasted, link) => {
    expect(linkFromPaste(words, pasted)).toBe(link)
  })

  test.each([
    ['', 'https://example.org/'],
    ['the map', 'not an address'],
    ['the map', 'javascript:alert(1)'],
    ['the map', 'https://example.org/ and more'],
    ['https://example.org/old', 'https://example.org/new'],
    ['one\ntwo', 'https://example.org/'],
    ['[a link](https://example.org/)', 'https://example.org/'],
  ])('%j and %j are pasted as usual', (words, pasted) => {
    expect(linkFromPaste(words, pasted)).toBeNull()
  })
})

describe('moving a picture', () => {
  const picture = '![](/images/1)'
  const place = (text: string) => ({ from: text.indexOf(picture), to: text.indexOf(picture) + picture.length })
  const move = (text: string, by: -1 | 1) => movedPicture(text, place(text), by)

  test('past the paragraph before it and back again', () => {
    const text = `One.\nStill one.\n\nTwo.\n\n${picture}\n\nThree.`
    const up = move(text, -1)
    expect(up).toEqual({ text: `One.\nStill one.\n\n${picture}\n\nTwo.\n\nThree.`, before: 'Two.' })
    expect(move(up!.text, 1)?.text).toBe(text)
  })

  test('not past the beginning or the end', () => {
    expect(move(`${picture}\n\nOne.`, -1)).toBeNull()
    expect(move(`One.\n\n${picture}\n`, 1)).toBeNull()
  })

  test('out of the middle of a sentence, which stays whole', () => {
    expect(move(`One ${picture} two.`, -1)?.text).toBe(`${picture}\n\nOne two.`)
    expect(move(`One ${picture} two.`, 1)?.text).toBe(`One two.\n\n${picture}`)
  })

  test('never into code', () => {
    expect(move(`\`\`\`\na\n\nb\n\`\`\`\n\n${picture}`, -1)?.text).toBe(`${picture}\n\n\`\`\`\na\n\nb\n\`\`\``)
  })
})
