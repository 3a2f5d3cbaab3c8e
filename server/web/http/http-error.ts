/** A response with an error status; the error handler renders its page. */
export class HttpError extends Error {
  readonly status: number
  /** Key of the texts: `errors.<reason>.title` and `.text`. */
  readonly reason: string
  /** Seconds for `Retry-After`; null where unknown. */
  readonly retry_after: number | null
  /** What the texts name. */
  readonly values: Record<string, string>
  /** Where the page's button leads. */
  readonly way_on: string

  constructor(
    status: number,
    reason: string = String(status),
    {
      retry_after = null,
      values = {},
      way_on = '/',
    }: { retry_after?: number | null; values?: Record<string, string>; way_on?: string } = {},
  ) {
    super(`${status} ${reason}`)
    this.status = status
    this.reason = reason
    this.retry_after = retry_after
    this.values = values
    this.way_on = way_on
  }
}

export function notFound(): never {
  throw new HttpError(404)
}

export function forbidden(reason?: string): never {
  throw new HttpError(403, reason)
}
