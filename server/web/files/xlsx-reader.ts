import { readXlsx, streamXlsxRows } from 'hucre/xlsx'
import { FileRefused } from './file-refused.ts'

export interface Sheet {
  /** Its place in the file. */
  index: number
  name: string
  hidden: boolean
}

/** A row of a sheet: its number, as the program shows it, and the text of its cells. */
interface SheetRow {
  line: number
  cells: string[]
}

interface RowLimits {
  rows: number
  columns: number
}

/**
 * The sheets of an XLSX file, without their rows. Call it in a worker thread, behind `checkZip`.
 * @throws FileRefused
 */
export async function sheetsOf(bytes: Uint8Array): Promise<Sheet[]> {
  const sheets: Sheet[] = []
  await refusing(() =>
    readXlsx(bytes, {
      sheets: ({ name, hidden, veryHidden }, index) => {
        sheets.push({ index, name, hidden: Boolean(hidden || veryHidden) })
        return false
      },
    }),
  )
  return sheets
}

/**
 * The first rows of a sheet, in order, without empty ones. Call it in a worker thread, behind `checkZip`.
 * @param sheet its index
 * @throws FileRefused
 */
export async function rowsOfSheet(bytes: Uint8Array, sheet: number, { rows, columns }: RowLimits): Promise<SheetRow[]> {
  const found: SheetRow[] = []
  await refusing(async () => {
    for await (const { index, values } of streamXlsxRows(bytes, { sheet })) {
      const cells = values.slice(0, columns).map(textOf)
      if (cells.every((cell) => cell.trim() === '')) continue
      found.push({ line: index + 1, cells })
      if (found.length === rows) break
    }
  })
  return found
}

async function refusing(read: () => Promise<unknown>): Promise<void> {
  try {
    await read()
  } catch (error) {
    const encrypted = error instanceof Error && error.name === 'EncryptedFileError'
    throw new FileRefused(encrypted ? 'encrypted' : 'damaged', { cause: error })
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? '' : value.toISOString().replace('T00:00:00.000Z', '')
  if (typeof value === 'object') return 'text' in value ? textOf(value.text) : ''
  return String(value)
}
