import { canSet } from '../pdf/lines.ts'
import { createPage } from '../pdf/page.ts'
import type { CsvValue } from '../web/csv.ts'
import type { Frame } from '../web/frame.ts'
import type { HoursSheet } from './hours.ts'
import { inHours } from './rules.ts'

/** What somebody takes to whoever asks how long she has learned. */
export interface Statement {
  name: string
  course: string
  cohort: string
  site_name: string
  sheet: HoursSheet
}

type Voice = Pick<Frame, 't' | 'dates' | 'locale'>

const EDGE = 50

/** "2 hours 5 minutes". */
export function saidHours({ t }: Pick<Voice, 't'>, minutes: number): string {
  const parts = inHours(minutes)
  const hours = t('hours.said.hours', { count: parts.hours })
  if (parts.hours === 0) return t('hours.said.minutes', { count: parts.minutes })
  return parts.minutes === 0 ? hours : `${hours} ${t('hours.said.minutes', { count: parts.minutes })}`
}

/** A line for each thing that was stated, as words. */
export function statementRows({ t, dates }: Voice, { sheet }: Pick<Statement, 'sheet'>): string[][] {
  return sheet.rows.flatMap(({ number, title, completed_at, minutes, confirmed }) => {
    if (minutes === null) return []
    const thing = number === null ? title : `${number}. ${title}`
    const state = t(confirmed ? 'hours.state.confirmed' : 'hours.state.stated')
    return [[thing, dates.full(dates.dateOf(completed_at)), String(minutes), state]]
  })
}

export const COLUMNS = ['thing', 'done', 'minutes', 'state'] as const

/** Whether it can be drawn; else it is printed from its page. */
export function canDrawStatement({ name, course, cohort, site_name, sheet }: Statement): boolean {
  return [name, course, cohort, site_name, ...sheet.rows.map(({ title }) => title)].every(canSet)
}

/** The statement as PDF, on as many pages as it needs. */
export function drawStatement(voice: Voice, statement: Statement): Promise<Buffer> {
  const { t, locale } = voice
  const { name, course, cohort, site_name, sheet } = statement
  const page = createPage({ title: t('hours.statement.of', { name }), language: locale, landscape: false })
  const all = { x: EDGE, width: page.width - 2 * EDGE }
  let y = page.text('P', site_name, { ...all, y: EDGE, size: 11, lines: 1 }) + 10
  y = page.text('H1', t('hours.statement.title'), { ...all, y, size: 26, weight: 'bold', lines: 2 }) + 8
  y = page.text('P', name, { ...all, y, size: 18, weight: 'bold', lines: 3 })
  y = page.text('P', `${course}, ${cohort}`, { ...all, y, size: 12, lines: 3 }) + 12
  y = page.text('P', totals(voice, sheet), { ...all, y, size: 12, lines: 3 }) + 12
  const head = COLUMNS.map((column) => t(`hours.column.${column}`))
  y = page.table(head, statementRows(voice, statement), { ...all, y, size: 10, shares: [0.46, 0.22, 0.12, 0.2] })
  page.text('P', t('hours.statement.how'), { ...all, y: y + 10, size: 9, lines: 3 })
  return page.end()
}

/** "11 hours stated, 10 hours of them confirmed." */
export function totals(voice: Voice, { stated, confirmed }: Pick<HoursSheet, 'stated' | 'confirmed'>): string {
  return voice.t('hours.totals', { stated: saidHours(voice, stated), confirmed: saidHours(voice, confirmed) })
}

/** The statement for a spreadsheet. */
export function* statementLines(voice: Voice, statement: Statement): Generator<CsvValue[]> {
  yield COLUMNS.map((column) => voice.t(`hours.column.${column}`))
  for (const [thing = '', done = '', minutes = '', state = ''] of statementRows(voice, statement))
    yield [thing, done, Number(minutes), state]
}
