/** Thrown by a handler: trying again would not help. */
export class PermanentJobError extends Error {}

const SHORTEST = 30
const LONGEST = 6 * 60 * 60

/**
 * How long a job rests after it did not work: half a minute, then four times as long each time, six hours at most.
 * @param chance from 0 to 1, so that jobs which met the same trouble do not all come back in the same second
 */
export function retryDelay(attempt: number, chance: number): Temporal.Duration {
  const seconds = Math.min(SHORTEST * 4 ** (attempt - 1), LONGEST)
  return Temporal.Duration.from({ seconds: Math.round(seconds * (0.8 + 0.4 * chance)) })
}

const LENGTH = 300

/** What went wrong, in a line that may be kept and shown: without credentials in addresses and without tokens. */
export function reasonOf(error: unknown): string {
  const words = error instanceof Error ? error.message || error.name : String(error)
  return words
    .replace(/\/\/[^@/\s]+@/g, '//…@')
    .replace(/[\w-]{24,}/g, '…')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, LENGTH)
}
