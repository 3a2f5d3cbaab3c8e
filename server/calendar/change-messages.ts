import { EditConflict } from '../db/edit-conflict-error.ts'
import type { PageContext } from '../web/render/page-context.ts'
import type { CalendarAct } from './calendar.ts'
import { type CalendarChange, CalendarRefusal, type EditableEntry } from './changes.ts'

/** As much of a change as its words need. */
export type AnnouncedChange = { act: CalendarAct } & Pick<CalendarChange, 'moved' | 'days'> & {
    entry: Pick<EditableEntry, 'kind' | 'number' | 'opens_on'>
    /** The new one, where that is the change. */
    time_zone?: string
  }

/** What is said on the next page, and to the people of the cohort: "Thing 8 and 15 more come a week later." */
export function changeMessage(
  { t, dates }: Pick<PageContext, 't' | 'dates'>,
  act: CalendarAct,
  change: Omit<AnnouncedChange, 'act'>,
) {
  const { entry, moved, days, time_zone } = change
  if (act === 'zone') return { key: 'cohorts.said.zone', values: { zone: time_zone ?? '' } }
  const facts = { what: nameOf(t, entry), day: dates.day(entry.opens_on), count: moved, span: spanOf(t, days) }
  const way = days < 0 ? 'earlier' : 'later'
  if (act === 'moved')
    return { key: moved === 0 ? `cohorts.said.moved.${entry.kind}` : `cohorts.said.${way}`, values: facts }
  if (act === 'put_back') return { key: 'cohorts.said.put_back', values: facts }
  if (act === 'taken_over') return { key: 'cohorts.said.taken_over', values: facts }
  return { key: moved === 0 ? `cohorts.said.${act}_alone` : `cohorts.said.${act}`, values: facts }
}

/** Why the calendar stays as it is. @throws the error itself where it is of another kind */
export function refusalMessage({ t, dates }: PageContext, error: unknown): string {
  if (error instanceof EditConflict) return t('cohorts.calendar.refused.clash')
  if (!(error instanceof CalendarRefusal)) throw error
  const { reason, neighbour } = error
  const values = neighbour ? { what: nameOf(t, neighbour), day: dates.day(neighbour.opens_on) } : {}
  return t(`cohorts.calendar.refused.${reason}${reason === 'open' && neighbour ? '_next' : ''}`, values)
}

function nameOf(t: PageContext['t'], { kind, number }: Pick<EditableEntry, 'kind' | 'number'>): string {
  return t(`cohorts.calendar.name.${kind}`, { number })
}

function spanOf(t: PageContext['t'], days: number): string {
  const count = Math.abs(days)
  return count % 7 === 0 ? t('cohorts.span.weeks', { count: count / 7 }) : t('cohorts.span.days', { count })
}
