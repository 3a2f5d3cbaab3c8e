import { setImmediate } from 'node:timers/promises'
import type { ListFile, ListValue } from './list-file.ts'

type Delimiter = ',' | ';'

/** Spreadsheets read the file as UTF-8 only with it. */
const BYTE_ORDER_MARK = '\ufeff'

/**
 * What a spreadsheet reads as a formula (OWASP, CSV injection): a text that starts with = + - @ TAB CR LF or their
 * full-width forms, behind any number of apostrophes that were added here before.
 */
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

const LINES_PER_CHUNK = 250

/** The list as CSV in chunks, between which other requests are answered. */
export async function* csvChunks({ columns, rows }: ListFile, delimiter: Delimiter): AsyncGenerator<string> {
  let chunk =
    BYTE_ORDER_MARK +
    csvLine(
      columns.map(({ heading }) => heading),
      delimiter,
    )
  let count = 0
  for (const values of rows) {
    chunk += csvLine(values, delimiter)
    count += 1
    if (count % LINES_PER_CHUNK > 0) continue
    yield chunk
    await setImmediate()
    chunk = ''
  }
  yield chunk
}

/** One record (RFC 4180). A text that could be a formula gets an apostrophe, which spreadsheets do not show. */
export function csvLine(values: readonly ListValue[], delimiter: Delimiter = ','): string {
  return `${values.map(cell).join(delimiter)}\r\n`
}

/** A text as it was before `csvLine` put an apostrophe in front of it. */
export function withoutApostrophe(text: string): string {
  return text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text
}

function cell(value: ListValue): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = FORMULA.test(value) ? `'${value}` : value
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
