import type { Frame } from '../web/frame.ts'
import { CalendarRefusal, type Change, type Dated } from './calendar-changes.ts'
import { CalendarClash } from './calendars.ts'

type Act = 'moved' | 'added' | 'taken_out'

/** What is said on the next page: "Thing 8 and 15 more come a week later." */
export function saidOf({ t, dates }: Frame, act: Act, { entry, moved, days }: Change) {
  const facts = { what: nameOf(t, entry), day: dates.day(entry.opens_on), count: moved, span: spanOf(t, days) }
  const way = days < 0 ? 'earlier' : 'later'
  if (act === 'moved')
    return { key: moved === 0 ? `cohorts.said.moved.${entry.kind}` : `cohorts.said.${way}`, values: facts }
  return { key: moved === 0 ? `cohorts.said.${act}_alone` : `cohorts.said.${act}`, values: facts }
}

/** Why the calendar stays as it is. @throws the error itself where it is of another kind */
export function refusalOf({ t, dates }: Frame, error: unknown): string {
  if (error instanceof CalendarClash) return t('cohorts.calendar.refused.clash')
  if (!(error instanceof CalendarRefusal)) throw error
  const { reason, neighbour } = error
  const values = neighbour ? { what: nameOf(t, neighbour), day: dates.day(neighbour.opens_on) } : {}
  return t(`cohorts.calendar.refused.${reason}${reason === 'open' && neighbour ? '_next' : ''}`, values)
}

function nameOf(t: Frame['t'], { kind, number }: Dated): string {
  return t(`cohorts.calendar.name.${kind}`, { number })
}

function spanOf(t: Frame['t'], days: number): string {
  const count = Math.abs(days)
  return count % 7 === 0 ? t('cohorts.span.weeks', { count: count / 7 }) : t('cohorts.span.days', { count })
}
