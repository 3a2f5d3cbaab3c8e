import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { NO_FACTS } from '../../server/badges/rules/rule-facts.ts'
import { heldAt, parseRule } from '../../server/badges/rules/rules.ts'
import type { Database } from '../../server/db/open.ts'
import { fillSite } from '../../server/demo/site.ts'
import { setClock } from '../../server/demo/timeline.ts'
import { createServices } from '../../server/services.ts'
import { createLog } from '../../server/web/operations/request-log.ts'
import { newDatabase } from '../support/database.ts'

/** A Thursday morning. */
export const NOW = '2026-11-26T08:00:00Z'

/** The demo in memory, as it is made at a moment. */
export async function madeDemo({
  size = 40,
  now = NOW,
  progress = () => {},
}: {
  size?: number
  now?: string
  progress?: (share: number) => void
} = {}) {
  const db = newDatabase()
  const instant = Temporal.Instant.from(now)
  const data_dir = mkdtempSync(path.join(tmpdir(), 'twentythree-made-'))
  const config = {
    port: 0,
    host: '127.0.0.1',
    data_dir,
    base_url: 'http://localhost:2323',
    base_url_is_set: false,
    trust_proxy: 0,
    workers: 1,
    metrics_token: null,
    smtp_url: null,
    mail_from: null,
    smtp_ca: null,
    fetch_allow: [],
  }
  const clock = setClock(instant)
  const services = createServices(config, db, { clock, log: createLog('silent') })
  const demo = await fillSite(services, clock, { size, now: instant, progress })
  clock.set(instant)
  // as the server does when it starts
  await services.jobs.runDue()
  const one = <Value>(sql: string, ...values: (string | number)[]) =>
    db
      .prepare<(string | number)[], Value>(sql)
      .pluck()
      .get(...values)
  const all = <Value>(sql: string, ...values: (string | number)[]) =>
    db
      .prepare<(string | number)[], Value>(sql)
      .pluck()
      .all(...values)

  /** Somebody's part in the cohort that is under way, by one of the accounts. */
  const enrolment = (who: keyof typeof demo.accounts, slug = demo.cohort) => {
    const person_id = services.people.credentials(demo.accounts[who].email)?.id ?? 0
    const found = services.enrolments.find(person_id, slug)
    if (!found) throw new Error(`${who} is not in ${slug}`)
    return found
  }
  return {
    ...services,
    demo,
    db,
    one,
    all,
    enrolment,
    [Symbol.dispose]: () => {
      db.close()
      rmSync(data_dir, { recursive: true })
    },
  }
}

interface Standing {
  person_id: number
  cohort_id: number
  done: string
  reflections: string
  answers: string
}

/**
 * SQL: a badge for what stays as it was: nobody's pod, silence or first answer decides about it. Not the one that a job
 * awards to the learners who had earned it before.
 */
const LASTING = `(slug <> 'three-things' AND (rule ->> 'kind' IN ('set-done', 'things-done', 'first-reflection') OR (rule ->> 'kind' = 'answers-given' AND rule ->> 'to' IS NULL)))`

/** All such awards that the rules give for what is in the database, as `person cohort badge`, worked out anew. */
export function earned(db: Database): string[] {
  const badges = db.prepare<[], { slug: string; rule: string }>(`SELECT slug, rule FROM badge WHERE ${LASTING}`).all()
  const sets = db.prepare<[], [string, string]>(
    'SELECT course_set.slug, thing.slug FROM thing JOIN course_set ON course_set.id = set_id',
  )
  const ofSet = Map.groupBy(sets.raw().all(), ([set]) => set)
  const rules = badges.map(({ slug, rule }) => ({
    slug,
    rule: parseRule(rule, (set) => (ofSet.get(set) ?? []).map(([, thing]) => thing)),
  }))
  const standings = db.prepare<[], Standing>(`
    SELECT person_id, cohort_id,
           (SELECT json_group_array(slug) FROM completion JOIN thing ON thing.id = thing_id WHERE enrolment_id = enrolment.id) AS done,
           (SELECT json_group_array(published_at) FROM reflection WHERE enrolment_id = enrolment.id) AS reflections,
           (SELECT json_group_array(written_at) FROM comment JOIN reflection ON reflection.id = reflection_id
             WHERE comment.person_id = enrolment.person_id AND reflection.person_id <> enrolment.person_id
               AND reflection.cohort_id = enrolment.cohort_id) AS answers
      FROM enrolment`)
  const at = (json: string): string[] => JSON.parse(json)
  return standings.all().flatMap(({ person_id, cohort_id, ...row }) => {
    const facts = {
      ...NO_FACTS,
      done: at(row.done).map((thing) => ({ thing, at: '' })),
      reflections: at(row.reflections).map((at) => ({ at, pictured: false, first: false, week: 0 })),
      answers: at(row.answers).map((at) => ({ at, unanswered: false, waited_days: 0, another_pod: false })),
    }
    return rules
      .filter(({ rule }) => heldAt(rule, facts) !== null)
      .map(({ slug }) => `${person_id} ${cohort_id} ${slug}`)
  })
}

export function awarded(db: Database): string[] {
  return db
    .prepare<[], string>(
      `SELECT person_id || ' ' || award.cohort_id || ' ' || slug FROM award JOIN badge ON badge.id = badge_id WHERE ${LASTING}`,
    )
    .pluck()
    .all()
}

/** What was done before joining, after last being seen, or later than now: by table, with how often. */
export function misplaced(db: Database, now: string): Record<string, number> {
  const acts = {
    reflection: 'SELECT enrolment_id, published_at AS at FROM reflection',
    comment: `SELECT enrolment.id AS enrolment_id, written_at AS at FROM comment JOIN reflection ON reflection.id = reflection_id
                JOIN enrolment ON enrolment.cohort_id = reflection.cohort_id AND enrolment.person_id = comment.person_id`,
    cheer: `SELECT enrolment.id AS enrolment_id, cheered_at AS at FROM cheer JOIN reflection ON reflection.id = reflection_id
              JOIN enrolment ON enrolment.cohort_id = reflection.cohort_id AND enrolment.person_id = cheer.person_id`,
    tick: 'SELECT enrolment_id, ticked_at AS at FROM tick',
    skip: 'SELECT enrolment_id, skipped_at AS at FROM skip',
    draft: 'SELECT enrolment_id, saved_at AS at FROM draft',
  }
  const found = Object.entries(acts).map(([table, sql]) => {
    const count = db
      .prepare<[string], number>(
        `SELECT count(*) FROM (${sql}) AS act LEFT JOIN enrolment ON enrolment.id = enrolment_id
          WHERE enrolment.id IS NULL OR act.at < joined_at OR act.at > seen_at OR act.at > ?`,
      )
      .pluck()
      .get(now)
    return [table, count ?? 0] as const
  })
  return Object.fromEntries(found.filter(([, count]) => count > 0))
}

/** Rows whose number and time do not agree on what came first. */
export function outOfOrder(db: Database): number {
  const times = { reflection: 'published_at', comment: 'written_at', activity: 'happened_at' }
  return Object.entries(times).reduce((sum, [table, time]) => {
    const sql = `SELECT count(*) FROM (SELECT ${time} AS at, lag(${time}) OVER (ORDER BY id) AS before FROM ${table}) WHERE before > at`
    return sum + (db.prepare<[], number>(sql).pluck().get() ?? 0)
  }, 0)
}
