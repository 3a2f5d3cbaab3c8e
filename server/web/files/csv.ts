import { setImmediate } from 'node:timers/promises'
import type { Response } from 'express'
import { sendDownload } from './download.ts'

export type CsvValue = string | number | null

/** Without it a spreadsheet does not read the file as UTF-8. */
const BYTE_ORDER_MARK = '\ufeff'

/**
 * What a spreadsheet takes for a formula, or for the end of a cell that hides one: = + - @ TAB CR LF and the full-width
 * forms, behind any number of the apostrophes that we put before such a text ourselves.
 */
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** One record as RFC 4180 has it. A text that could be a formula gets an apostrophe, which spreadsheets leave out. */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(cell).join(',')}\r\n`
}

function cell(value: CsvValue): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = FORMULA.test(value) ? `'${value}` : value
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const LINES_AT_ONCE = 250

function* portions(lines: Iterable<readonly CsvValue[]>): Generator<string> {
  let portion = BYTE_ORDER_MARK
  let count = 0
  for (const values of lines) {
    portion += csvLine(values)
    count += 1
    if (count % LINES_AT_ONCE > 0) continue
    yield portion
    portion = ''
  }
  yield portion
}

/**
 * Answers with a file to keep; others are served while it is made.
 * @param name of the file, in plain letters, without its ending
 */
export async function sendCsv(res: Response, name: string, lines: Iterable<readonly CsvValue[]>): Promise<void> {
  const inTurn = async function* () {
    for (const portion of portions(lines)) {
      yield portion
      await setImmediate()
    }
  }
  await sendDownload(res, { name: `${name}.csv`, type: 'text/csv; charset=utf-8' }, inTurn())
}
