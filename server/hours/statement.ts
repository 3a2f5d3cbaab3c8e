import type { Cohort } from '../enrolments/enrolments.ts'
import type { PaperSize } from '../pdf/paper-size.ts'
import { inZone, type ListFile } from '../web/files/list-file.ts'
import type { LocaleContext } from '../web/render/page-context.ts'
import type { HoursSheet } from './hours.ts'
import { inHours } from './rules.ts'
import type { StatementSheet } from './statement-pdf.ts'

/** A document of the hours that a learner stated in a cohort. */
export interface Statement {
  name: string
  course: string
  cohort: string
  site_name: string
  sheet: HoursSheet
}

/** "2 hours 5 minutes". */
export function durationText({ t }: Pick<LocaleContext, 't'>, minutes: number): string {
  const parts = inHours(minutes)
  const hours = t('hours.said.hours', { count: parts.hours })
  if (parts.hours === 0) return t('hours.said.minutes', { count: parts.minutes })
  return parts.minutes === 0 ? hours : `${hours} ${t('hours.said.minutes', { count: parts.minutes })}`
}

function statedRows({ rows }: HoursSheet) {
  return rows.flatMap(({ number, title, minutes, ...row }) =>
    minutes === null ? [] : [{ ...row, minutes, thing: number === null ? title : `${number}. ${title}` }],
  )
}

const stateKey = (confirmed: boolean) => (confirmed ? 'hours.state.confirmed' : 'hours.state.stated')

/** A line for each thing that was stated, as words. */
export function statementRows({ t, dates }: LocaleContext, { sheet }: Pick<Statement, 'sheet'>): string[][] {
  return statedRows(sheet).map(({ thing, completed_at, minutes, confirmed }) => [
    thing,
    dates.full(dates.dateOf(completed_at)),
    String(minutes),
    t(stateKey(confirmed)),
  ])
}

export const COLUMNS = ['thing', 'done', 'minutes', 'state'] as const

/** The content of its PDF. */
export function statementSheet(voice: LocaleContext, statement: Statement, paper: PaperSize): StatementSheet {
  const { t, locale } = voice
  const { name, course, cohort, site_name, sheet } = statement
  return {
    language: locale,
    paper,
    file_title: t('hours.statement.of', { name }),
    site_name,
    title: t('hours.statement.title'),
    name,
    where: `${course}, ${cohort}`,
    totals: totalsText(voice, sheet),
    head: COLUMNS.map((column) => t(`hours.column.${column}`)),
    rows: statementRows(voice, statement),
    how: t('hours.statement.how'),
  }
}

/** "11 hours stated, 10 hours of them confirmed." */
export function totalsText(
  voice: LocaleContext,
  { stated, confirmed }: Pick<HoursSheet, 'stated' | 'confirmed'>,
): string {
  return voice.t('hours.totals', { stated: durationText(voice, stated), confirmed: durationText(voice, confirmed) })
}

/** The statement for a spreadsheet. */
export function statementList(
  voice: LocaleContext,
  cohort: Pick<Cohort, 'slug' | 'title'>,
  { sheet }: Statement,
): ListFile {
  const { t, dates } = voice
  return {
    name: hoursFile(cohort),
    title: t('hours.statement.title'),
    columns: COLUMNS.map((column) => {
      const heading = t(`hours.column.${column}`)
      return column === 'done' ? { heading: inZone(voice, heading), holds: 'date' } : { heading }
    }),
    rows: statedRows(sheet).map(({ thing, completed_at, minutes, confirmed }) => [
      thing,
      dates.dateOf(completed_at),
      minutes,
      t(stateKey(confirmed)),
    ]),
  }
}

/** Its name as a file. */
export function hoursFile({ slug, title }: Pick<Cohort, 'slug' | 'title'>): ListFile['name'] {
  return { words: [title, 'hours'], otherwise: 'hours', plain: `${slug}-hours` }
}
