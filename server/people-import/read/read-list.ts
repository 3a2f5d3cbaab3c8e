import { line } from '../../web/http/forms.ts'
import { readEmailAddress } from '../../web/text/email-address.ts'
import { joinNames, withFirstNameFirst } from '../../web/text/person-names.ts'
import { decodeList, ENCODINGS } from './decode-list.ts'
import { guessColumns, hasHeadings, type ListColumn } from './guess-columns.ts'
import type { ListField } from './headings.ts'
import { MOST_ROWS, parseTable, type TableLine, UnreadableList } from './parse-table.ts'
import { readSpreadsheet, type SpreadsheetTable } from './read-spreadsheet.ts'

/** A line of the list. Where there is a problem the address is what was typed. */
export interface ListRow {
  line: number
  email: string
  name: string
  workplace: string
  pod: string
  /** The key of the words that say what is the matter, with a number behind a space where they need one. */
  problem: string | null
}

/** What somebody chose about how a list is read; what is left out is guessed. */
export interface ListChoices {
  encoding?: string
  sheet?: number
  headings?: boolean
  /** By column. */
  fields?: (ListField | null)[]
}

/** How a list was read. */
export interface ListReading {
  columns: ListColumn[]
  /** Whether the first line names the columns. */
  headings: boolean
  /** Null for a spreadsheet. */
  encoding: string | null
  encodings: string[]
  /** The sheets of a spreadsheet, and the index of the one that was read. */
  sheets: string[]
  sheet: number
  /** What has to be chosen before anybody is brought in. */
  needs: 'email' | 'encoding' | null
}

/** What was read of a list, or why it cannot be. */
export type ParsedList =
  | { ok: true; rows: ListRow[]; reading: ListReading }
  | { ok: false; problem: string; values: Record<string, string | number> }

const LONGEST = { name: 120, workplace: 120, pod: 80 }
const TEXTS = {
  name: line({ min: 0, max: LONGEST.name }),
  workplace: line({ min: 0, max: LONGEST.workplace }),
  pod: line({ min: 0, max: LONGEST.pod }),
}

/** Reads a list of people. Nothing of it is done. */
export async function readList(source: Uint8Array, choices: ListChoices = {}): Promise<ParsedList> {
  try {
    const { table, encoding, certain, sheets, sheet } = await tableOf(source, choices)
    if (table.length === 0) throw new UnreadableList('empty')
    const headings = choices.headings ?? hasHeadings(table)
    const columns = guessColumns(table, headings).map((column, at) => ({
      ...column,
      field: choices.fields ? (choices.fields[at] ?? null) : column.field,
    }))
    const lines = headings ? table.slice(1) : table
    if (lines.length === 0) throw new UnreadableList('nobody')
    if (lines.length > MOST_ROWS) throw new UnreadableList('too_many', { count: MOST_ROWS })
    const has_email = columns.some(({ field }) => field === 'email')
    const seen = new Map<string, number>()
    const rows = has_email ? lines.map((one) => withRepeatProblem(rowOf(columns, one), seen)) : []
    const needs = has_email ? (certain ? null : 'encoding') : 'email'
    const encodings = encoding === null ? [] : ENCODINGS
    return { ok: true, rows, reading: { columns, headings, encoding, encodings, sheets, sheet, needs } }
  } catch (error) {
    if (!(error instanceof UnreadableList)) throw error
    return { ok: false, problem: error.reason, values: error.values }
  }
}

async function tableOf(
  source: Uint8Array,
  { encoding, sheet }: ListChoices,
): Promise<SpreadsheetTable & { encoding: string | null; certain: boolean }> {
  const spreadsheet = await readSpreadsheet(Buffer.from(source), sheet)
  if (spreadsheet) return { ...spreadsheet, encoding: null, certain: true }
  const list = decodeList(source, encoding)
  if (list === null) throw new UnreadableList('no_text')
  return { table: await parseTable(list.text), encoding: list.encoding, certain: list.certain, sheets: [], sheet: 0 }
}

function rowOf(columns: readonly ListColumn[], { line: number, cells }: TableLine): ListRow {
  const all = (field: ListField) => columns.flatMap((column, at) => (column.field === field ? [cells[at] ?? ''] : []))
  const cell = (field: ListField) => all(field).find((text) => text !== '') ?? ''
  const name = cell('name') ? withFirstNameFirst(cell('name')) : joinNames(cell('first_name'), cell('last_name'))
  // of several addresses the first one that is one
  const typed = all('email').find((text) => readEmailAddress(text) !== null) ?? cell('email')
  const address = readEmailAddress(typed)
  const texts = { name, workplace: cell('workplace'), pod: cell('pod') }
  const read = (['name', 'workplace', 'pod'] as const).map((field) => {
    const value = texts[field]
    return { field, value, kept: TEXTS[field].safeParse(value).data }
  })
  const wrong = read.find(({ kept }) => kept === undefined)
  const kept = (field: string) => read.find((one) => one.field === field)?.kept ?? ''
  const problem = address === null ? problemOfAddress(typed) : wrong ? `${wrong.field}_long` : null
  return {
    line: number,
    email: address ?? printable(typed),
    name: kept('name') || (wrong ? printable(name) : ''),
    workplace: kept('workplace'),
    pod: kept('pod'),
    problem,
  }
}

function problemOfAddress(typed: string): string {
  if (typed === '') return 'no_email'
  if (!typed.includes('@')) return 'no_at'
  if (typed.length > 254) return 'email_long'
  return /\P{ASCII}/u.test(typed.slice(0, typed.lastIndexOf('@')).normalize('NFKC')) ? 'no_ascii' : 'no_address'
}

/** As it was typed, as far as it can be shown. */
function printable(typed: string): string {
  return typed.replace(/\p{C}+/gu, ' ').slice(0, 120)
}

/** Marks a repeated address with the line of the first one. */
function withRepeatProblem(row: ListRow, lines: Map<string, number>): ListRow {
  if (row.problem) return row
  const first = lines.get(row.email)
  if (first !== undefined) return { ...row, problem: `twice ${first}` }
  lines.set(row.email, row.line)
  return row
}
