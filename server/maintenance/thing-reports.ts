import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, instantText, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Notices } from '../notifications/notices.ts'
import { MAY_SIGN_IN } from '../people/policy.ts'

export const REPORT_KINDS = ['changed', 'closed', 'costs', 'phone'] as const
export type ReportKind = (typeof REPORT_KINDS)[number]

/** What a learner reports about a thing, with an alternative where they know one. */
export interface ReportText {
  kind: ReportKind
  line: string | null
  link: string | null
}

/** A report that is not settled, as authors see it. */
interface OpenReport extends ReportText {
  id: number
  person_id: number
  name: string
  handle: string
  made_at: string
}

/** A thing with its open reports. */
export interface ReportedThing {
  thing_id: number
  slug: string
  title: string
  position: number
  course: string
  course_title: string
  /** Number of people who reported it; its authors are notified from FLAGGED_BY on. */
  people: number
  reports: OpenReport[]
}

type OpenReportRow = OpenReport & Omit<ReportedThing, 'people' | 'reports'>

/** A settled report, with the address that its notification leads to. */
interface SettledReport {
  person_id: number
  cohort_id: number
  href: string
}

interface ThingReportsDeps {
  activity: ActivityLog
  notices: Pick<Notices, 'notify'>
}

const PER_DAY = 20
const A_DAY = Temporal.Duration.from({ hours: 24 })
/** Number of people from which the authors are notified. */
const FLAGGED_BY = 2
const MAX_SHOWN = 200

/** Reports of learners that a thing has changed: stored, announced to authors, and settled. */
export function createThingReports(db: Database, clock: Clock, { activity, notices }: ThingReportsDeps) {
  const countSince = db
    .prepare<[number, string], number>('SELECT count(*) FROM thing_report WHERE person_id = ? AND made_at > ?')
    .pluck()
  const findOpen = db
    .prepare<object, 0 | 1>(
      'SELECT line IS NULL AND link IS NULL FROM thing_report WHERE thing_id = :thing_id AND person_id = :person_id AND kind = :kind AND settled_at IS NULL',
    )
    .pluck()
  const insert = db.prepare(`
    INSERT INTO thing_report (thing_id, cohort_id, person_id, kind, line, link, made_at)
    VALUES (:thing_id, :cohort_id, :person_id, :kind, :line, :link, :now)
    ON CONFLICT (thing_id, person_id, kind) WHERE settled_at IS NULL
    DO UPDATE SET line = coalesce(excluded.line, line), link = coalesce(excluded.link, link)`)
  const openCount = db.prepare<[number], { people: number; first: number; title: string; course_id: number }>(`
    SELECT count(DISTINCT person_id) AS people, min(thing_report.id) AS first, thing.title, thing.course_id
      FROM thing_report JOIN thing ON thing.id = thing_id
     WHERE thing_id = ? AND settled_at IS NULL`)
  const editors = db.prepare<[number], { id: number; wrote: 0 | 1 }>(`
    SELECT person.id,
           EXISTS (SELECT 1 FROM thing_revision AS r JOIN thing ON thing.id = r.thing_id
                    WHERE thing.course_id = ? AND r.changed_by = person.id) AS wrote
      FROM person WHERE person.role IN ('author', 'admin') AND ${MAY_SIGN_IN}`)
  const mine = db.prepare<[number, number], ReportText>(
    'SELECT kind, line, link FROM thing_report WHERE thing_id = ? AND person_id = ? AND settled_at IS NULL ORDER BY id',
  )
  const open = db.prepare<{ course: string | null }, OpenReportRow>(`
    SELECT r.id, r.kind, r.line, r.link, r.made_at, r.person_id, person.name, person.handle, r.thing_id, thing.slug,
           thing.title, thing.position, course.slug AS course, course.title AS course_title
      FROM thing_report AS r
      JOIN person ON person.id = r.person_id
      JOIN thing ON thing.id = r.thing_id
      JOIN course ON course.id = thing.course_id
     WHERE r.settled_at IS NULL AND (:course IS NULL OR course.slug = :course)
     ORDER BY r.id LIMIT ${MAX_SHOWN}`)
  const flags = db.prepare<[number], { thing_id: number; people: number }>(`
    SELECT thing_id, count(DISTINCT person_id) AS people
      FROM thing_report JOIN thing ON thing.id = thing_id
     WHERE thing.course_id = ? AND settled_at IS NULL GROUP BY thing_id`)
  const find = db.prepare<[number], ReportText & { thing_id: number; name: string }>(`
    SELECT thing_id, kind, line, link, person.name
      FROM thing_report JOIN person ON person.id = person_id WHERE thing_report.id = ? AND settled_at IS NULL`)
  const titleOf = db.prepare<[number], string>('SELECT title FROM thing WHERE id = ?').pluck()
  const settle = db.prepare<{ thing_id: number; report_id: number | null; by: number; now: string }, SettledReport>(`
    UPDATE thing_report SET settled_at = :now, settled_by = :by
     WHERE thing_id = :thing_id AND settled_at IS NULL
       AND (:report_id IS NULL OR id = :report_id OR (line IS NULL AND link IS NULL))
    RETURNING person_id, cohort_id,
      (SELECT '/cohorts/' || cohort.slug || '/things/' || entry.number
         FROM cohort JOIN calendar_entry AS entry ON entry.cohort_id = cohort.id AND entry.thing_id = thing_report.thing_id
        WHERE cohort.id = thing_report.cohort_id) AS href`)

  /** Authors and admins who edited the course; all of them where none is left. */
  function authorsOf(course_id: number): number[] {
    const all = editors.all(course_id)
    const wrote = all.filter((editor) => editor.wrote === 1)
    return (wrote.length > 0 ? wrote : all).map(({ id }) => id)
  }

  function notifyAuthors(thing_id: number): void {
    const found = openCount.get(thing_id)
    if (!found || found.people < FLAGGED_BY) return
    const { course_id, first, people, title } = found
    const detail = { title, count: people, href: `/admin/upkeep#thing-${thing_id}` }
    for (const person_id of authorsOf(course_id)) {
      notices.notify({ person_id, kind: 'thing_reported', key: `thing ${thing_id} reported ${first}`, detail })
    }
  }

  function notifyReporters(thing_id: number, settled: SettledReport[], by: number, word: string | null): void {
    const title = titleOf.get(thing_id) ?? ''
    const kind = word === null ? 'report_thanks' : 'report_settled'
    const now = nowText(clock)
    for (const { person_id, cohort_id, href } of settled) {
      const detail = { title, href, ...(word === null ? {} : { word }) }
      notices.notify({ person_id, kind, key: `thing ${thing_id} settled ${now}`, cohort_id, actor_id: by, detail })
    }
  }

  return {
    /** Stores a report, or adds to the person's open report of the same kind. */
    report(
      thing_id: number,
      { person_id, cohort_id }: { person_id: number; cohort_id: number },
      text: ReportText,
    ): 'told' | 'too_many' {
      return transaction(db, () => {
        const mine = { thing_id, person_id, kind: text.kind }
        const before = findOpen.get(mine)
        const is_new = before === undefined
        const day = instantText(clock.now().subtract(A_DAY))
        if (is_new && (countSince.get(person_id, day) ?? 0) >= PER_DAY) return 'too_many'
        insert.run({ ...mine, cohort_id, line: text.line, link: text.link, now: nowText(clock) })
        const has_new = is_new || (before === 1 && (text.line ?? text.link) !== null)
        if (!has_new) return 'told'
        const detail = { kind: text.kind }
        activity.record('thing.reported', { person_id, cohort_id, subject_id: thing_id, detail })
        if (is_new) notifyAuthors(thing_id)
        return 'told'
      })
    },

    /** The person's own open reports about a thing. */
    mine: (thing_id: number, person_id: number): ReportText[] => mine.all(thing_id, person_id),

    /** All open reports by thing, those of most people first. */
    open(course: string | null): ReportedThing[] {
      const things = [...Map.groupBy(open.all({ course }), ({ thing_id }) => thing_id).values()].flatMap((rows) => {
        const [first] = rows
        if (!first) return []
        const { thing_id, slug, title, position, course, course_title } = first
        const people = new Set(rows.map(({ person_id }) => person_id)).size
        return [{ thing_id, slug, title, position, course, course_title, people, reports: rows }]
      })
      return things.toSorted((a, b) => b.people - a.people)
    },

    /** Number of people with open reports, by thing of a course. */
    flags: (course_id: number): Map<number, number> =>
      new Map(flags.all(course_id).map(({ thing_id, people }) => [thing_id, people])),

    /** A report that is open. */
    find: (id: number): (ReportText & { thing_id: number; name: string }) | null => find.get(id) ?? null,

    /**
     * Settles all open reports of a thing without a change, with a reply to each person. @returns false where none is
     * open
     */
    settle(thing_id: number, by: number, word: string): boolean {
      return transaction(db, () => {
        const settled = settle.all({ thing_id, report_id: null, by, now: nowText(clock) })
        if (settled.length === 0) return false
        notifyReporters(thing_id, settled, by, word)
        const detail = { reports: settled.length }
        activity.record('thing_report.settled', { person_id: by, subject_id: thing_id, detail })
        return true
      })
    },

    /** Settles a report whose alternative was added to the thing, and those of the thing that suggest none. */
    settleApplied(id: number, thing_id: number, by: number): void {
      transaction(db, () => {
        const settled = settle.all({ thing_id, report_id: id, by, now: nowText(clock) })
        notifyReporters(thing_id, settled, by, null)
        const detail = { report: id, reports: settled.length }
        activity.record('thing_report.folded_in', { person_id: by, subject_id: thing_id, detail })
      })
    },
  }
}
