/** A result that no function takes, because the request was refused, is dropped after this many milliseconds. */
const KEPT_FOR = 10_000

/**
 * Results of threads for functions that are synchronous: a route awaits the thread, and the function then finds the
 * result by its input. Each result is taken once.
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
