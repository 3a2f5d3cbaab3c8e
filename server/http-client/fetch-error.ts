/** What may be wrong with an address that this site was asked to fetch; each has its words. */
export type FetchErrorReason =
  /** No http or https address, or one with a name and a password in it. */
  | 'address'
  /** Another port than 80 and 443. */
  | 'port'
  /** No host of this name. */
  | 'not_found'
  /** In a network of its own, not in the public one. */
  | 'private'
  | 'unreachable'
  | 'slow'
  | 'too_large'
  | 'redirects'
  /** The answer cannot be read: an unknown or broken compression. */
  | 'broken'

export class FetchError extends Error {
  readonly reason: FetchErrorReason

  constructor(reason: FetchErrorReason, cause?: unknown) {
    super(`Outgoing request: ${reason}`, { cause })
    this.reason = reason
  }
}
