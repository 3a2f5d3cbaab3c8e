import { type Clock, nowText } from '../db/clock.ts'
import type { Fetched } from '../http-client/fetcher.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'
import type { FeedFound, FeedSource } from './parsing/read-task.ts'

const TASK = new URL('./parsing/read-task.ts', import.meta.url)
/** 2 MB of distinct tags, the worst feed known, take a second and a half. */
const LIMIT = { ms: 20_000 }

export type ReadFetched = (fetched: Pick<Fetched, 'body' | 'headers' | 'url' | 'is_cut'>) => Promise<FeedFound>

/**
 * Reads what a feed's address answered, in a thread: what is in it, and so how long that takes, somebody else decides.
 * @throws TaskError
 */
export function createFeedReader(clock: Clock, workers: WorkerPool): ReadFetched {
  return ({ body, headers, url, is_cut }) => {
    const { 'content-type': content_type = '', link: link_header = '' } = headers
    const source = { body, content_type, link_header, is_cut, address: url, now: nowText(clock) }
    return workers.run<FeedSource, FeedFound>(TASK, source, LIMIT)
  }
}
