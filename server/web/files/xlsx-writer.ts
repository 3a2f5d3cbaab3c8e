import { type ColumnDef, writeXlsxStream } from 'hucre/xlsx'
import type { ListColumn, ListValue } from './list-file.ts'

/** A list on its way to a thread: its rows as portions of JSON text, whose bytes are copied faster than rows. */
export interface XlsxSheet {
  title: string
  columns: readonly ListColumn[]
  portions: Uint8Array[]
}

/** Limits of Excel. */
const LONGEST_TEXT = 32_767
const LONGEST_TITLE = 31

const NUMBER_FORMAT = { date: 'yyyy-mm-dd', moment: 'yyyy-mm-dd hh:mm' }
const LOCAL = { date: /^\d{4}-\d\d-\d\d$/, moment: /^\d{4}-\d\d-\d\d \d\d:\d\d$/ }
const WIDTH = { date: 14, moment: 18, text: 22 }

/** A workbook with one sheet, whose first line stays in sight. */
export async function writeXlsx({ title, columns, portions }: XlsxSheet): Promise<Uint8Array> {
  const stream = writeXlsxStream(valuesOf(columns, portions), {
    name: sheetName(title),
    columns: columns.map(columnOf),
    freezePane: { rows: 1 },
  })
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** One portion at a time, so that the rows of a long list are never in memory together. */
function* valuesOf(
  columns: readonly ListColumn[],
  portions: Uint8Array[],
): Generator<(string | number | Date | null)[]> {
  const decoder = new TextDecoder()
  for (const portion of portions) {
    const rows: ListValue[][] = JSON.parse(decoder.decode(portion))
    for (const row of rows) yield row.map((value, at) => cellValue(value, columns[at]?.holds))
  }
}

function columnOf({ heading, holds }: ListColumn): ColumnDef {
  const header = cellText(heading)
  const width = Math.max(WIDTH[holds ?? 'text'], Math.min(header.length + 2, 40))
  return { header, width, ...(holds && { numFmt: NUMBER_FORMAT[holds] }) }
}

function cellValue(value: ListValue, holds: ListColumn['holds']): string | number | Date | null {
  if (typeof value !== 'string') return value
  // a date of a spreadsheet has no zone: its UTC fields are what is shown
  if (holds && LOCAL[holds].test(value)) return new Date(`${value.replace(' ', 'T')}${holds === 'date' ? '' : 'Z'}`)
  return cellText(value)
}

/** A text as XML and Excel can hold it; it is stored as text, so none is a formula. */
function cellText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\t\n]|[\ufffe\uffff]/gu, '')
    .slice(0, LONGEST_TEXT)
    .toWellFormed()
    .replace(/_(?=x[\da-f]{4}_)/gi, '_x005F_')
}

/** Without signs that Excel refuses in the name of a sheet. */
function sheetName(title: string): string {
  const name = cellText(title)
    .replace(/[[\]:*?/\\\t\n]/g, ' ')
    .slice(0, LONGEST_TITLE)
    .replace(/^['\s]+|['\s]+$/g, '')
  return name === '' || name.toLowerCase() === 'history' ? 'List' : name.toWellFormed()
}
