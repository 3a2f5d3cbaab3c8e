/** A response with an error status; the error handler renders its page. */
export class HttpError extends Error {
  readonly status: number
  /** Key of the texts: `errors.<reason>.title` and `.text`. */
  readonly reason: string
  /** Seconds for `Retry-After`; null where unknown. */
  readonly retry_after: number | null

  constructor(
    status: number,
    reason: string = String(status),
    { retry_after = null }: { retry_after?: number | null } = {},
  ) {
    super(`${status} ${reason}`)
    this.status = status
    this.reason = reason
    this.retry_after = retry_after
  }
}

export function notFound(): never {
  throw new HttpError(404)
}

export function forbidden(reason?: string): never {
  throw new HttpError(403, reason)
}
