import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on a loopback port that counts who comes. */
export async function serving(answer: RequestListener, host = '127.0.0.1') {
  let connections = 0
  const server: Server = createServer(answer)
  server.on('connection', () => {
    connections += 1
  })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    connections: () => connections,
    [Symbol.dispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}
