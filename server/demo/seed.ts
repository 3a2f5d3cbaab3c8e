// Creates the site of the demo; started by seed-process.ts, which receives a Demo as message.
import { readConfig } from '../config.ts'
import { systemClock } from '../db/clock.ts'
import { databaseFile } from '../db/data-folder.ts'
import { migrate } from '../db/migrate.ts'
import { closeDatabase, openDatabase } from '../db/open.ts'
import { createServices } from '../services.ts'
import { createLog } from '../web/operations/request-log.ts'
import { loadTranslations } from '../web/text/i18n.ts'
import { fillSite } from './site.ts'
import { setClock } from './timeline.ts'

// the parent process is gone: nobody will serve this site
process.once('disconnect', () => process.exit(1))

const LONG = 2000
const size = Number(process.argv[2])
const t = loadTranslations()('en')
let said = 0
const config = readConfig(process.env)
const db = openDatabase(databaseFile(config.data_dir))
// No fsync: after a power loss the demo is created again. Rollback data of nested transactions and 128 MB of pages stay
// in memory, without which a large demo writes a hundred times as much.
for (const pragma of ['synchronous = OFF', 'temp_store = MEMORY', 'cache_size = -128000', 'wal_autocheckpoint = 20000'])
  db.pragma(pragma)
const now = systemClock.now()
const clock = setClock(now)
migrate(db, now)
const services = createServices(config, db, { clock, log: createLog('error') })
const demo = await fillSite(services, clock, { size, now, progress })
closeDatabase(db)
process.send?.(demo, () => process.exit())

/** Reports on stderr the progress of a large demo in steps of 5 percent. */
function progress(share: number): void {
  const percent = Math.floor(share * 20) * 5
  if (size < LONG || percent === said || percent === 100) return
  said = percent
  console.error(t('demo.progress', { percent }))
}
