const FIRST_SECONDS = 30
const MAX_SECONDS = 6 * 60 * 60

/**
 * The delay before the next attempt: 30 seconds after the first, then four times as long each time, six hours at most.
 * @param chance from 0 to 1, for 20 % of jitter either way: jobs that failed together are not retried together
 */
export function retryDelay(attempt: number, chance: number): Temporal.Duration {
  const seconds = Math.min(FIRST_SECONDS * 4 ** (attempt - 1), MAX_SECONDS)
  return Temporal.Duration.from({ seconds: Math.round(seconds * (0.8 + 0.4 * chance)) })
}
