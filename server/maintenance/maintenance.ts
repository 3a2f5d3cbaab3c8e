import type { ActivityLog } from '../activity/activity.ts'
import type { CourseAuthoring } from '../courses/authoring/authoring.ts'
import type { CourseMarkdown } from '../courses/course-markdown.ts'
import { type Clock, localDate } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { pageOf } from '../db/page.ts'
import type { FetchPublic } from '../http-client/fetcher.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Notices } from '../notifications/notices.ts'
import type { Translate } from '../web/text/i18n.ts'
import { addAlternative } from './alternatives.ts'
import { createLinks } from './links.ts'
import { createThingReports, REPORT_KINDS } from './thing-reports.ts'

/** A thing with the date (UTC) and devices of its last test. */
export interface ThingFreshness {
  id: number
  slug: string
  title: string
  position: number
  tried: string | null
  tried_on: string | null
  course: string
  course_title: string
  /** People with an open report about it. */
  people: number
}

interface MaintenanceDeps {
  activity: ActivityLog
  courseAuthoring: Pick<CourseAuthoring, 'thingText' | 'changeThing'>
  courseMarkdown: Pick<CourseMarkdown, 'prepare'>
  jobs: Jobs
  notices: Pick<Notices, 'notify'>
  fetchPublic: FetchPublic
  t: Translate
  base_url: string
}

const PER_PAGE = 50
/** Longest text of a thing, in characters. */
const BODY_MAX = 40_000

/** Keeps courses up to date: when things were tested, reports of learners, and broken links. */
export function createMaintenance(db: Database, clock: Clock, helpers: MaintenanceDeps) {
  const { courseAuthoring, courseMarkdown, t } = helpers
  const reports = createThingReports(db, clock, helpers)
  const things = db.prepare<{ course: string | null; tried: string | null; id: number }, ThingFreshness>(`
    SELECT thing.id, thing.slug, thing.title, thing.position, thing.tried, thing.tried_on, course.slug AS course,
           course.title AS course_title,
           (SELECT count(DISTINCT person_id) FROM thing_report WHERE thing_id = thing.id AND settled_at IS NULL) AS people
      FROM thing JOIN course ON course.id = thing.course_id
     WHERE thing.position > 0 AND course.archived_at IS NULL AND (:course IS NULL OR course.slug = :course)
       AND (:tried IS NULL OR (ifnull(thing.tried, ''), thing.id) > (:tried, :id))
     ORDER BY ifnull(thing.tried, ''), thing.id LIMIT ${PER_PAGE + 1}`)

  /** The thing's text with the suggested alternative, or why there is none, as `applyAlternative` returns. */
  function textWithAlternative(report_id: number) {
    const report = reports.find(report_id)
    const text = report && courseAuthoring.thingText(report.thing_id)
    if (!report || !text || (report.line === null && report.link === null)) return 'gone'
    const thanks = t('upkeep.thanks_to', { name: report.name })
    const body = addAlternative(text.outline.body, t('upkeep.alternatives'), report, thanks)
    if (body.length > BODY_MAX) return 'full'
    return { thing_id: report.thing_id, outline: { ...text.outline, body }, seen: text.revision }
  }

  return {
    kinds: REPORT_KINDS,
    reports,
    links: createLinks(db, clock, helpers),

    /** Things by the date of their last test, oldest first. @param after the last one of the previous page */
    things(course: string | null, after: { tried: string; id: number } | null) {
      const rows = things.all({ course, tried: after?.tried ?? null, id: after?.id ?? 0 })
      const { items: shown, next: last } = pageOf(rows, PER_PAGE)
      return { things: shown, next: last ? { tried: last.tried ?? '', id: last.id } : null }
    },

    /** Records that an author tested it today (UTC). @param tried_on the devices; '' keeps none */
    markTried(thing_id: number, tried_on: string, by: number): void {
      transaction(db, () => {
        const text = courseAuthoring.thingText(thing_id)
        if (!text) return
        const { tried_on: before, ...outline } = text.outline
        const tried = localDate(clock.now(), 'UTC')
        const next = { ...outline, tried, ...(tried_on ? { tried_on } : {}) }
        courseAuthoring.changeThing(thing_id, next, { seen: text.revision, by })
      })
    },

    /**
     * Adds the alternative of a report to the thing's text, with credit, and settles the report.
     * @returns 'gone' where the report is settled or suggests nothing, 'full' where the text would be too long
     */
    async applyAlternative(report_id: number, by: number): Promise<'done' | 'gone' | 'full'> {
      const first = textWithAlternative(report_id)
      if (typeof first === 'object') await courseMarkdown.prepare([first.outline])
      return transaction(db, () => {
        const changed = textWithAlternative(report_id)
        if (typeof changed === 'string') return changed
        const { thing_id, outline, seen } = changed
        courseAuthoring.changeThing(thing_id, outline, { seen, by })
        reports.settleApplied(report_id, thing_id, by)
        return 'done'
      })
    },
  }
}
