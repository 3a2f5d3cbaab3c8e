import type { CourseProblem } from './course-problem.ts'

/** An entry of a ZIP: its name in the central directory and in the local header, and its byte range. */
export interface EntryLocation {
  name: string
  local: string | null
  from: number
  to: number
}

const LONGEST = 200

/** What is wrong with the name of an entry, or null. */
export function nameProblem(name: string): string | null {
  if (name === '' || name.length > LONGEST)
    return `this name is empty or longer than ${LONGEST} signs; expected a shorter one`
  if (/\p{C}/u.test(name)) return 'a control sign stands in this name; expected none'
  if (name.includes('\\')) return 'a backslash stands in this name; expected "/" between folders'
  if (name.startsWith('/') || /^[a-z]:/i.test(name))
    return 'this name begins at the root of a disk; expected one within the folder'
  const parts = name.replace(/\/$/, '').split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    return 'this name leads out of the folder or nowhere; expected one within it'
  return null
}

/** Entries with equal names (also for file systems that ignore case), overlapping bytes, or two names. */
export function placeProblems(places: readonly EntryLocation[]): CourseProblem[] {
  const problem = ({ name }: EntryLocation, expected: string) => ({ file: name, line: 1, expected })
  const seen = new Set<string>()
  const twice = places.filter(({ name }) => {
    const folded = name.normalize('NFC').toLowerCase().replace(/\/$/, '')
    return seen.size === seen.add(folded).size
  })
  const inOrder = places.toSorted((one, other) => one.from - other.from)
  const overlapping = inOrder.filter((place, index) => place.from < (inOrder[index - 1]?.to ?? 0))
  return [
    ...twice.map((place) => problem(place, 'this name is there twice; expected each once')),
    ...overlapping.map((place) => problem(place, 'this file shares bytes with another; expected its own')),
    ...places
      .filter(({ name, local }) => name !== local)
      .map((place) => problem(place, 'this file has two names in the ZIP; expected one')),
  ]
}
