import { type Clock, instantText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'

interface Queue {
  isWaiting: (kind: string) => boolean
  add: (kind: string) => void
}

/** What is done again and again. The times are in the database: a restart neither repeats nor forgets any. */
export function createTimetable(db: Database, clock: Clock, { isWaiting, add }: Queue) {
  const durations = new Map<string, Temporal.Duration>()
  const nextTime = db.prepare<[string], string>('SELECT next_at FROM timetable WHERE kind = ?').pluck()
  const next = db.prepare(`
    INSERT INTO timetable (kind, next_at) VALUES (:kind, :next)
    ON CONFLICT (kind) DO UPDATE SET next_at = excluded.next_at WHERE next_at <= :now`)

  return {
    /** Has a kind of job done again and again, first at once; one that still runs is waited for. */
    every(kind: string, duration: Temporal.DurationLike): void {
      durations.set(kind, Temporal.Duration.from(duration))
    },

    addDue(): void {
      for (const [kind, every] of durations) {
        const now = clock.now()
        const row = { kind, now: instantText(now), next: instantText(now.add(every)) }
        if ((nextTime.get(kind) ?? '') > row.now || isWaiting(kind)) continue
        transaction(db, () => {
          if (next.run(row).changes > 0) add(kind)
        })
      }
    },
  }
}
