/** How reading a feed ended, as far as the next time depends on it. */
interface Outcome {
  now: Temporal.Instant
  /** Tries in a row that did not work, this one counted; 0 after one that did. */
  failures: number
  /** What the server said in Retry-After. */
  retry_after: string | null
  /** Minutes that the feed itself asks for. */
  ttl: number | null
  /** Jitter from 0 to 1, which spreads feeds added at the same time. */
  chance: number
}

const HOUR = 60
const DAY = 24 * HOUR
const WEEK = 7 * DAY
const JITTER = 0.15

/** Consecutive failures after which polling stops: about five days. */
export const TRIES = 10

/** The next polling time of a feed: at least an hour later, more when its server asks for it or fails. */
export function nextRead({ now, failures, retry_after, ttl, chance }: Outcome): Temporal.Instant {
  const calm = failures === 0 ? Math.min(Math.max(HOUR, ttl ?? 0), DAY) : Math.min(HOUR * 2 ** (failures - 1), DAY)
  const asked = Math.min(minutesIn(retry_after, now), WEEK)
  const minutes = Math.max(calm, asked) * (1 + JITTER * chance)
  return now.add({ seconds: Math.ceil(minutes * 60) })
}

/** Retry-After is a number of seconds or a date. */
function minutesIn(retry_after: string | null, now: Temporal.Instant): number {
  if (retry_after === null) return 0
  if (/^\s*\d{1,9}\s*$/.test(retry_after)) return Number(retry_after) / 60
  const at = Date.parse(retry_after)
  return Number.isFinite(at) ? Math.max(0, (at - now.epochMilliseconds) / 60_000) : 0
}
