import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { parseAddresses } from '../../invitations/parse-addresses.ts'
import { withoutApostrophe } from '../../web/files/csv.ts'
import { FileRefused } from '../../web/files/file-refused.ts'
import { rowsOfSheet, type Sheet, sheetsOf } from '../../web/files/xlsx-reader.ts'
import { checkZip } from '../../web/files/zip-guard.ts'
import { type ListEncoding, type ListRefusal, MOST_COLUMNS, MOST_ROWS, refusal } from './choices.ts'
import { decodeAs, type EncodingGuess, guessEncoding } from './encodings.ts'
import { kindOf, zipKind } from './file-kind.ts'
import { meaningOf } from './headings.ts'

/** Titles and empty lines above the headings. */
export const MOST_ABOVE = 10
const LONGEST_LINE = 50_000
const LONGEST_CELL = 2000
const PIECE = 16_384
const MOST_SHEETS = 10
/** Lines by which it is found what a text is. */
const LOOKED_AT = 30
const XLSX_LIMITS = { entries: 500, each: 30_000_000, total: 60_000_000 }

/** A line of the list, with the number by which its program shows it. */
export interface TableLine {
  line: number
  cells: string[]
}

/** A list before anybody knows what its columns are. */
export interface Table {
  ok: true
  lines: TableLine[]
  /** Null for a spreadsheet's own file, which says its encoding. */
  encoding: EncodingGuess | null
  /** The sheets that hold anything; one at least for a spreadsheet's own file. */
  sheets: { index: number; name: string; rows: number }[]
  sheet: number
}

/** Reads the lines of a list, as spreadsheets write it. Call it in a worker thread. */
export async function readTable(
  bytes: Buffer,
  chosen: { encoding?: ListEncoding | undefined; sheet?: number | undefined },
): Promise<Table | ListRefusal> {
  const kind = kindOf(bytes)
  if (kind === 'zip') return await readSpreadsheet(bytes, chosen.sheet)
  if (kind !== 'text') return refusal(kind)
  const guess = guessEncoding(bytes)
  const encoding = { ...guess, encoding: chosen.encoding ?? guess.encoding }
  const text = decodeAs(bytes, encoding.encoding)
  if (text.includes('\0')) return refusal('no_text')
  if (text.trim() === '') return refusal('empty')
  const lines = addressLines(text) ?? (await linesOf(text))
  return Array.isArray(lines) ? checked({ ok: true, lines, encoding, sheets: [], sheet: 0 }) : lines
}

function checked(table: Table): Table | ListRefusal {
  if (table.lines.length > MOST_ROWS + MOST_ABOVE) return refusal('too_many', { count: MOST_ROWS })
  return table.lines.length === 0 ? refusal('nobody') : table
}

async function readSpreadsheet(bytes: Buffer, chosen: number | undefined): Promise<Table | ListRefusal> {
  try {
    const kind = zipKind(await checkZip(bytes, XLSX_LIMITS))
    if (kind !== 'xlsx') return refusal(kind)
    const limits = { rows: MOST_ROWS + MOST_ABOVE + 1, columns: MOST_COLUMNS }
    const found: { sheet: Sheet; lines: TableLine[]; people: number }[] = []
    for (const sheet of (await sheetsOf(bytes))
      .sort((a, b) => Number(a.hidden) - Number(b.hidden))
      .slice(0, MOST_SHEETS)) {
      const lines = (await rowsOfSheet(bytes, sheet.index, limits)).map(cleaned)
      if (lines.length > 0)
        found.push({ sheet, lines, people: lines.filter(({ cells }) => cells.some(isAddress)).length })
    }
    const sheets = found.map(({ sheet, lines }) => ({ index: sheet.index, name: sheet.name, rows: lines.length }))
    const one = found.find(({ sheet }) => sheet.index === chosen) ?? found.find(({ people }) => people > 0) ?? found[0]
    if (!one) return refusal('nobody')
    return checked({ ok: true, lines: one.lines, encoding: null, sheets, sheet: one.sheet.index })
  } catch (error) {
    if (error instanceof FileRefused) return refusal(error.reason)
    throw error
  }
}

export function isAddress(cell: string): boolean {
  return /[^\s@]@[^\s@]+\.[^\s@]/u.test(cell)
}

async function linesOf(text: string): Promise<TableLine[] | ListRefusal> {
  // Excel may name the delimiter in a first line
  const [said = '', named] = /^sep=(.)?[^\r\n]*(?:\r\n?|\n)/i.exec(text) ?? []
  const body = text.slice(said.length)
  const skipped = said ? 1 : 0
  const delimiter = DELIMITERS.find((one) => one === named) ?? delimiterOf(body)
  const lines: TableLine[] = []
  let last = skipped
  const parser = Readable.from(chunksOf(body)).pipe(
    parse({
      delimiter,
      // its number goes before it; the last one is known here, however many wait to be read
      on_record: (record: string[], { lines }) => {
        last = lines + skipped
        return [String(last), ...record.slice(0, MOST_COLUMNS)]
      },
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: LONGEST_LINE,
    }),
  )
  try {
    for await (const [line, ...cells] of parser as AsyncIterable<string[]>) {
      if (cells.every((cell) => cell.trim() === '')) continue
      lines.push(cleaned({ line: Number(line), cells }))
      if (lines.length > MOST_ROWS + MOST_ABOVE) break
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return refusal('broken_quotes', { line: last + 1 })
  }
  return lines
}

/**
 * The people of lines that are no table: addresses one after another, or as mail programs write them with names. Each is
 * numbered like a line.
 */
function addressLines(text: string): TableLine[] | null {
  const lines = text.split(/\r\n?|\n/u).filter((typed) => typed.trim() !== '')
  const listed = lines.slice(0, LOOKED_AT).map((typed) => ({ typed, ...parseAddresses(typed) }))
  const are_addresses = listed.every(
    ({ typed, good, broken }) =>
      good.length > 0 &&
      broken.length === 0 &&
      !typed.includes('\t') &&
      // a name in a column of its own makes a table
      (typed.includes('<') || good.every(({ name }) => name === '')),
  )
  if (!are_addresses || listed.every(({ typed, good }) => good.length === 1 && !typed.includes('<'))) return null
  const texts = lines
    .map(parseAddresses)
    .flatMap(({ good, broken }) => [
      ...good.map(({ name, email }) => (name ? `${name} <${email}>` : email)),
      ...broken.map(({ typed }) => typed),
    ])
  return texts.map((text, at) => cleaned({ line: at + 1, cells: [text] }))
}

function* chunksOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += PIECE) yield text.slice(at, at + PIECE)
}

/** A text that a program keeps from being taken for a number: ="0123". */
const FORMULA_TEXT = /^="((?:[^"]|"")*)"$/

function cleaned({ line, cells }: TableLine): TableLine {
  return {
    line,
    cells: cells.map((typed) => {
      const cell = typed.slice(0, LONGEST_CELL).trim()
      return FORMULA_TEXT.test(cell) ? cell.slice(2, -1).replaceAll('""', '"') : withoutApostrophe(cell)
    }),
  }
}

const DELIMITERS = [',', ';', '\t', '|'] as const
type Delimiter = (typeof DELIMITERS)[number]
/** The one that divides the first lines into most columns, the same number in each; known headings count most. */
function delimiterOf(body: string): Delimiter {
  const lines = body
    .slice(0, PIECE)
    .split(/\r\n?|\n/u)
    .filter((line) => line.trim() !== '')
    .slice(0, LOOKED_AT)
  const score = (delimiter: Delimiter) => {
    const rows = lines.map((line) => cellsOf(line, delimiter))
    const known = rows.slice(0, MOST_ABOVE).reduce((most, cells) => {
      return Math.max(most, cells.filter((cell) => meaningOf(cell)?.certainty === 3).length)
    }, 0)
    const counts = rows.map((cells) => cells.length)
    const usual = counts.toSorted((a, b) => a - b)[Math.floor(counts.length / 2)] ?? 1
    const same = counts.filter((count) => count === usual).length / Math.max(1, counts.length)
    return known * 10 + (usual > 1 ? same * 5 + Math.min(usual, 20) / 10 : 0)
  }
  return DELIMITERS.reduce<Delimiter>((best, one) => (score(one) > score(best) ? one : best), ',')
}

function cellsOf(line: string, delimiter: Delimiter): string[] {
  const cells = ['']
  let quoted = false
  for (const sign of line) {
    if (sign === '"') quoted = !quoted
    else if (sign === delimiter && !quoted) cells.push('')
    else cells[cells.length - 1] += sign
  }
  return cells
}
