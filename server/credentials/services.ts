import type { Foundation } from '../foundation.ts'
import { createCredentials } from './credentials.ts'
import { hashInWorker } from './data-integrity.ts'
import { createVerification } from './verification.ts'

export type RuleWords = Parameters<typeof createCredentials>[2]['ruleWords']

export function createCredentialServices(
  { config: { data_dir }, db, clock, activity, base_url, fetchPublic, siteName, workers }: Foundation,
  { ruleWords }: { ruleWords: RuleWords },
) {
  const hash = hashInWorker(workers)
  const credentials = createCredentials(db, clock, { hash, activity, data_dir, base_url, siteName, ruleWords })
  const { keys, isRevoked } = credentials
  return { credentials, verify: createVerification(clock, { hash, base_url, keys, isRevoked, fetchPublic }) }
}
