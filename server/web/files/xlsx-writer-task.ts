import { writeXlsx, type XlsxSheet } from './xlsx-writer.ts'

/** Writes a workbook in a thread of the pool. */
export function run(sheet: XlsxSheet): Promise<Uint8Array> {
  return writeXlsx(sheet)
}
