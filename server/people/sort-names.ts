import type { Database } from '../db/open.ts'
import { folded } from './case-folding.ts'

/** So many accounts are written in one transaction. */
const AT_ONCE = 500

/** The columns that lists of people are sorted and searched by; whoever writes a name or a workplace writes them with it. */
export function sortNames({ name, workplace }: { name: string; workplace: string | null }) {
  return { sort_name: folded(name), sort_workplace: workplace === null ? null : folded(workplace) }
}

/** Writes the sort names of accounts that have none: those from before they were kept. The database must know `folded`. */
export function fillSortNames(db: Database): void {
  const missing = db.prepare<[], 1>('SELECT 1 FROM person WHERE sort_name IS NULL LIMIT 1').pluck()
  const fill = db.prepare(`
    UPDATE person SET sort_name = folded(name), sort_workplace = folded(workplace)
     WHERE id IN (SELECT id FROM person WHERE sort_name IS NULL LIMIT ${AT_ONCE})`)
  while (missing.get() !== undefined) fill.run()
}
