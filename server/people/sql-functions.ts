import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database } from '../db/open.ts'
import { folded } from './case-folding.ts'

const impersonation = new AsyncLocalStorage<true>()

/** Runs `work`, and what it starts, with `is_impersonated()` true: SQL then hides drafts and posts for `me` and `guides`. */
export function runImpersonated(work: () => void): void {
  impersonation.run(true, work)
}

/**
 * Registers the site's SQL functions on a connection: `folded(text)` for search, where NULL stays NULL, and
 * `is_impersonated()`, 1 while an admin views the site as another person.
 */
export function registerSqlFunctions(db: Database): void {
  db.function('folded', { deterministic: true }, (text: unknown) => (typeof text === 'string' ? folded(text) : null))
  db.function('is_impersonated', () => (impersonation.getStore() ? 1 : 0))
}
