import { expect, test } from 'vitest'
import { readConfig } from '../../../server/config.ts'
import { avoidReprepare } from '../../../server/db/open.ts'
import { createServices } from '../../../server/services.ts'
import { createLog } from '../../../server/web/operations/request-log.ts'
import { newDatabase } from '../../support/database.ts'

/** Tables that stay small however many people there are: a site has some courses and cohorts, and some settings. */
const SMALL = new Set([
  'badge',
  'badge_picture',
  'badge_version',
  'calendar_entry',
  'certificate_batch',
  'cohort',
  'course',
  'course_set',
  'course_translation',
  'image_left',
  'link_check',
  'link_place',
  'proxy_finding',
  'logo',
  'migration',
  'pending_upload',
  'people_import',
  // who waits for an admin to make a reset link
  'reset_request',
  // what waits to be put into the search index
  'search_queue',
  'setting',
  'setting_section',
  'step',
  'thing',
  'thing_revision',
  'thing_translation',
])

/** Scans of tables that grow, by a part of the statement, each with the reason why it may. */
const ALLOWED: { table: string; sql: RegExp; why: string }[] = [
  {
    table: 'reflection',
    sql: /SELECT EXISTS \(SELECT 1 FROM reflection\)/,
    why: 'the first row answers it, once at start',
  },
  { table: 'job', sql: /FROM job WHERE outcome IS NULL ORDER BY due_at/, why: 'in the order of its index, to a limit' },
  {
    table: 'job',
    sql: /count\(\*\) FROM job WHERE outcome IS NULL\) AS waiting/,
    why: 'metrics; old jobs are deleted',
  },
  { table: 'person', sql: /person_id NOT IN \(SELECT id FROM person WHERE deactivated_at/, why: 'an index of the few' },
  { table: 'pulse', sql: /pulse INDEXED BY pulse_with_line/, why: 'from the newest on, until there are five' },
  { table: 'person', sql: /SELECT \(SELECT count\(\*\) FROM person\)/, why: "the admin's first page counts everybody" },
  {
    table: 'enrolment',
    sql: /SELECT \(SELECT count\(\*\) FROM person\)/,
    why: "the admin's first page counts everybody",
  },
  { table: 'report', sql: /SELECT \(SELECT count\(\*\) FROM person\)/, why: 'an index of those that are open' },
  { table: 'image', sql: /AS pictures, count\(DISTINCT person_id\)/, why: 'a sum over all pictures, for admins' },
  { table: 'image', sql: /UPDATE image SET unused_since/, why: 'a job of the night looks at each picture' },
  { table: 'waiting', sql: /SELECT DISTINCT cohort_id FROM waiting/, why: 'waiting lists are short' },
  {
    table: 'enrolment',
    sql: /JOIN badge ON badge\.course_id = cohort\.course_id/,
    why: 'counts whom a badge may concern',
  },
  { table: 'credential', sql: /FROM credential WHERE signed_at IS NOT NULL LIMIT 1/, why: 'ends at the first' },
  { table: 'credential', sql: /FROM credential ORDER BY list DESC LIMIT 1/, why: 'the last of its index' },
  { table: 'thing_report', sql: /FROM thing_report AS r JOIN person/, why: 'what is reported of things, newest first' },
  { table: 'invitation', sql: /DELETE FROM person/, why: 'a foreign key without an index, when an account is deleted' },
  {
    table: 'password_reset',
    sql: /DELETE FROM person/,
    why: 'a foreign key without an index, when an account is deleted',
  },
]

/** Every statement of the site with what SQLite would scan for it. */
function scans(): { sql: string; table: string }[] {
  const db = newDatabase()
  const prepare = db.prepare.bind(db)
  const texts = new Set<string>()
  Object.assign(db, {
    prepare: (sql: string) => {
      texts.add(sql)
      return prepare(sql)
    },
  })
  createServices(readConfig({}), db, {
    clock: { now: () => Temporal.Instant.from('2026-03-02T07:00:00Z') },
    log: createLog('silent'),
  })
  const tables = new Set(prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all())
  const found = [...texts].flatMap((sql) => {
    const named = new Map(
      Array.from(sql.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)(?:\s+AS\s+(\w+))?/gi), ([, table = '', alias]) => [
        alias ?? table,
        table,
      ]),
    )
    return planOf(prepare, avoidReprepare(sql)).flatMap(({ detail }) => {
      const table = named.get(/^SCAN (\w+)/.exec(detail)?.[1] ?? '') ?? /^SCAN (\w+)/.exec(detail)?.[1] ?? ''
      // an INSERT is listed with checks of deferred foreign keys, of which there are none
      const checked = /^\s*INSERT/i.test(sql) && !sql.includes(table)
      return tables.has(table) && !detail.includes('VIRTUAL TABLE') && !checked ? [{ sql: squeezed(sql), table }] : []
    })
  })
  expect(texts.size).toBeGreaterThan(500)
  db.close()
  return found
}

type Prepare = ReturnType<typeof newDatabase>['prepare']

function planOf(prepare: Prepare, sql: string): { detail: string }[] {
  const explain = prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
  const names = Array.from(sql.matchAll(/:(\w+)/g), ([, name = '']) => [name, null])
  if (names.length > 0) return explain.all(Object.fromEntries(names))
  return explain.all(...Array.from(sql.matchAll(/\?/g), () => null))
}

const squeezed = (sql: string) => sql.replaceAll(/\s+/g, ' ').trim()

test('no statement scans a table that grows, but for those on a short list with a reason', () => {
  const all = scans().filter(({ table }) => !SMALL.has(table))
  const refused = all.filter(({ sql, table }) => !ALLOWED.some((one) => one.table === table && one.sql.test(sql)))
  expect(refused.map(({ sql, table }) => `${table}: ${sql.slice(0, 200)}`)).toEqual([])
  const needless = ALLOWED.filter((one) => !all.some(({ sql, table }) => one.table === table && one.sql.test(sql)))
  expect(needless.map(({ table, sql }) => `${table} ${sql}`)).toEqual([])
})
