interface ConcurrencyLimits {
  /** How many are at work side by side. */
  at_once: number
  /** How long one may wait for its turn, in milliseconds; for ever unless said. */
  wait_ms?: number
  /** How many may wait; any number unless said. */
  queue?: number
}

/** A turn did not come in time, or too many waited already. */
export class ConcurrencyLimitError extends Error {
  override name = 'ConcurrencyLimitError'
}

interface WaitingRequest {
  key: string
  start: () => void
}

/**
 * Lets work begin in turn: so much side by side and no more, and one at a time for each key (a host that is asked, an
 * address that asks), so that a slow one holds up only those that wait for itself.
 */
export function createConcurrencyLimiter({
  at_once,
  wait_ms = Number.POSITIVE_INFINITY,
  queue = Number.POSITIVE_INFINITY,
}: ConcurrencyLimits) {
  const busy = new Set<string>()
  const waiting: WaitingRequest[] = []

  function begin(): void {
    while (busy.size < at_once) {
      const at = waiting.findIndex(({ key }) => !busy.has(key))
      const [next] = at === -1 ? [] : waiting.splice(at, 1)
      if (!next) return
      busy.add(next.key)
      next.start()
    }
  }

  function turnOf(key: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        const at = waiting.indexOf(entry)
        if (at >= 0) waiting.splice(at, 1)
        reject(new ConcurrencyLimitError(`no turn within ${wait_ms} ms`))
      }
      const timer = Number.isFinite(wait_ms) ? setTimeout(giveUp, wait_ms) : undefined
      const entry: WaitingRequest = {
        key,
        start: () => {
          clearTimeout(timer)
          resolve()
        },
      }
      waiting.push(entry)
      begin()
      if (waiting.length > queue) {
        clearTimeout(timer)
        giveUp()
      }
    })
  }

  /** @throws ConcurrencyLimitError where the work did not begin */
  return async function inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    await turnOf(key)
    try {
      return await work()
    } finally {
      busy.delete(key)
      begin()
    }
  }
}
