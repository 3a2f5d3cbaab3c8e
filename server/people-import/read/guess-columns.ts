import { readEmailAddress } from '../../web/text/email-address.ts'
import { headingRank, type ListField, meaningOf } from './headings.ts'
import type { TableLine } from './parse-table.ts'

/** A column of a list, and what it is taken for. */
export interface ListColumn {
  /** As the first line names it; '' without headings. */
  heading: string
  /** The first texts in it. */
  samples: string[]
  /** Null for one that is left out. */
  field: ListField | null
}

/** Lines by which columns are judged, and how many of their texts are shown. */
const LOOKED_AT = 200
const SAMPLES = 3
const LONGEST_SAMPLE = 60
/** Share of the texts in a column that have to look like what it is. */
const MOSTLY = 0.5
/** Two to five words of letters, the first one with a capital where its script has them. */
const PERSON_NAME = /^(?:\p{Lu}|\p{Lo})[\p{L}\p{M}'’.-]*,?(?: [\p{L}\p{M}'’.-]+,?){1,4}$/u

/** Whether the first line names the columns: it has no address in it. */
export function hasHeadings(table: readonly TableLine[]): boolean {
  const [first] = table
  return first !== undefined && !first.cells.some((cell) => cell.includes('@') && readEmailAddress(cell) !== null)
}

/** The columns with a guess each, by their headings and by what stands in them. */
export function guessColumns(table: readonly TableLine[], headings: boolean): ListColumn[] {
  const lines = (headings ? table.slice(1) : table).slice(0, LOOKED_AT)
  const width = table.slice(0, LOOKED_AT + 1).reduce((most, { cells }) => Math.max(most, cells.length), 0)
  const columns = Array.from({ length: width }, (_, at) => {
    const heading = headings ? (table[0]?.cells[at] ?? '') : ''
    const texts = lines.map(({ cells }) => cells[at] ?? '').filter((text) => text !== '')
    const share = (fits: (text: string) => boolean) =>
      texts.length === 0 ? 0 : texts.filter(fits).length / texts.length
    return {
      at,
      heading,
      texts,
      meaning: heading === '' ? null : meaningOf(heading),
      addresses: share((text) => text.includes('@') && readEmailAddress(text) !== null),
      names: share((text) => PERSON_NAME.test(text)),
    }
  })
  const fields: (ListField | null)[] = columns.map(() => null)
  const free = (at: number) => fields[at] === null

  for (const { at, meaning, addresses, texts } of columns) {
    const named = meaning?.field === 'email' && meaning.certainty > 1
    // a heading is believed unless nothing in the column is an address
    if (addresses > MOSTLY || (named && (addresses > 0 || texts.length === 0))) fields[at] = 'email'
  }
  if (!fields.includes('email')) {
    const named = columns.find(({ meaning }) => meaning?.field === 'email')
    if (named) fields[named.at] = 'email'
  }
  for (const field of ['name', 'first_name', 'last_name', 'workplace', 'pod'] as const) {
    const named = columns
      .filter(({ at, meaning }) => free(at) && meaning?.field === field)
      .toSorted((one, other) => rankOf(one) - rankOf(other))
    const filled = named.find(({ texts }) => texts.length > 0) ?? named[0]
    if (filled) fields[filled.at] = field
  }
  joinNameColumns(fields)
  if (!fields.some((field) => field === 'name' || field === 'first_name' || field === 'last_name')) {
    const unknown = columns.filter(({ at, meaning, names }) => free(at) && meaning === null && names > MOSTLY)
    const likeliest = unknown.toSorted((one, other) => other.names - one.names)[0]
    if (likeliest) fields[likeliest.at] = 'name'
  }
  return columns.map(({ at, heading, texts }) => ({
    heading: heading.slice(0, LONGEST_SAMPLE),
    samples: texts.slice(0, SAMPLES).map((text) => text.slice(0, LONGEST_SAMPLE)),
    field: fields[at] ?? null,
  }))
}

function rankOf({ heading, meaning }: { heading: string; meaning: { certainty: number } | null }): number {
  return (3 - (meaning?.certainty ?? 0)) * 10_000 + headingRank(heading)
}

/** "Nom" and "Prénom": beside a column of first names the one of names has the last ones, and the other way round. */
function joinNameColumns(fields: (ListField | null)[]): void {
  const name = fields.indexOf('name')
  if (name < 0) return
  const [first, last] = [fields.indexOf('first_name'), fields.indexOf('last_name')]
  if (first >= 0 && last >= 0) {
    fields[first] = null
    fields[last] = null
  } else if (first >= 0) fields[name] = 'last_name'
  else if (last >= 0) fields[name] = 'first_name'
}
