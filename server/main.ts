import { mkdirSync } from 'node:fs'
import { createApp } from './app.ts'
import { type Config, readConfig } from './config.ts'
import { systemClock } from './db/clock.ts'
import { openDataFolder } from './db/data-folder.ts'
import { holdFolder } from './db/serving.ts'
import { createServices } from './services.ts'
import { startUp } from './site/start-up.ts'
import { createLog } from './web/log.ts'
import { stopWhenTold } from './web/stopping.ts'

const config = settings()
const letGo = hold()
const db = openDataFolder(config.data_dir, systemClock.now())

const services = createServices(config, db, { clock: systemClock, log: createLog('info') })
const welcome = startUp(services)
const server = createApp(services).listen(config.port, config.host, (error?: Error) => {
  if (error) {
    console.error(`Twentythree cannot listen on ${config.host}:${config.port}: ${error.message}`)
    process.exit(1)
  }
  services.jobs.start()
  for (const line of welcome) console.log(line)
})

function settings(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}

/** One process serves a folder: a second one would send letters twice, and a restore must know that there is none. */
function hold(): () => void {
  mkdirSync(config.data_dir, { recursive: true, mode: 0o700 })
  const held = holdFolder(config.data_dir)
  if (held) return held
  console.error(`Another server runs on ${config.data_dir}. Please stop it first.`)
  process.exit(1)
}

// either way the file is left whole
stopWhenTold(server, services.jobs, () => {
  void services.workers.close()
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
  letGo()
})
