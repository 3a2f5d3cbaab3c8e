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

interface NewJob {
  kind: string
  key: string | null
  about: string | null
  payload: string
  due_at: string
  now: string
}

/** Rows in one DELETE: a few milliseconds. */
const DELETE_BATCH = 500

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
    UPDATE job SET outcome = 'done', ended_at = :now, working = 0, reason = NULL, about = NULL, payload = '{}' ${isClaimed}`)
  const markDead = db.prepare(
    `UPDATE job SET outcome = 'dead', ended_at = :now, working = 0, reason = :reason ${isClaimed}`,
  )
  const retryLater = db.prepare(`UPDATE job SET due_at = :until, working = 0, reason = :reason ${isClaimed}`)
  const deleteDone = db.prepare(`
    DELETE FROM job WHERE id IN (SELECT id FROM job WHERE outcome = 'done' AND ended_at <= ? LIMIT ${DELETE_BATCH})`)
  const unfinished = db.prepare<[string]>('SELECT 1 FROM job WHERE kind = ? AND outcome IS NULL')
  const waiting = db.prepare<[number], WaitingJob>(`
    SELECT id, kind, about, attempt, reason, due_at, working FROM job WHERE outcome IS NULL ORDER BY due_at, id LIMIT ?`)
  const dead = db.prepare<[number], DeadJob>(`
    SELECT id, kind, about, attempt, reason, ended_at FROM job WHERE outcome = 'dead' ORDER BY ended_at DESC, id DESC LIMIT ?`)
  const counts = db.prepare<[], { waiting: number; failed: number }>(`
    SELECT (SELECT count(*) FROM job WHERE outcome IS NULL) AS waiting,
           (SELECT count(*) FROM job WHERE outcome = 'dead') AS failed`)
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
    markDone: (id: number, attempt: number, now: string): void => {
      markDone.run({ id, attempt, now })
    },
    markDead: (id: number, attempt: number, now: string, reason: string): void => {
      markDead.run({ id, attempt, now, reason })
    },
    retryLater: (id: number, attempt: number, until: string, reason: string): void => {
      retryLater.run({ id, attempt, until, reason })
    },
    /** Deletes a batch of jobs done before an instant. @returns whether there may be more */
    deleteDone: (before: string): boolean => deleteDone.run(before).changes === DELETE_BATCH,
    isWaiting: (kind: string): boolean => unfinished.get(kind) !== undefined,
    /** Jobs that wait or run, next first. */
    waiting: (limit: number): WaitingJob[] => waiting.all(limit),
    /** Dead jobs, newest first. */
    dead: (limit: number): DeadJob[] => dead.all(limit),
    counts: (): { waiting: number; failed: number } => counts.get() ?? { waiting: 0, failed: 0 },
    requeue: (id: number, now: string): boolean => requeue.run(now, id).changes > 0,
    deleteDead: (id: number): boolean => deleteDead.run(id).changes > 0,
  }
}
