/** Thrown by a handler where a retry cannot help. */
export class PermanentJobError extends Error {}

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

const MAX_LENGTH = 300

/** The message of an error as one line that may be stored and shown: without credentials in addresses and without tokens. */
export function reasonOf(error: unknown): string {
  const words = error instanceof Error ? error.message || error.name : String(error)
  return words
    .replace(/\/\/[^@/\s]+@/g, '//…@')
    .replace(/[\w-]{24,}/g, '…')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_LENGTH)
}
