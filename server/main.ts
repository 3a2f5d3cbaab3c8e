import cluster from 'node:cluster'
import { once } from 'node:events'
import { type Config, readConfig } from './config.ts'
import { systemClock } from './db/clock.ts'
import { databaseFile } from './db/data-folder.ts'
import { closeDatabase, type Database, openDatabase } from './db/open.ts'
import type { Services } from './services.ts'
import { openSite } from './site/open-site.ts'
import { startFailureText, startUp } from './site/start-up.ts'
import { createHttpServer } from './web/http/slow-requests.ts'
import { collectMetrics } from './web/operations/cluster-metrics.ts'
import { startPageProcesses } from './web/operations/page-processes.ts'
import { createLog } from './web/operations/request-log.ts'
import { type Stoppable, stopOnSignal, stoppable } from './web/operations/shutdown.ts'

// whatever is made in the data folder, by whichever library, is for the site alone
process.umask(0o077)
const config = settings()
const log = createLog('info')
await (cluster.isPrimary ? runSite() : answerRequests())

/** The one process that holds the data folder and does the jobs; it answers requests itself unless others are to. */
async function runSite(): Promise<void> {
  const site = await openSite(config.data_dir, systemClock, stopForDamage).catch(refuse)
  const services = await servicesOn(site.db)
  const welcome = startUp(services)
  if (config.workers > 1) collectMetrics()
  const pages = await (config.workers > 1 ? startPageProcesses(config.workers, log) : listen(services))
  // either way the file is left whole
  stopOnSignal([pages, services.jobs], () => {
    void services.workers.close()
    site.close()
  })
  services.jobs.start()
  for (const line of welcome) console.log(line)
}

/** One of several processes that answer requests; it stops when the one that started it says so. */
async function answerRequests(): Promise<void> {
  const db = openDatabase(databaseFile(config.data_dir))
  const services = await servicesOn(db)
  const pages = await listen(services)
  // a terminal's Ctrl-C reaches every process: the first one passes it on
  process.on('SIGINT', () => {})
  const last = () => {
    void services.workers.close()
    closeDatabase(db)
  }
  stopOnSignal([pages], last, ['SIGTERM'])
}

/** Most of the program is loaded only when there is a site to serve: a start that is refused ends sooner. */
async function servicesOn(db: Database): Promise<Services> {
  const { createServices } = await import('./services.ts')
  return createServices(config, db, { clock: systemClock, log })
}

async function listen(services: Services): Promise<Stoppable> {
  const { createApp } = await import('./app.ts')
  const server = createHttpServer(createApp(services)).listen(config.port, config.host)
  try {
    await once(server, 'listening')
    return stoppable(server)
  } catch (error) {
    const reason = error instanceof Error ? error.message : error
    console.error(`Twentythree cannot listen on ${config.host}:${config.port}: ${reason}`)
    return process.exit(1)
  }
}

function settings(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}

/** Says in a sentence or two why the site cannot start. */
function refuse(error: unknown): never {
  const words = startFailureText(error, config.data_dir)
  if (words === null) throw error
  console.error(words)
  process.exit(1)
}

/** A check that outlasted the start found the database damaged: each further write could make it worse. */
function stopForDamage(error: unknown): void {
  const words = startFailureText(error, config.data_dir)
  log.fatal({ err: error }, 'the check of the database')
  // a check that could not be made says nothing of the database: the next start makes it
  if (words === null) return
  console.error(words)
  process.exitCode = 1
  process.kill(process.pid, 'SIGTERM')
}
