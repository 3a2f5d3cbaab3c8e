import type { LocaleContext } from '../render/page-context.ts'
import type { FileName } from './content-disposition.ts'

/** In which form a list is taken: CSV with one of two delimiters, or a workbook of Excel. */
export const LIST_FORMATS = ['csv', 'semicolon', 'xlsx'] as const
export type ListFormat = (typeof LIST_FORMATS)[number]

/** Dates are local: YYYY-MM-DD, or YYYY-MM-DD HH:MM for a moment. Numbers stay numbers, text is never a formula. */
export type ListValue = string | number | null

export interface ListColumn {
  /** In the reader's language; of a date or moment with its time zone, see `inZone`. */
  heading: string
  /** What its values are as far as they have that form; others are text. */
  holds?: 'date' | 'moment'
}

/** A list of people, badges or anything else with one line each, as a file. */
export interface ListFile {
  name: Omit<FileName, 'extension'>
  /** Name of the sheet. */
  title: string
  columns: readonly ListColumn[]
  rows: Iterable<readonly ListValue[]>
}

/** A heading of dates or moments, with the time zone that they are in: "Joined (Europe/Oslo)". */
export function inZone({ t, dates }: Pick<LocaleContext, 't' | 'dates'>, heading: string): string {
  return t('files.list.in_zone', { heading, zone: dates.zone })
}
