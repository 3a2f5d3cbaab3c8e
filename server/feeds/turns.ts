/**
 * Lets work begin in turn: so much side by side and no more, and one at a time for each host, so that a slow one holds
 * up only those that wait for itself.
 */
export function createTurns(at_once: number) {
  const busy = new Set<string>()
  const waiting: { host: string; start: () => void }[] = []

  function begin(): void {
    while (busy.size < at_once) {
      const at = waiting.findIndex(({ host }) => !busy.has(host))
      const [next] = at === -1 ? [] : waiting.splice(at, 1)
      if (!next) return
      busy.add(next.host)
      next.start()
    }
  }

  return async function inTurn<Result>(host: string, work: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((start) => {
      waiting.push({ host, start })
      begin()
    })
    try {
      return await work()
    } finally {
      busy.delete(host)
      begin()
    }
  }
}
