import { type Clock, instantText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'

interface JobQueue {
  isWaiting: (kind: string) => boolean
  add: (kind: string) => void
}

/** Recurring jobs. Their next times are stored, so a restart neither repeats nor skips one. */
export function createSchedule(db: Database, clock: Clock, { isWaiting, add }: JobQueue) {
  const kinds = new Map<string, { every: Temporal.Duration; later: boolean }>()
  const nextTime = db.prepare<[string], string>('SELECT next_at FROM timetable WHERE kind = ?').pluck()
  const begin = db.prepare('INSERT OR IGNORE INTO timetable (kind, next_at) VALUES (:kind, :next)')
  const next = db.prepare(`
    INSERT INTO timetable (kind, next_at) VALUES (:kind, :next)
    ON CONFLICT (kind) DO UPDATE SET next_at = excluded.next_at WHERE next_at <= :now`)

  return {
    /**
     * Adds a job of the kind at every interval, unless one still waits or runs.
     * @param later whether a new site waits for one interval before the first job
     */
    every(kind: string, duration: Temporal.DurationLike, { later = false } = {}): void {
      kinds.set(kind, { every: Temporal.Duration.from(duration), later })
    },

    addDue(): void {
      for (const [kind, { every, later }] of kinds) {
        const now = clock.now()
        const row = { kind, now: instantText(now), next: instantText(now.add(every)) }
        const known = nextTime.get(kind)
        if (known === undefined && later) begin.run({ kind, next: row.next })
        else if ((known ?? '') <= row.now && !isWaiting(kind)) {
          transaction(db, () => {
            if (next.run(row).changes > 0) add(kind)
          })
        }
      }
    },
  }
}
