import { createPdfPage } from '../pdf/page.ts'
import type { PaperSize } from '../pdf/paper-size.ts'
import { canTypeset } from '../pdf/text-runs.ts'

/** The content of a statement of hours, in the reader's language. */
export interface StatementSheet {
  /** A language tag. */
  language: string
  paper: PaperSize
  /** Of the file. */
  file_title: string
  site_name: string
  title: string
  name: string
  /** Course and cohort. */
  where: string
  totals: string
  head: string[]
  rows: string[][]
  how: string
}

const EDGE = 50

/** Task: the statement as PDF, on as many pages as it needs; null where our fonts lack a letter: then its page is printed. */
export async function run(sheet: StatementSheet): Promise<Buffer | null> {
  const { language, paper, file_title, site_name, title, name, where, totals, head, rows, how } = sheet
  if (![site_name, name, where, ...rows.flat()].every(canTypeset)) return null
  const page = createPdfPage({ title: file_title, language, paper, landscape: false })
  const all = { x: EDGE, width: page.width - 2 * EDGE }
  let y = page.text('P', site_name, { ...all, y: EDGE, size: 11, lines: 1 }) + 10
  y = page.text('H1', title, { ...all, y, size: 26, weight: 'bold', lines: 2 }) + 8
  y = page.text('P', name, { ...all, y, size: 18, weight: 'bold', lines: 3 })
  y = page.text('P', where, { ...all, y, size: 12, lines: 3 }) + 12
  y = page.text('P', totals, { ...all, y, size: 12, lines: 3 }) + 12
  y = page.table(head, rows, { ...all, y, size: 10, shares: [0.46, 0.22, 0.12, 0.2] })
  page.text('P', how, { ...all, y: y + 10, size: 9, lines: 3 })
  return await page.end()
}
