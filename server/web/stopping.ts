import type { Server } from 'node:http'

/** What happens behind the pages, and has to end too. */
interface Behind {
  stop(): Promise<void>
  hurry(): void
}

/**
 * On SIGTERM or SIGINT: ends running requests and jobs within ten seconds, or at once when told a second time, and then
 * the process.
 * @param last what is to be done after the last answer and the last job
 */
export function stopWhenTold(server: Server, behind: Behind | null, last: () => void): void {
  let stopping = false
  function stop(): void {
    if (stopping) {
      server.closeAllConnections()
      behind?.hurry()
      return
    }
    stopping = true
    const answered = new Promise((resolve) => server.close(resolve))
    Promise.all([answered, behind?.stop()]).then(() => {
      last()
      process.exit(0)
    })
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 10_000).unref()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
