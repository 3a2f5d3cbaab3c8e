import type { ClaimedIdentity } from './claims.ts'
import { identityHash } from './credential-builder.ts'

/** Whether one of the identities is that of an email address; `unknown` where one cannot be compared. */
export function isAbout(identities: readonly ClaimedIdentity[], email: string): 'yes' | 'no' | 'unknown' {
  if (identities.length === 0) return 'unknown'
  const answers = identities.map((each) => compare(each, email))
  return answers.includes('yes') ? 'yes' : answers.includes('unknown') ? 'unknown' : 'no'
}

function compare({ hashed, identity, salt }: ClaimedIdentity, email: string): 'yes' | 'no' | 'unknown' {
  if (!hashed) return identity.trim().toLowerCase() === email.trim().toLowerCase() ? 'yes' : 'no'
  // others may use another algorithm
  if (!identity.startsWith('sha256$')) return 'unknown'
  return identityHash(email, salt) === identity.toLowerCase() ? 'yes' : 'no'
}
