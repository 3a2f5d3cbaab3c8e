/** Thrown by a handler where a retry cannot help. */
export class PermanentJobError extends Error {}

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
