import type { Clock } from '../db/clock.ts'
import { deleteExpired } from '../db/delete-expired.ts'
import type { Database } from '../db/open.ts'
import type { Jobs } from '../jobs/jobs.ts'

/** Rows that expire, and how long they are kept after that. */
const SHORT_LIVED = [
  { table: 'session', at: 'expires_at', kept: { hours: 0 } },
  { table: 'failure_limit', at: 'resets_at', kept: { hours: 0 } },
  { table: 'feed_look', at: 'resets_at', kept: { hours: 0 } },
  { table: 'mention_hour', at: 'began_at', kept: { hours: 1 } },
  // a form sent again later than this (a phone that was offline) is a new one
  { table: 'once', key: 'person_id, once', at: 'done_at', kept: { hours: 24 * 60 } },
  { table: 'email_change', at: 'expires_at', kept: { hours: 24 } },
  { table: 'password_reset', at: 'expires_at', kept: { hours: 24 } },
]

/** Deletes expired rows every ten minutes while the site runs. */
export function expireRows(db: Database, clock: Clock, jobs: Jobs): void {
  const tables = SHORT_LIVED.map(({ kept, ...table }) => ({ kept, deleteUntil: deleteExpired(db, table) }))

  jobs.handle('rows.expire', async (_payload, { signal }) => {
    for (const { kept, deleteUntil } of tables) await deleteUntil(clock.now().subtract(kept), signal)
  })
  jobs.every('rows.expire', { minutes: 10 })
}
