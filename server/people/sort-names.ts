import type { Database } from '../db/open.ts'
import { folded } from './case-folding.ts'

/** Accounts that are written in one transaction. */
const BATCH = 500

/** The columns that people are sorted and searched by; every write of a name or a workplace must set them too. */
export function sortNames({ name, workplace }: { name: string; workplace: string | null }) {
  return { sort_name: folded(name), sort_workplace: workplace === null ? null : folded(workplace) }
}

/** Fills the sort names of accounts from before these columns existed. Needs the SQL function `folded`. */
export function fillSortNames(db: Database): void {
  const missing = db.prepare<[], 1>('SELECT 1 FROM person WHERE sort_name IS NULL LIMIT 1').pluck()
  const fill = db.prepare(`
    UPDATE person SET sort_name = folded(name), sort_workplace = folded(workplace)
     WHERE id IN (SELECT id FROM person WHERE sort_name IS NULL LIMIT ${BATCH})`)
  while (missing.get() !== undefined) fill.run()
}
