import type { Server } from 'node:http'

/** What runs until the process ends. */
export interface Stoppable {
  /** Takes nothing new and waits for what runs. */
  stop(): Promise<unknown>
  /** Does not wait any longer. */
  abort(): void
}

/** Requests that are being answered have ten seconds. */
export function stoppable(server: Server): Stoppable {
  return {
    stop() {
      const answered = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 10_000).unref()
      return answered
    },
    abort: () => server.closeAllConnections(),
  }
}

/**
 * Stops the parts and then the process when a signal comes, or at once when a second one does.
 * @param last runs when all parts have stopped
 */
export function stopOnSignal(
  parts: Stoppable[],
  last: () => void,
  signals: NodeJS.Signals[] = ['SIGTERM', 'SIGINT'],
): void {
  let stopping = false
  function stop(): void {
    if (stopping) {
      for (const part of parts) part.abort()
      return
    }
    stopping = true
    Promise.all(parts.map((part) => part.stop())).then(() => {
      last()
      process.exit()
    })
  }
  for (const signal of signals) process.on(signal, stop)
}
