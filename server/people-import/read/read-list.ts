import { cleanLine, shortened } from '../../web/text/clean-text.ts'
import { type ListEncoding, type ListRefusal, MOST_ROWS, refusal } from './choices.ts'
import type { EncodingGuess } from './encodings.ts'
import { type ColumnChoice, guessColumns, guessHeading } from './guess-columns.ts'
import { type ListRow, rowsOf } from './read-rows.ts'
import { MOST_ABOVE, readTable, type Table } from './read-table.ts'
import { repairedText } from './repair-text.ts'

/** What somebody chose about how a list is read; what is left out is guessed. */
export interface ListChoices {
  encoding?: ListEncoding | undefined
  sheet?: number | undefined
  /** The line of the headings; 0 for none. */
  heading?: number | undefined
  /** By column; null for a guess. */
  columns?: (ColumnChoice | null)[] | undefined
  /** Repairs letters that were read in a wrong encoding before. */
  repair?: boolean | undefined
}

/** A column of a list, and what it is taken for. */
interface ListColumn {
  /** '' without headings. */
  heading: string
  /** The first texts in it. */
  samples: string[]
  field: ColumnChoice
  /** Whether somebody chose it. */
  chosen: boolean
}

/** How a list was read. */
export interface ListReading {
  columns: ListColumn[]
  /** Null for a spreadsheet's own file. */
  encoding: EncodingGuess | null
  sheets: Table['sheets']
  sheet: number
  /** The line of the headings; 0 for none. */
  heading: number
  /** The lines that could be headings. */
  heading_lines: { line: number; text: string }[]
  repair: boolean
  /** Some texts with wrong letters, and what they become where they are repaired. */
  garbled: { before: string; after: string }[]
  /** What has to be chosen before anybody is brought in. */
  needs: 'email' | 'encoding' | null
}

/** What was read of a list, or why it cannot be. */
export type ParsedList = { ok: true; rows: ListRow[]; reading: ListReading } | ListRefusal

const SAMPLES = 3
const LONGEST_SHOWN = 80
const MOST_GARBLED = 3

/** Reads a list of people. Nothing of it is done. Call it in a worker thread. */
export async function readList(bytes: Buffer, choices: ListChoices = {}): Promise<ParsedList> {
  const table = await readTable(bytes, choices)
  if (!table.ok) return table
  const { encoding, sheets, sheet } = table
  const repair = choices.repair ?? true
  const garbled = garbledTexts(table.lines)
  const lines =
    repair && garbled.length > 0
      ? table.lines.map(({ line, cells }) => ({ line, cells: cells.map(repairedText) }))
      : table.lines
  const heading = choices.heading ?? guessHeading(lines)
  const headings = lines.find(({ line }) => line === heading)?.cells ?? []
  const people = lines.filter(({ line }) => line > heading)
  if (people.length === 0) return refusal('nobody')
  if (people.length > MOST_ROWS) return refusal('too_many', { count: MOST_ROWS })
  const width = lines.reduce((most, { cells }) => Math.max(most, cells.length), 0)
  const columns = guessColumns(headings, people, width).map((guess, index): ListColumn => {
    const chosen = choices.columns?.[index] ?? null
    const cells = people.flatMap(({ cells }) => shown(cells[index] ?? '') || [])
    return {
      heading: shown(headings[index] ?? ''),
      samples: [...new Set(cells.slice(0, 50))].slice(0, SAMPLES),
      field: chosen ?? guess,
      chosen: chosen !== null,
    }
  })
  const fields = columns.map(({ field }) => field)
  const has_email = fields.includes('email')
  const asks_encoding = encoding !== null && !encoding.sure && choices.encoding === undefined
  return {
    ok: true,
    rows: has_email ? rowsOf(people, fields, headings) : [],
    reading: {
      columns,
      encoding,
      sheets,
      sheet,
      heading,
      heading_lines: lines
        .slice(0, MOST_ABOVE / 2)
        .map(({ line, cells }) => ({ line, text: shown(cells.filter(Boolean).join(', ')) })),
      repair,
      garbled,
      needs: has_email ? (asks_encoding ? 'encoding' : null) : 'email',
    },
  }
}

/** The first texts with wrong letters, as they are shown. */
function garbledTexts(lines: Table['lines']): ListReading['garbled'] {
  const found = new Map<string, string>()
  for (const before of lines.flatMap(({ cells }) => cells)) {
    const after = repairedText(before)
    if (after !== before) found.set(shown(before), shown(after))
    if (found.size === MOST_GARBLED) break
  }
  return Array.from(found, ([before, after]) => ({ before, after }))
}

function shown(text: string): string {
  const line = cleanLine(text)
  return line.length > LONGEST_SHOWN ? `${shortened(line, LONGEST_SHOWN - 1)}…` : line
}
