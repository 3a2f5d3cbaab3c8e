import type { PageContext } from '../web/render/page-context.ts'
import type { Activity } from './activity.ts'
import type { LogEntry } from './log.ts'

interface LinkedName {
  words: string
  href: string | null
}

/** An entry of the log as it is displayed. */
export interface LogLine {
  id: number
  happened_at: string
  who: LinkedName
  act: string
  whom: LinkedName | null
  cohort: LinkedName | null
  changes: { name: string; before: string | null; after: string }[]
}

/** @param reader names link to the account for admins, to the person's page for organisers */
export function presentLogEntry(
  { t, dates }: Pick<PageContext, 't' | 'dates'>,
  entry: LogEntry,
  reader: 'admin' | 'organiser',
): LogLine {
  const pageOf = ({ name, handle }: { name: string; handle: string }): LinkedName => ({
    words: name,
    href: reader === 'admin' ? `/admin/people/${handle}` : `/people/${handle}`,
  })
  const inWords = (value: string | number | null) => valueText(dates, value)
  return {
    id: entry.id,
    happened_at: entry.happened_at,
    who: entry.who ? pageOf(entry.who) : { words: t('activity.nobody'), href: null },
    act: t(`activity.kind.${entry.kind.replace('.', '_')}`),
    whom: presentSubject(t, entry, pageOf),
    cohort: entry.cohort && {
      words: entry.cohort.title,
      href: reader === 'admin' ? null : `/admin/cohorts/${entry.cohort.slug}`,
    },
    changes: changesOf(entry.detail).map(({ name, before, after }) => ({
      name: name.replaceAll('_', ' '),
      before: before === undefined ? null : inWords(before),
      after: inWords(after),
    })),
  }
}

function presentSubject(
  t: PageContext['t'],
  entry: LogEntry,
  pageOf: (who: { name: string; handle: string }) => LinkedName,
): LinkedName | null {
  const { course, kind, pod, subject_id, thing, who, whom } = entry
  if (whom) return whom.handle === who?.handle ? null : pageOf(whom)
  if (thing && course) return { words: thing.title, href: `/admin/courses/${course.slug}/things/${thing.slug}` }
  if (course) return { words: course.title, href: `/admin/courses/${course.slug}` }
  if (pod) return { words: pod, href: null }
  // titles of reflections are left out, since their audience may be small
  const numbered = /^(?:person|reflection|comment|pod)\./.test(kind) && subject_id !== null
  return numbered ? { words: t('activity.number', { number: subject_id }), href: null } : null
}

type DetailValue = string | number | null

/** Changed fields of a detail: `before` and `after` of a `setting`, or `<field>` beside `<field>_before`. */
function changesOf(
  detail: Activity['detail'],
): { name: string; before: DetailValue | undefined; after: DetailValue }[] {
  const { setting, before, after, ...rest } = detail
  if (typeof setting === 'string' && after !== undefined) return [{ name: setting, before, after }]
  const names = Object.keys({
    ...(setting === undefined ? {} : { setting }),
    ...rest,
    ...(after === undefined ? {} : { after }),
  })
  return names
    .filter((name) => !/(?:^|_)(?:id|href|key|before)$/.test(name))
    .flatMap((name) => {
      const was = detail[`${name}_before`] ?? before
      const value = detail[name] ?? null
      return value === null && was === undefined ? [] : [{ name, before: was, after: value }]
    })
}

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

function valueText(dates: PageContext['dates'], value: DetailValue): string {
  if (value === null || value === '') return '–'
  return typeof value === 'string' && INSTANT.test(value) ? dates.moment(value) : String(value)
}
