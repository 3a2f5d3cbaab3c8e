/** An answer that is not the page asked for; the error handler turns it into a page with a way on. */
export class HttpError extends Error {
  readonly status: number
  /** Chooses the words: `errors.<reason>.title` and `.text`. */
  readonly reason: string
  /** Seconds after which it is worth trying again; null where that is not known. */
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
