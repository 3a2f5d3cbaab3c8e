import { expect, test } from 'vitest'
import { createSaveStatus, type SaveState } from '../../public/js/editor/save-status.js'

/** The states that are put in words, with `!` where they are announced. */
function told(start: SaveState, ...states: SaveState[]): string[] {
  const statusOf = createSaveStatus(start)
  return states.flatMap((state) => {
    const { shown, announced } = statusOf(state)
    return shown ? [`${state}${announced ? '!' : ''}`] : []
  })
}

test('a new text is said to be saved once, however often it is saved', () => {
  expect(told('untouched', 'saving', 'saving', 'saved', 'saving', 'saved', 'saving', 'saved')).toEqual([
    'saving',
    'saved!',
    'saved',
    'saved',
  ])
})

test('saving a draft that was saved before is not announced', () => {
  expect(told('saved', 'saving', 'saved', 'saving', 'saved')).toEqual(['saved', 'saved'])
})

test('trouble is announced when it begins, changes and ends, and stays in words until the text is saved', () => {
  const states: SaveState[] = [
    'saving',
    'offline',
    'saving',
    'offline',
    'saving',
    'signed_out',
    'saving',
    'saved',
    'saving',
    'saved',
  ]
  expect(told('saved', ...states)).toEqual(['offline!', 'offline', 'signed_out!', 'saved!', 'saved'])
})

test('a text that was typed and taken back says nothing', () => {
  expect(told('untouched', 'saving', 'untouched')).toEqual(['saving', 'untouched'])
})
