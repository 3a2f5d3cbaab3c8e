import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { readEmailAddress } from '../../web/text/email-address.ts'
import { meaningOf } from './headings.ts'

/** A line of a table, with its number in the file. */
export interface TableLine {
  line: number
  cells: string[]
}

/** Thrown where a list cannot be read; the words are importing.refused.<reason>. */
export class UnreadableList extends Error {
  override name = 'UnreadableList'
  readonly reason: string
  readonly values: Record<string, string | number>

  constructor(reason: string, values: Record<string, string | number> = {}) {
    super(`The list cannot be read: ${reason}`)
    this.reason = reason
    this.values = values
  }
}

/** More people than any cohort has been brought in at once. */
export const MOST_ROWS = 5000
export const MOST_COLUMNS = 60
const DELIMITERS = [',', ';', '\t', '|'] as const
const LONGEST_LINE = 20_000
const PIECE = 16_384
/** Lines by which the delimiter is found. */
const LOOKED_AT = 20
/** Our own files put an apostrophe before what a spreadsheet could take for a formula. */
const FORMULA_APOSTROPHE = /^'(?='*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])/
/** A text that must not become a number, as some programs write it. */
const FORMULA_TEXT = /^="([^"]*)"$/

/**
 * The lines of a list with commas, semicolons, tabs or bars, as spreadsheets write it, a piece at a time.
 * @throws UnreadableList
 */
export async function parseTable(text: string): Promise<TableLine[]> {
  // Excel may name the delimiter in a first line
  const said = /^sep=([^\r\n]?)[^\r\n]*\r?\n/i.exec(text)
  const body = text.slice(said?.[0].length ?? 0)
  const skipped = said ? 1 : 0
  const delimiter = DELIMITERS.find((one) => one === said?.[1]) ?? delimiterOf(body)
  const table: TableLine[] = []
  let last = skipped
  const parser = Readable.from(chunksOf(body)).pipe(
    parse({
      delimiter,
      // its number goes before it; the last one is known here, however many wait to be read
      on_record: (record: string[], { lines }) => {
        last = lines + skipped
        return [String(last), ...record]
      },
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: LONGEST_LINE,
    }),
  )
  try {
    for await (const [line, ...record] of parser as AsyncIterable<string[]>) {
      const cells = record.slice(0, MOST_COLUMNS).map(plainCell)
      if (cells.every((cell) => cell === '')) continue
      // one more for the headings
      if (table.length > MOST_ROWS) throw new UnreadableList('too_many', { count: MOST_ROWS })
      table.push({ line: Number(line), cells })
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new UnreadableList('broken_quotes', { line: last + 1 })
  }
  return table
}

function* chunksOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += PIECE) yield text.slice(at, at + PIECE)
}

/** A cell as its writer sees it. */
function plainCell(typed: string): string {
  return typed.trim().replace(FORMULA_TEXT, '$1').replace(FORMULA_APOSTROPHE, '')
}

/** The delimiter by which most headings and addresses stand alone in their cell, else the one that comes most often. */
function delimiterOf(text: string): (typeof DELIMITERS)[number] {
  const lines = text
    .trimStart()
    .slice(0, LONGEST_LINE)
    .split(/\r\n|\r|\n/, LOOKED_AT)
  const score = (delimiter: string) => {
    const rows = lines.map((line) => line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')))
    const headings = rows[0]?.filter((cell) => meaningOf(cell)?.certainty === 3).length ?? 0
    const addresses = rows.filter((cells) => cells.some((cell) => /^\S+@\S+$/u.test(cell) && readEmailAddress(cell)))
    return (headings + addresses.length) * 1000 + (rows[0]?.length ?? 0)
  }
  return DELIMITERS.reduce((best, one) => (score(one) > score(best) ? one : best))
}
