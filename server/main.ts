import cluster from 'node:cluster'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createApp } from './app.ts'
import { type Config, readConfig } from './config.ts'
import { systemClock } from './db/clock.ts'
import { databaseFile, openDataFolder } from './db/data-folder.ts'
import { type Database, openDatabase } from './db/open.ts'
import { holdFolder } from './db/serving.ts'
import { createServices, type Services } from './services.ts'
import { startUp } from './site/start-up.ts'
import { createLog } from './web/log.ts'
import { startPageProcesses } from './web/page-processes.ts'
import { type Stoppable, stoppable, stopWhenTold } from './web/stopping.ts'

const config = settings()
const log = createLog('info')
await (cluster.isPrimary ? runSite() : answerRequests())

/** The one process that holds the data folder and does the jobs; it answers requests itself unless others are to. */
async function runSite(): Promise<void> {
  const letGo = hold()
  const db = openDataFolder(config.data_dir, systemClock.now())
  const services = createServices(config, db, { clock: systemClock, log })
  const welcome = startUp(services)
  const pages = await (config.workers > 1 ? startPageProcesses(config.workers, log) : listen(services))
  // either way the file is left whole
  stopWhenTold([pages, services.jobs], () => {
    close(services, db)
    letGo()
  })
  services.jobs.start()
  for (const line of welcome) console.log(line)
}

/** One of several processes that answer requests; it stops when the one that started it says so. */
async function answerRequests(): Promise<void> {
  const db = openDatabase(databaseFile(config.data_dir))
  const services = createServices(config, db, { clock: systemClock, log })
  const pages = await listen(services)
  // a terminal's Ctrl-C reaches every process: the first one passes it on
  process.on('SIGINT', () => {})
  stopWhenTold([pages], () => close(services, db), ['SIGTERM'])
}

async function listen(services: Services): Promise<Stoppable> {
  const server = createApp(services).listen(config.port, config.host)
  try {
    await once(server, 'listening')
    return stoppable(server)
  } catch (error) {
    const reason = error instanceof Error ? error.message : error
    console.error(`Twentythree cannot listen on ${config.host}:${config.port}: ${reason}`)
    return process.exit(1)
  }
}

function close(services: Services, db: Database): void {
  void services.workers.close()
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
}

function settings(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}

/** One process holds a folder: a second one would send letters twice, and a restore must know that there is none. */
function hold(): () => void {
  mkdirSync(config.data_dir, { recursive: true, mode: 0o700 })
  const held = holdFolder(config.data_dir)
  if (held) return held
  console.error(`Another server runs on ${config.data_dir}. Please stop it first.`)
  process.exit(1)
}
