import type { Hue } from '../web/render/hues.ts'
import type { LocaleContext } from '../web/render/page-context.ts'

/** How a certificate looks and what it says, before anybody has one. */
export interface CertificateTemplate {
  title: string
  /** One paragraph, in which the words of `FIELDS` stand for what is true of each. */
  body: string
  signer: string
  hue: Hue | 'plain'
  landscape: 0 | 1
}

/** What one certificate says. */
export interface CertificateIssue extends CertificateTemplate {
  name: string
  course: string
  cohort: string
  /** How many things were done, and of how many; null in issues from before that was kept. */
  things: number
  total: number | null
  minutes: number
  issued_at: string
}

export const FIELDS = ['course', 'cohort', 'things', 'total', 'time', 'hours', 'date'] as const

/** Fields that a text names and that there are not. */
export function unknownFields(body: string): string[] {
  const named = Array.from(body.matchAll(/\{([^{}]*)\}/g), ([, name = '']) => name)
  return named.filter((name) => !FIELDS.some((field) => field === name))
}

/** The paragraph with what is true of one certificate. @param date as it is read */
export function fillIn(
  { body, course, cohort, things, total, minutes }: Omit<CertificateIssue, 'name' | 'issued_at'>,
  date: string,
  voice: Pick<LocaleContext, 't' | 'locale'>,
): string {
  const values: Record<string, string> = {
    course,
    cohort,
    things: String(things),
    total: String(total ?? things),
    time: timeOf(minutes, voice),
    hours: hoursOf(minutes, voice.locale),
    date,
  }
  return body.replaceAll(/\{([^{}]*)\}/g, (whole, name: string) => values[name] ?? whole)
}

/** Hours to the half, as they are said: 7, 7.5. */
export function hoursOf(minutes: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(halfHours(minutes))
}

/** "6 hours", "1 hour". */
function timeOf(minutes: number, { t, locale }: Pick<LocaleContext, 't' | 'locale'>): string {
  return t('certificates.sheet.time', { count: halfHours(minutes), hours: hoursOf(minutes, locale) })
}

function halfHours(minutes: number): number {
  return Math.round(minutes / 30) / 2
}
