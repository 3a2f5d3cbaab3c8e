import type { Server } from 'node:http'

/**
 * On SIGTERM or SIGINT: ends running requests within ten seconds, or at once when told a second time, and then the
 * process.
 * @param last what is to be done after the last answer
 */
export function stopWhenTold(server: Server, last: () => void): void {
  let stopping = false
  function stop(): void {
    if (stopping) {
      server.closeAllConnections()
      return
    }
    stopping = true
    server.close(() => {
      last()
      process.exit(0)
    })
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 10_000).unref()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
