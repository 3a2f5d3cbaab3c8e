import { rowsOfSheet, type SpreadsheetKind, SpreadsheetRefused, sheetsOf } from '../../web/files/xlsx-reader.ts'
import { checkZip, ZipRefused } from '../../web/files/zip-guard.ts'
import { MOST_COLUMNS, MOST_ROWS, type TableLine, UnreadableList } from './parse-table.ts'

export interface SpreadsheetTable {
  table: TableLine[]
  /** Names of the sheets that are shown, and the index of the one that was read among them. */
  sheets: string[]
  sheet: number
}

const ZIP = [0x50, 0x4b, 0x03, 0x04]
/** Old Excel files, and encrypted new ones. */
const OLE = [0xd0, 0xcf, 0x11, 0xe0]
/** Sheets that are looked through for people. */
const MOST_SHEETS = 10
const INSIDE = { entries: 2000, each: 60_000_000, total: 100_000_000 }

/**
 * The lines of a spreadsheet's own file. Call it in a worker thread.
 * @param wanted the index of a sheet among those that are shown; else the first one with people in it
 * @returns null for what is no such file
 * @throws UnreadableList
 */
export async function readSpreadsheet(bytes: Buffer, wanted?: number): Promise<SpreadsheetTable | null> {
  const begins = (mark: number[]) => mark.every((byte, at) => bytes[at] === byte)
  if (begins(OLE)) {
    const encrypted = bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))
    throw new UnreadableList(encrypted ? 'encrypted' : 'old_excel')
  }
  if (!begins(ZIP)) return null
  try {
    const kind = kindOf(await checkZip(bytes, INSIDE))
    const shown = (await sheetsOf(bytes, kind)).filter(({ hidden }) => !hidden)
    const limits = { rows: MOST_ROWS + 2, columns: MOST_COLUMNS }
    const read = async (sheet: number): Promise<SpreadsheetTable> => {
      const table = await rowsOfSheet(bytes, kind, shown[sheet]?.index ?? 0, limits)
      const trimmed = table.map(({ line, cells }) => ({ line, cells: cells.map((cell) => cell.trim()) }))
      return { table: trimmed, sheets: shown.map(({ name }) => name), sheet }
    }
    const found =
      wanted === undefined || !shown[wanted] ? await firstWithPeople(shown.length, read) : await read(wanted)
    if (found.table.length > MOST_ROWS + 1) throw new UnreadableList('too_many', { count: MOST_ROWS })
    return found
  } catch (error) {
    if (error instanceof SpreadsheetRefused || error instanceof ZipRefused) throw new UnreadableList(error.reason)
    throw error
  }
}

/** The first sheet with an address in it, else the first one with anything in it. */
async function firstWithPeople(
  sheets: number,
  read: (sheet: number) => Promise<SpreadsheetTable>,
): Promise<SpreadsheetTable> {
  let first: SpreadsheetTable | null = null
  for (let sheet = 0; sheet < Math.min(sheets, MOST_SHEETS); sheet += 1) {
    const found = await read(sheet)
    if (found.table.some(({ cells }) => cells.some((cell) => cell.includes('@')))) return found
    if (first === null && found.table.length > 0) first = found
  }
  return first ?? { table: [], sheets: [], sheet: 0 }
}

function kindOf(names: readonly string[]): SpreadsheetKind {
  if (names.includes('xl/workbook.xml')) return 'xlsx'
  if (names.includes('content.xml') && names.includes('mimetype')) return 'ods'
  if (names.some((name) => name.endsWith('.iwa'))) throw new UnreadableList('numbers')
  throw new UnreadableList('no_text')
}
