import type { ListField } from './choices.ts'
import { headingRank, meaningOf } from './headings.ts'
import { isAddress, MOST_ABOVE, type TableLine } from './read-table.ts'

/** What becomes of a column; empty for one that is left out. */
export type ColumnChoice = ListField | ''

const SEEN = 200
const NAME = /^[\p{L}\p{M}'’.-]+(?:[ ,]+[\p{L}\p{M}'’.-]+){1,5}$/u
const WORD = /^[\p{L}\p{M}'’-]{2,}$/u
/** An answer to a question that only mentions a field. */
const ANSWER = /^.{46}|[.!?…。！？]$/su

/** The line of the headings; 0 where there is none. */
export function guessHeading(lines: readonly TableLine[]): number {
  const first = lines.findIndex(({ cells }) => cells.some(isAddress))
  const above = lines.slice(0, first < 0 ? MOST_ABOVE : Math.min(first, MOST_ABOVE))
  const known = above.map(({ line, cells }) => {
    const meanings = cells.map((cell) => (cell === '' ? null : meaningOf(cell)))
    return {
      line,
      known: meanings.filter((one) => one?.field).length,
      sure: meanings.some((one) => one?.certainty === 3),
    }
  })
  // titles may hold an address as well
  const behind = lines.slice(0, MOST_ABOVE).find(({ cells }) => !cells.some(isAddress) && cells.some(namesEmail))
  const best = known.reduce((most, one) => (one.known > most.known ? one : most), { line: 0, known: 0, sure: false })
  if (best.known > 1 || best.sure) return best.line
  if (behind) return behind.line
  // unknown headings; a line between them and the first address may be of somebody without one
  if (first < 0 || first > MOST_ABOVE) return 0
  return above.find(({ cells }) => cells.filter(Boolean).length > 1)?.line ?? above[0]?.line ?? 0
}

function namesEmail(cell: string): boolean {
  const meaning = meaningOf(cell)
  return meaning?.field === 'email' && meaning.certainty === 3
}

/** A guess for each column, by its heading and by what stands below it. */
export function guessColumns(headings: readonly string[], lines: readonly TableLine[], count: number): ColumnChoice[] {
  const columns = Array.from({ length: count }, (_, index) => {
    const heading = headings[index] ?? ''
    const cells = lines.slice(0, SEEN).flatMap(({ cells }) => cells[index] || [])
    return {
      index,
      heading,
      cells,
      meaning: heading === '' ? null : meaningOf(heading),
      filled: share(cells, isAddress),
      answers: share(cells, (cell) => ANSWER.test(cell)),
    }
  })
  const guesses: ColumnChoice[] = Array.from({ length: count }, () => '')
  const set = (index: number | undefined, field: ColumnChoice) => {
    if (index !== undefined) guesses[index] = field
  }
  const said = (field: ListField) => {
    const these = columns.filter(({ meaning }) => meaning?.field === field)
    const best = these.reduce((most, { meaning }) => Math.max(most, meaning?.certainty ?? 0), 0)
    return these
      .filter(({ meaning }) => meaning?.certainty === best)
      .sort((a, b) => headingRank(a.heading) - headingRank(b.heading) || b.cells.length - a.cells.length)
  }
  const emails = said('email').filter(
    ({ meaning, cells, filled }) =>
      meaning?.certainty === 3 || filled > 0.3 || (meaning?.certainty === 2 && cells.length === 0),
  )
  const addresses = columns.filter(({ filled, meaning }) => filled > 0.5 && meaning?.field !== null)
  for (const { index } of emails.some(({ filled }) => filled > 0) || addresses.length === 0
    ? emails
    : addresses.slice(0, 1))
    set(index, 'email')
  const free = (field: ListField) =>
    said(field).filter(
      ({ index, filled, answers, meaning }) =>
        guesses[index] === '' && filled < 0.5 && (meaning?.certainty === 3 || answers < 0.3),
    )
  const [first, last] = [free('first_name')[0], free('last_name')[0]]
  set(first?.index, 'first_name')
  set(last?.index, 'last_name')
  const name = free('name')[0]
  const other = first ?? last
  const holds =
    name && other
      ? share(name.cells, (cell) => other.cells.some((word) => cell.includes(word) && cell !== word)) > 0.5
      : true
  // "Nom; Prénom", "Nombre; Apellidos": the word for a name means the other half
  if (name && !(first && last)) set(name.index, other && !holds ? (first ? 'last_name' : 'first_name') : 'name')
  set(free('workplace').find(({ cells }) => cells.length > 0)?.index ?? free('workplace')[0]?.index, 'workplace')
  set(free('pod')[0]?.index, 'pod')
  if (guesses.every((field) => !['name', 'first_name', 'last_name'].includes(field))) guessNames()
  return guesses

  function guessNames(): void {
    const unknown = columns.filter(
      ({ index, meaning, cells }) => guesses[index] === '' && meaning === null && cells.length > 0,
    )
    const full = unknown.find(({ cells }) => share(cells, (cell) => NAME.test(cell)) > 0.7 && distinct(cells) > 0.7)
    if (full) return set(full.index, 'name')
    if (headings.length > 0) return
    const [one, two] = unknown.filter(
      ({ cells }) => share(cells, (cell) => WORD.test(cell)) > 0.7 && distinct(cells) > 0.5,
    )
    set(one?.index, two ? 'first_name' : 'name')
    set(two?.index, 'last_name')
  }
}

function share(cells: readonly string[], test: (cell: string) => boolean): number {
  return cells.length === 0 ? 0 : cells.filter(test).length / cells.length
}

function distinct(cells: readonly string[]): number {
  return new Set(cells).size / Math.max(1, cells.length)
}
