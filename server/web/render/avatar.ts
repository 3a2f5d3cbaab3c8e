import { memoize } from '../text/memoize.ts'
import { HUES, type Hue } from './hues.ts'

/** The initials (first letters of the first and last word) and the hue that stand for a person. */
export function avatarOf(person: { id: number; name: string }): { initials: string; hue: Hue } {
  return { initials: initialsOf(person.name), hue: HUES[person.id % HUES.length] ?? 'teal' }
}

const initialsOf = memoize(5000, (name) => {
  const words = name.split(/[\s-]+/u).filter(Boolean)
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return ends
    .map((word) => Array.from(word ?? '')[0] ?? '')
    .join('')
    .toUpperCase()
})
