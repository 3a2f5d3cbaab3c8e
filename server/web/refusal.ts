/** An answer that is not the page asked for; the error handler turns it into a page with a way on. */
export class Refusal extends Error {
  readonly status: number
  /** Chooses the words: `errors.<reason>.title` and `.text`. */
  readonly reason: string

  constructor(status: number, reason: string = String(status)) {
    super(`${status} ${reason}`)
    this.status = status
    this.reason = reason
  }
}

export function notFound(): never {
  throw new Refusal(404)
}

export function forbidden(reason?: string): never {
  throw new Refusal(403, reason)
}
