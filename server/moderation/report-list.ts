import type { Database } from '../db/open.ts'
import { pageOf } from '../db/page.ts'
import type { PersonName } from '../people/person.ts'
import { IS_OPEN, MAY_READ, MAY_READ_COMMENT, MAY_READ_REPORTED } from '../reflections/policy.ts'

/** A reported post, with its reporters and their reasons. */
export interface ReportedPost {
  /** Id of its latest report: the paging cursor. */
  id: number
  kind: 'reflection' | 'comment'
  post_id: number
  reflection_id: number
  slug: string
  cohort: string
  author: PersonName
  /** The text that the viewer may read; null when they may not read it now. */
  title: string | null
  html: string | null
  is_hidden: 0 | 1
  hidden_note: string | null
  settled_at: string | null
  settled_by: string | null
  /** True while the author is a learner or guide of the cohort. */
  is_member: 0 | 1
  reasons: { name: string; handle: string; reason: string; made_at: string }[]
}

interface ReportedPostRow extends Omit<ReportedPost, 'author' | 'reasons'> {
  person_id: number
  name: string
  handle: string
  workplace: string | null
  reasons: string
}

const PAGE = 20
const REASONS = 20
/** Maximum count of open reports. */
const MANY = 100

const READS = `CASE WHEN k.id IS NULL THEN ${MAY_READ} AND ${IS_OPEN}
                    ELSE (${MAY_READ} AND ${IS_OPEN} AND ${MAY_READ_COMMENT}) OR ${MAY_READ_REPORTED} END`

/** Nobody sees reports about their own texts; another moderator handles them. */
const NOT_ONESELF = 'coalesce(k.person_id, r.person_id) <> :viewer'
const POST = `report AS p JOIN reflection AS r ON r.id = p.reflection_id LEFT JOIN comment AS k ON k.id = p.comment_id`

function listed(where: string, settled: boolean): string {
  const state = settled ? 'IS NOT NULL' : 'IS NULL'
  return `
    WITH page (id) AS MATERIALIZED (
      SELECT p.id FROM ${POST}
       WHERE ${where} AND p.settled_at ${state} AND p.id < :before AND ${NOT_ONESELF}
         AND NOT EXISTS (SELECT 1 FROM report AS later
                          WHERE later.reflection_id = p.reflection_id AND later.comment_id IS p.comment_id
                            AND later.id > p.id AND later.settled_at ${state})
       ORDER BY p.id DESC LIMIT ${PAGE + 1})
    SELECT p.id, CASE WHEN k.id IS NULL THEN 'reflection' ELSE 'comment' END AS kind, coalesce(k.id, r.id) AS post_id,
           r.id AS reflection_id, cohort.slug, cohort.title AS cohort,
           person.id AS person_id, person.name, person.handle, person.workplace,
           CASE WHEN ${READS} AND ${MAY_READ} THEN r.title END AS title,
           CASE WHEN ${READS} THEN coalesce(k.html, r.html) END AS html,
           CASE WHEN k.id IS NULL THEN r.state = 'hidden' ELSE k.hidden_at IS NOT NULL END AS is_hidden,
           CASE WHEN k.id IS NULL THEN r.hidden_note ELSE k.hidden_note END AS hidden_note,
           p.settled_at, settler.name AS settled_by,
           EXISTS (SELECT 1 FROM enrolment
                    WHERE cohort_id = r.cohort_id AND enrolment.person_id = person.id AND left_at IS NULL
                      AND enrolment.role <> 'organiser') AS is_member,
           (SELECT json_group_array(json_object('name', name, 'handle', handle, 'reason', reason, 'made_at', made_at))
              FROM (SELECT teller.name, teller.handle, one.reason, one.made_at
                      FROM report AS one JOIN person AS teller ON teller.id = one.person_id
                     WHERE one.reflection_id = p.reflection_id AND one.comment_id IS p.comment_id
                       AND one.settled_at ${state}
                     ORDER BY one.id DESC LIMIT ${REASONS})) AS reasons
      FROM page CROSS JOIN report AS p ON p.id = page.id
      JOIN reflection AS r ON r.id = p.reflection_id
      LEFT JOIN comment AS k ON k.id = p.comment_id
      JOIN cohort ON cohort.id = r.cohort_id
      JOIN person ON person.id = coalesce(k.person_id, r.person_id)
      LEFT JOIN person AS settler ON settler.id = p.settled_by
     ORDER BY p.id DESC`
}

/** Lists reported posts for moderators, with the text only where the viewer may read it. */
export function createReportList(db: Database) {
  const both = (where: string) => ({
    open: db.prepare<object, ReportedPostRow>(listed(where, false)),
    settled: db.prepare<object, ReportedPostRow>(listed(where, true)),
  })
  const [ofCohort, ofSite] = [both('p.cohort_id = :cohort_id'), both('true')]
  const openCount = db
    .prepare<{ cohort_id: number; viewer: number }, number>(`
      SELECT count(*) FROM (
        SELECT DISTINCT p.reflection_id, p.comment_id FROM ${POST}
         WHERE p.cohort_id = :cohort_id AND p.settled_at IS NULL AND ${NOT_ONESELF} LIMIT ${MANY})`)
    .pluck()

  return {
    /** @param cohort_id null for the whole site */
    reports(
      viewer: number,
      { cohort_id, settled, before }: { cohort_id: number | null; settled: boolean; before: number | null },
    ): { reports: ReportedPost[]; next: number | null } {
      const statement = (cohort_id === null ? ofSite : ofCohort)[settled ? 'settled' : 'open']
      const rows = statement.all({ viewer, cohort_id, before: before ?? Number.MAX_SAFE_INTEGER })
      const { items, next } = pageOf(rows, PAGE)
      const reports = items.map(({ person_id, name, handle, workplace, reasons, ...row }) => ({
        ...row,
        author: { id: person_id, name, handle, workplace },
        reasons: JSON.parse(reasons),
      }))
      return { reports, next: next?.id ?? null }
    },

    /** The number of posts of a cohort with open reports. */
    countOpen: (cohort_id: number, viewer: number): number => openCount.get({ cohort_id, viewer }) ?? 0,
  }
}
