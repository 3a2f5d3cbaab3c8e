import { setImmediate } from 'node:timers/promises'
import type { Response } from 'express'
import { fixedName } from './content-disposition.ts'
import { sendDownload } from './download.ts'

export type CsvValue = string | number | null

/** Spreadsheets read the file as UTF-8 only with it. */
const BYTE_ORDER_MARK = '\ufeff'

/**
 * What a spreadsheet reads as a formula (OWASP, CSV injection): a text that starts with = + - @ TAB CR LF or their
 * full-width forms, behind any number of apostrophes that were added here before.
 */
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** One record (RFC 4180). A text that could be a formula gets an apostrophe, which spreadsheets do not show. */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(cell).join(',')}\r\n`
}

function cell(value: CsvValue): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = FORMULA.test(value) ? `'${value}` : value
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const LINES_PER_CHUNK = 250

function* chunks(lines: Iterable<readonly CsvValue[]>): Generator<string> {
  let chunk = BYTE_ORDER_MARK
  let count = 0
  for (const values of lines) {
    chunk += csvLine(values)
    count += 1
    if (count % LINES_PER_CHUNK > 0) continue
    yield chunk
    chunk = ''
  }
  yield chunk
}

/**
 * Sends a CSV file as a download; other requests are answered between its chunks.
 * @param name ASCII file name without extension
 */
export async function sendCsv(res: Response, name: string, lines: Iterable<readonly CsvValue[]>): Promise<void> {
  const inTurn = async function* () {
    for (const chunk of chunks(lines)) {
      yield chunk
      await setImmediate()
    }
  }
  await sendDownload(res, { ...fixedName(`${name}.csv`), type: 'text/csv; charset=utf-8' }, inTurn())
}
