import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { email, line } from '../web/http/forms.ts'
import { type Columns, delimiterOf, readColumns } from './columns.ts'

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

/** What was read of a list, or why it cannot be. */
export type ParsedList =
  | { ok: true; rows: ListRow[]; ignored: string[] }
  | { ok: false; problem: string; values: Record<string, string | number> }

/** More people than any cohort has been brought in at once. */
export const MOST_ROWS = 5000
const LONGEST_LINE = 20_000
const PIECE = 16_384

const LONGEST = { name: 120, workplace: 120, pod: 80 }
const TEXTS = {
  name: line({ min: 0, max: LONGEST.name }),
  workplace: line({ min: 0, max: LONGEST.workplace }),
  pod: line({ min: 0, max: LONGEST.pod }),
}
/** Our own files put an apostrophe before what a spreadsheet could take for a formula. */
const FORMULA_APOSTROPHE = /^'(?='*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])/

/** Reads a list of people, as spreadsheets write it, a piece at a time. Nothing of it is done. */
export async function readList(text: string): Promise<ParsedList> {
  // Excel may name the delimiter in a first line
  const said = /^sep=[^\r\n]*\r?\n/i.exec(text)?.[0] ?? ''
  const body = text.slice(said.length)
  const skipped = said ? 1 : 0
  const delimiter = delimiterOf(/^\s*([^\r\n]*)/.exec(body)?.[1] ?? '')
  const rows: ListRow[] = []
  const lines = new Map<string, number>()
  let columns: Columns | null = null
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
      if (!columns) {
        columns = readColumns(record)
        const problem = problemOfColumns(columns)
        if (problem) return problem
        continue
      }
      const row = rowOf(columns, record, Number(line))
      if (!row) continue
      if (rows.length === MOST_ROWS) return { ok: false, problem: 'too_many', values: { count: MOST_ROWS } }
      rows.push(withRepeatProblem(row, lines))
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return { ok: false, problem: 'broken_quotes', values: { line: last + 1 } }
  }
  if (rows.length === 0) return { ok: false, problem: 'nobody', values: {} }
  return { ok: true, rows, ignored: columns?.ignored ?? [] }
}

function* chunksOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += PIECE) yield text.slice(at, at + PIECE)
}

function problemOfColumns({ at, refused }: Columns): Extract<ParsedList, { ok: false }> | null {
  if (refused.length > 0) return { ok: false, problem: 'refused_columns', values: { columns: refused.join(', ') } }
  return at.email === undefined ? { ok: false, problem: 'no_email_column', values: {} } : null
}

/** @returns null for an empty line */
function rowOf({ at }: Columns, record: string[], line: number): ListRow | null {
  const cell = (field: keyof Columns['at']) => {
    const index = at[field]
    return index === undefined ? '' : (record[index] ?? '').trim().replace(FORMULA_APOSTROPHE, '')
  }
  if (record.every((typed) => typed.trim() === '')) return null
  const name = cell('name') || `${cell('first_name')} ${cell('last_name')}`.trim()
  const typed = cell('email')
  const address = email.safeParse(typed).data
  const texts = { name, workplace: cell('workplace'), pod: cell('pod') }
  const read = (['name', 'workplace', 'pod'] as const).map((field) => {
    const value = texts[field]
    return { field, value, kept: TEXTS[field].safeParse(value).data }
  })
  const wrong = read.find(({ kept }) => kept === undefined)
  const kept = (field: string) => read.find((one) => one.field === field)?.kept ?? ''
  const problem = address === undefined ? problemOfAddress(typed) : wrong ? `${wrong.field}_long` : null
  return {
    line,
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
  return typed.length > 254 ? 'email_long' : 'no_address'
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
