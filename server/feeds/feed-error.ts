import { FetchError, type FetchErrorReason } from '../http-client/fetch-error.ts'
import { TaskError } from '../workers/worker-pool.ts'

/** What may be wrong with a blog, by the name of its words (`feeds.trouble.*`). */
export type FeedProblem =
  | FetchErrorReason
  | 'no_page'
  | 'refused'
  | 'busy'
  | 'server'
  | 'gone'
  | 'no_feed'
  | 'not_a_feed'
  | 'too_much'

/** Why a part of a feed could not be read: it breaks off or is malformed, or it is longer than what is read. */
export type PartialReading = 'partly' | 'long'

/** True where the feed could be read, but not all of it. */
export function isPartial(problem: string | null): problem is PartialReading {
  return problem === 'partly' || problem === 'long'
}

/** Thrown when a blog cannot be read. */
export class FeedTrouble extends Error {
  readonly trouble: FeedProblem

  constructor(trouble: FeedProblem) {
    super(`Outside blog: ${trouble}`)
    this.trouble = trouble
  }
}

/** @throws any error that is not a failure of the blog */
export function feedTroubleOf(error: unknown): FeedProblem {
  if (error instanceof FeedTrouble) return error.trouble
  if (error instanceof FetchError) return error.reason
  // busy threads are not a failure of the blog
  if (error instanceof TaskError && error.reason !== 'busy') return 'too_much'
  throw error
}

/** The failure that an HTTP status means; null when there is a body to parse. */
export function troubleOfStatus(status: number): FeedProblem | null {
  if (status >= 200 && status < 300) return null
  if (status === 410) return 'gone'
  if (status === 404) return 'no_page'
  if (status === 401 || status === 403) return 'refused'
  if (status === 429 || status === 503) return 'busy'
  return status >= 500 ? 'server' : 'no_page'
}
