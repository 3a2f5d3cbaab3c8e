import type { Request, Router } from 'express'
import { admin } from '../people/policy.ts'
import type { Services } from '../services.ts'
import { inZone, type ListFile, type ListValue } from '../web/files/list-file.ts'
import { currentEnrolment, currentPerson } from '../web/http/current-user.ts'
import { noStore } from '../web/http/headers.ts'
import { queryNumber, queryText } from '../web/http/params.ts'
import { type PageContext, pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { LOG_GROUPS } from './categories.ts'
import type { LogEntry, LogFilters } from './log.ts'
import { type LogLine, presentLogEntry } from './log-presenter.ts'

const ASKED = [...LOG_GROUPS, 'accounts'] as const

const logPage = view<{
  entries: LogLine[]
  filters: LogFilters
  groups: typeof ASKED
  cohorts: { slug: string; title: string }[]
  is_filtered: boolean
  file: string
  older: string | null
}>('activity/log')
const cohortLogPage = view<{
  cohort: { slug: string; title: string }
  entries: LogLine[]
  older: string | null
}>('activity/cohort-log')

/** The audit log: complete for admins, that of their cohort for organisers. */
export function activityAdminRoutes(router: Router, { activity, auditLog, may, people, sendList }: Services): void {
  router.get('/admin/log', admin, noStore, (req, res) => {
    const filters = filtersIn(req)
    const { entries, older } = auditLog.page(filters, queryNumber(req, 'before'))
    logPage(res, {
      title: pageContext(res).t('activity.log.title'),
      area: 'admin',
      entries: entries.map((entry) => presentLogEntry(pageContext(res), entry, 'admin')),
      filters,
      groups: ASKED,
      cohorts: people.cohortsToChoose(),
      is_filtered: Object.values(filters).some((value) => value !== null),
      file: addressOf('/admin/log.csv', filters),
      older: older === null ? null : addressOf('/admin/log', filters, { before: String(older) }),
    })
  })

  router.get('/admin/log.csv', admin, noStore, async (req, res) => {
    const filters = filtersIn(req)
    activity.record('log.exported', { person_id: currentPerson(req).id, detail: { ...filters } })
    await sendList(res, logList(pageContext(res), auditLog.lines(filters)))
  })

  router.get('/admin/cohorts/:cohort/log', may.organising, noStore, (req, res) => {
    const { cohort } = currentEnrolment(req)
    const filters = { group: null, person: null, from: null, to: null, cohort: cohort.slug }
    const { entries, older } = auditLog.page(filters, queryNumber(req, 'before'))
    cohortLogPage(res, {
      title: pageContext(res).t('activity.cohort_log.title'),
      area: 'admin',
      cohort,
      entries: entries.map((entry) => ({ ...presentLogEntry(pageContext(res), entry, 'organiser'), cohort: null })),
      older: older === null ? null : `/admin/cohorts/${cohort.slug}/log?before=${older}`,
    })
  })
}

/** Filters of the query; unknown values are ignored. */
function filtersIn(req: Request): LogFilters {
  return {
    group: ASKED.find((group) => group === queryText(req, 'group')) ?? null,
    person: queryText(req, 'person')?.toLowerCase().replace(/^@/, '').slice(0, 120) ?? null,
    cohort: queryText(req, 'cohort'),
    from: dayIn(queryText(req, 'from')),
    to: dayIn(queryText(req, 'to')),
  }
}

function dayIn(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d\d-\d\d$/.test(text)) return null
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString()
  } catch {
    return null
  }
}

function addressOf(at: string, filters: LogFilters, more: Record<string, string> = {}): string {
  const asked = Object.entries({ ...filters, ...more }).filter((pair): pair is [string, string] => pair[1] !== null)
  const search = new URLSearchParams(asked)
  return search.size > 0 ? `${at}?${search}` : at
}

function logList(frame: PageContext, entries: Iterable<LogEntry>): ListFile {
  const columns = ['when', 'who', 'handle', 'act', 'whom', 'cohort', 'changes'] as const

  function* rows(): Generator<ListValue[]> {
    for (const entry of entries) {
      const { act, changes, cohort, who, whom } = presentLogEntry(frame, entry, 'admin')
      const said = changes.map(({ name, before, after }) => `${name}: ${before === null ? '' : `${before} → `}${after}`)
      const when = frame.dates.timestamp(entry.happened_at)
      const names = [when, who.words, entry.who?.handle ?? null, act, whom?.words ?? null]
      yield [...names, cohort?.words ?? null, said.join('; ')]
    }
  }

  const title = frame.t('activity.log.title')
  return {
    name: { words: [], otherwise: 'log', plain: 'log' },
    title,
    columns: columns.map((column) => {
      const heading = frame.t(`activity.file.${column}`)
      return column === 'when' ? { heading: inZone(frame, heading), holds: 'moment' } : { heading }
    }),
    rows: rows(),
  }
}
