/** What was missing so that a signature could not be checked. */
type MissingCheck =
  /** larger than a badge is */
  | 'size'
  /** a vocabulary that does not come with the product */
  | 'context'
  /** another way of signing, or another type of key */
  | 'method'
  /** the issuer's name cannot be looked up */
  | 'issuer'
  /** the issuer's site did not answer with its keys */
  | 'site'
  /** the keys of this site */
  | 'own_keys'
  /** an end of the work within its time */
  | 'time'
  /** an Open Badges 2 file */
  | 'older'

/** What is known of a credential. Each answers a question of its own, and none is guessed from another. */
export interface Findings {
  /** Is it unchanged? `none`: nobody signed it. */
  signature: 'yes' | 'no' | 'none' | MissingCheck
  /** Who signed it, and is that somebody known here? */
  issuer: 'here' | 'site' | 'key' | 'unknown'
  /** Is today within its dates? */
  dates: 'yes' | 'early' | 'over' | 'unstated' | 'unreadable'
  /** Was it revoked? `withoutAuthorisation`: the signature does not say whom to ask. */
  revoked: 'yes' | 'no' | 'no_place' | 'unknown' | 'withoutAuthorisation'
  /** Is it about this person? Null where nobody asks. */
  recipient: 'yes' | 'no' | 'unknown' | null
}

export type VerdictState =
  | 'valid'
  | 'issuer_unknown'
  | 'unchecked'
  | 'changed'
  | 'unsigned'
  | 'expired'
  | 'not_yet'
  | 'revoked'

/** Nothing is valid but what was signed by a site that is known, and nothing is accused but by a signature that does not fit. */
export function stateOf({ signature, issuer, dates, revoked }: Omit<Findings, 'recipient'>): VerdictState {
  if (signature === 'none') return 'unsigned'
  if (signature === 'no') return 'changed'
  if (signature !== 'yes') return 'unchecked'
  if (issuer !== 'here' && issuer !== 'site') return 'issuer_unknown'
  if (revoked === 'yes') return 'revoked'
  if (dates === 'over') return 'expired'
  if (dates === 'early') return 'not_yet'
  return dates === 'unreadable' || revoked === 'unknown' || revoked === 'withoutAuthorisation' ? 'unchecked' : 'valid'
}
