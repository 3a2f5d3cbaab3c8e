import { once } from 'node:events'
import path from 'node:path'
import { createApp } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import { systemClock } from '../../server/db/clock.ts'
import { openDatabase } from '../../server/db/open.ts'
import { createServices } from '../../server/services.ts'
import { createLog } from '../../server/web/operations/request-log.ts'
import type { Shot } from './load.ts'

/** How many statements each request runs when it comes a second time, counted by the same app in this process. */
export async function statementCounts(data_dir: string, shots: Shot[]): Promise<number[]> {
  const statements: string[] = []
  const db = openDatabase(path.join(data_dir, 'twentythree.sqlite'), (sql) => statements.push(sql))
  const config = readConfig({ DATA_DIR: data_dir, HOST: '127.0.0.1' })
  const services = createServices(config, db, { clock: systemClock, log: createLog('silent') })
  const server = createApp(services).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const origin = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : ''
  const counts: number[] = []
  for (const { path: page, headers = {} } of shots) {
    await (await fetch(origin + page, { headers })).text()
    statements.length = 0
    await (await fetch(origin + page, { headers })).text()
    counts.push(statements.filter((sql) => !/^\s*(BEGIN|COMMIT)/i.test(sql)).length)
  }
  server.closeAllConnections()
  server.close()
  db.close()
  return counts
}
