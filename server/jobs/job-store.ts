import type { Database } from '../db/open.ts'

/** A job that was claimed. */
export interface Job {
  id: number
  kind: string
  payload: string
  attempt: number
  reason: string | null
}

/** What admins see of a job: never its payload. */
export interface WaitingJob {
  id: number
  kind: string
  about: string | null
  attempt: number
  reason: string | null
  due_at: string
  working: 0 | 1
}

export interface DeadJob {
  id: number
  kind: string
  about: string | null
  attempt: number
  reason: string
  ended_at: string
}

/** How a job stands. Done ones are deleted after a week. */
type JobState = 'waiting' | 'retrying' | 'done' | 'dead'

export interface JobStatus {
  key: string
  state: JobState
  /** Why the last attempt failed; null for jobs that are done or were not tried yet. */
  reason: string | null
  attempt: number
}

/** How many jobs of a kind, or with keys of one beginning, stand how; `skipped` ones turned out not to be needed. */
export interface JobTotals {
  kind: string
  waiting: number
  retrying: number
  done: number
  skipped: number
  dead: number
}

/** Jobs that a recurring attempt does not get done, such as emails while the mail server is down. */
export interface StalledJobs {
  count: number
  /** When the first of them was added. */
  since: string
  /** Why the last attempt of one failed; null where nothing was tried. */
  reason: string | null
}

/** Some of the jobs. */
export interface JobRange {
  /** One kind, or the beginning of several: `mail.`, or '' for all. */
  kind: string
  /** Keys begin with it. */
  key?: string
}

interface NewJob {
  kind: string
  key: string | null
  about: string | null
  payload: string
  due_at: string
  now: string
}

/** Rows in one DELETE or UPDATE: a few milliseconds. */
const BATCH = 500
/** Stalled jobs that are counted, so that a page does not wait for a count of hundreds of thousands. */
const MOST_COUNTED = 10_000
/** The reason of a job that is done without anything to do. */
const SKIPPED = 'skipped'
/** Jobs in a range: `before` is the first text behind all that begin with `from`. */
const IN_RANGE = 'kind >= :kind AND kind < :kind_before AND (:key IS NULL OR (key >= :key AND key < :key_before))'

/** The rows of jobs. A worker ends a job by its id and attempt, so one whose lease ran out changes nothing. */
export function createJobStore(db: Database) {
  const insert = db.prepare<NewJob>(`
    INSERT INTO job (kind, key, about, payload, due_at, added_at) VALUES (:kind, :key, :about, :payload, :due_at, :now)
    ON CONFLICT (kind, key) DO NOTHING`)
  const due = db.prepare<[string, string]>('SELECT 1 FROM job WHERE kind = ? AND outcome IS NULL AND due_at <= ?')
  const claim = db.prepare<{ kind: string; now: string; until: string }, Job>(`
    UPDATE job SET due_at = :until, attempt = attempt + 1, working = 1
     WHERE id = (SELECT id FROM job WHERE kind = :kind AND outcome IS NULL AND due_at <= :now ORDER BY due_at, id LIMIT 1)
    RETURNING id, kind, payload, attempt, reason`)
  const isClaimed = 'WHERE id = :id AND attempt = :attempt AND outcome IS NULL'
  // the payload may hold personal data, so it is dropped as soon as the job is done
  const markDone = db.prepare(`
    UPDATE job SET outcome = 'done', ended_at = :now, working = 0, reason = :reason, about = NULL, payload = '{}' ${isClaimed}`)
  const markDead = db.prepare(
    `UPDATE job SET outcome = 'dead', ended_at = :now, working = 0, reason = :reason ${isClaimed}`,
  )
  const retryLater = db.prepare(`UPDATE job SET due_at = :until, working = 0, reason = :reason ${isClaimed}`)
  const deleteDone = db.prepare(`
    DELETE FROM job WHERE id IN (SELECT id FROM job WHERE outcome = 'done' AND ended_at <= ? LIMIT ${BATCH})`)
  const unfinished = db.prepare<[string]>('SELECT 1 FROM job WHERE kind = ? AND outcome IS NULL')
  const waiting = db.prepare<[number], WaitingJob>(`
    SELECT id, kind, about, attempt, reason, due_at, working FROM job WHERE outcome IS NULL ORDER BY due_at, id LIMIT ?`)
  const dead = db.prepare<[number], DeadJob>(`
    SELECT id, kind, about, attempt, reason, ended_at FROM job WHERE outcome = 'dead' ORDER BY ended_at DESC, id DESC LIMIT ?`)
  const counts = db.prepare<[], { waiting: number; failed: number }>(`
    SELECT (SELECT count(*) FROM job WHERE outcome IS NULL) AS waiting,
           (SELECT count(*) FROM job WHERE outcome = 'dead') AS failed`)
  const statuses = db.prepare<{ kind: string; keys: string }, JobStatus>(`
    SELECT key, attempt, iif(outcome = 'done', NULL, reason) AS reason,
           coalesce(outcome, iif(reason IS NULL, 'waiting', 'retrying')) AS state
      FROM job WHERE kind = :kind AND key IN (SELECT value FROM json_each(:keys))`)
  const totals = db.prepare<RangeValues, JobTotals>(`
    SELECT kind, sum(outcome IS NULL AND reason IS NULL) AS waiting, sum(outcome IS NULL AND reason IS NOT NULL) AS retrying,
           sum(coalesce(outcome = 'done' AND reason IS NULL, 0)) AS done, sum(coalesce(outcome = 'dead', 0)) AS dead,
           sum(coalesce(outcome = 'done' AND reason IS NOT NULL, 0)) AS skipped
      FROM job WHERE ${IN_RANGE} GROUP BY kind ORDER BY kind`)
  const deadPayloads = db.prepare<RangeValues & { limit: number }, { payload: string; reason: string }>(`
    SELECT payload, reason FROM job WHERE ${IN_RANGE} AND outcome = 'dead' ORDER BY ended_at DESC, id DESC LIMIT :limit`)
  const stalled = db.prepare<RangeValues & { added_before: string; due_before: string }, Nullable<StalledJobs>>(`
    SELECT count(*) AS count, min(added_at) AS since, max(reason) AS reason FROM (
      SELECT added_at, reason FROM job
       WHERE ${IN_RANGE} AND outcome IS NULL
         AND ((reason IS NOT NULL AND added_at <= :added_before) OR (working = 0 AND due_at <= :due_before))
       LIMIT ${MOST_COUNTED})`)
  const requeueBatch = db.prepare<RangeValues & { now: string }>(`
    UPDATE job SET outcome = NULL, ended_at = NULL, attempt = 0, due_at = :now
     WHERE id IN (SELECT id FROM job WHERE ${IN_RANGE} AND outcome = 'dead' LIMIT ${BATCH})`)
  const dueNowBatch = db.prepare<RangeValues & { now: string }>(`
    UPDATE job SET due_at = :now
     WHERE id IN (SELECT id FROM job WHERE ${IN_RANGE} AND outcome IS NULL AND working = 0 AND reason IS NOT NULL
                     AND due_at > :now LIMIT ${BATCH})`)
  const deleteDeadBatch = db.prepare<RangeValues>(`
    DELETE FROM job WHERE id IN (SELECT id FROM job WHERE ${IN_RANGE} AND outcome = 'dead' LIMIT ${BATCH})`)
  const requeue = db.prepare<[string, number]>(`
    UPDATE job SET outcome = NULL, ended_at = NULL, attempt = 0, due_at = ? WHERE id = ? AND outcome = 'dead'`)
  const deleteDead = db.prepare<[number]>("DELETE FROM job WHERE id = ? AND outcome = 'dead'")

  return {
    insert: (job: NewJob): void => {
      insert.run(job)
    },
    isDue: (kind: string, now: string): boolean => due.get(kind, now) !== undefined,
    /** Claims the oldest due job of a kind until an instant; one statement, so two processes never claim the same. */
    claim: (kind: string, now: string, until: string): Job | null => claim.get({ kind, now, until }) ?? null,
    markDone: (id: number, attempt: number, now: string, { skipped }: { skipped: boolean }): void => {
      markDone.run({ id, attempt, now, reason: skipped ? SKIPPED : null })
    },
    markDead: (id: number, attempt: number, now: string, reason: string): void => {
      markDead.run({ id, attempt, now, reason })
    },
    retryLater: (id: number, attempt: number, until: string, reason: string): void => {
      retryLater.run({ id, attempt, until, reason })
    },
    /** Deletes a batch of jobs done before an instant. @returns whether there may be more */
    deleteDone: (before: string): boolean => deleteDone.run(before).changes === BATCH,
    isWaiting: (kind: string): boolean => unfinished.get(kind) !== undefined,
    /** Jobs that wait or run, next first. */
    waiting: (limit: number): WaitingJob[] => waiting.all(limit),
    /** Dead jobs, newest first. */
    dead: (limit: number): DeadJob[] => dead.all(limit),
    /** How jobs stand, by their key; a key that is not known is left out. */
    statuses: (kind: string, keys: string[]): Map<string, JobStatus> =>
      new Map(statuses.all({ kind, keys: JSON.stringify(keys) }).map((status) => [status.key, status])),
    totals: (range: JobRange): JobTotals[] => totals.all(valuesOf(range)),
    /** Dead jobs of a range with what they were to do, newest first. */
    deadPayloads: (range: JobRange, limit: number): { payload: string; reason: string }[] =>
      deadPayloads.all({ ...valuesOf(range), limit }),
    /** @param added_before failed jobs count from then on @param due_before jobs that nothing has tried count from then on */
    stalled(range: JobRange, times: { added_before: string; due_before: string }): StalledJobs | null {
      const { count, since, reason } = stalled.get({ ...valuesOf(range), ...times }) ?? {}
      return count && since ? { count, since, reason: reason ?? null } : null
    },
    /** Puts a batch of dead jobs back into the queue. @returns whether there may be more */
    requeueBatch: (range: JobRange, now: string): boolean =>
      requeueBatch.run({ ...valuesOf(range), now }).changes === BATCH,
    /** Makes a batch of jobs that failed and wait for their next attempt due. @returns whether there may be more */
    dueNowBatch: (range: JobRange, now: string): boolean =>
      dueNowBatch.run({ ...valuesOf(range), now }).changes === BATCH,
    deleteDeadBatch: (range: JobRange): boolean => deleteDeadBatch.run(valuesOf(range)).changes === BATCH,
    counts: (): { waiting: number; failed: number } => counts.get() ?? { waiting: 0, failed: 0 },
    requeue: (id: number, now: string): boolean => requeue.run(now, id).changes > 0,
    deleteDead: (id: number): boolean => deleteDead.run(id).changes > 0,
  }
}

type Nullable<Row> = { [Column in keyof Row]: Row[Column] | null }

interface RangeValues {
  kind: string
  kind_before: string
  key: string | null
  key_before: string | null
}

function valuesOf({ kind, key }: JobRange): RangeValues {
  const last = '\u{10ffff}'
  // no kind has a space in it, so nothing but the kind itself lies before this text
  const kind_before = kind === '' || kind.endsWith('.') ? `${kind}${last}` : `${kind} `
  return { kind, kind_before, key: key ?? null, key_before: key === undefined ? null : `${key}${last}` }
}
