import type { Database } from '../db/open.ts'

/** A job that was claimed. */
export interface Job {
  id: number
  kind: string
  payload: string
  attempt: number
  reason: string | null
}

/** What of a job may be shown: not what it carries. */
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

interface New {
  kind: string
  key: string | null
  about: string | null
  payload: string
  due_at: string
  now: string
}

const CLEAN_AT_ONCE = 500

/** The rows of jobs. Whoever gives a job back names the attempt: one that was taken from him meanwhile stays as it is. */
export function createJobStore(db: Database) {
  const put = db.prepare<New>(`
    INSERT INTO job (kind, key, about, payload, due_at, added_at) VALUES (:kind, :key, :about, :payload, :due_at, :now)
    ON CONFLICT (kind, key) DO NOTHING`)
  const due = db.prepare<[string, string]>('SELECT 1 FROM job WHERE kind = ? AND outcome IS NULL AND due_at <= ?')
  const claim = db.prepare<{ kind: string; now: string; until: string }, Job>(`
    UPDATE job SET due_at = :until, attempt = attempt + 1, working = 1
     WHERE id = (SELECT id FROM job WHERE kind = :kind AND outcome IS NULL AND due_at <= :now ORDER BY due_at, id LIMIT 1)
    RETURNING id, kind, payload, attempt, reason`)
  const mine = 'WHERE id = :id AND attempt = :attempt AND outcome IS NULL'
  // what it carried may be personal: gone as soon as it is done
  const done = db.prepare(`
    UPDATE job SET outcome = 'done', ended_at = :now, working = 0, reason = NULL, about = NULL, payload = '{}' ${mine}`)
  const bury = db.prepare(`UPDATE job SET outcome = 'dead', ended_at = :now, working = 0, reason = :reason ${mine}`)
  const rest = db.prepare(`UPDATE job SET due_at = :until, working = 0, reason = :reason ${mine}`)
  const clean = db.prepare(`
    DELETE FROM job WHERE id IN (SELECT id FROM job WHERE outcome = 'done' AND ended_at <= ? LIMIT ${CLEAN_AT_ONCE})`)
  const unfinished = db.prepare<[string]>('SELECT 1 FROM job WHERE kind = ? AND outcome IS NULL')
  const waiting = db.prepare<[number], WaitingJob>(`
    SELECT id, kind, about, attempt, reason, due_at, working FROM job WHERE outcome IS NULL ORDER BY due_at, id LIMIT ?`)
  const dead = db.prepare<[number], DeadJob>(`
    SELECT id, kind, about, attempt, reason, ended_at FROM job WHERE outcome = 'dead' ORDER BY ended_at DESC, id DESC LIMIT ?`)
  const counts = db.prepare<[], { waiting: number; failed: number }>(`
    SELECT (SELECT count(*) FROM job WHERE outcome IS NULL) AS waiting,
           (SELECT count(*) FROM job WHERE outcome = 'dead') AS failed`)
  const again = db.prepare<[string, number]>(`
    UPDATE job SET outcome = NULL, ended_at = NULL, attempt = 0, due_at = ? WHERE id = ? AND outcome = 'dead'`)
  const drop = db.prepare<[number]>("DELETE FROM job WHERE id = ? AND outcome = 'dead'")

  return {
    put: (job: New): void => {
      put.run(job)
    },
    isDue: (kind: string, now: string): boolean => due.get(kind, now) !== undefined,
    /** Takes the oldest that is due, or nothing, in one statement: whoever else tries finds it taken. */
    claim: (kind: string, now: string, until: string): Job | null => claim.get({ kind, now, until }) ?? null,
    done: (id: number, attempt: number, now: string): void => {
      done.run({ id, attempt, now })
    },
    bury: (id: number, attempt: number, now: string, reason: string): void => {
      bury.run({ id, attempt, now, reason })
    },
    rest: (id: number, attempt: number, until: string, reason: string): void => {
      rest.run({ id, attempt, until, reason })
    },
    /** Deletes finished jobs, so many at once that it takes a few milliseconds. @returns whether there may be more */
    clean: (before: string): boolean => clean.run(before).changes === CLEAN_AT_ONCE,
    isWaiting: (kind: string): boolean => unfinished.get(kind) !== undefined,
    /** What waits or is being done, the next first. */
    waiting: (limit: number): WaitingJob[] => waiting.all(limit),
    /** The dead letters, the newest first. */
    dead: (limit: number): DeadJob[] => dead.all(limit),
    counts: (): { waiting: number; failed: number } => counts.get() ?? { waiting: 0, failed: 0 },
    again: (id: number, now: string): boolean => again.run(now, id).changes > 0,
    drop: (id: number): boolean => drop.run(id).changes > 0,
  }
}
