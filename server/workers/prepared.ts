/** The verb follows at once; what it never asks for, since it refuses, goes after so many milliseconds. */
const KEPT_FOR = 10_000

/**
 * What threads have made ready for verbs that are synchronous: whoever answers a request waits for the thread, and the
 * verb then finds the result by what it was made from. Each is taken once.
 */
export function createPreparedResults() {
  const ready = new Map<string, string>()

  return {
    keep(made: readonly [key: string, result: string][]): void {
      for (const [key, result] of made) ready.set(key, result)
      setTimeout(() => {
        for (const [key] of made) ready.delete(key)
      }, KEPT_FOR).unref()
    },

    take(key: string): string | undefined {
      const result = ready.get(key)
      ready.delete(key)
      return result
    },
  }
}
