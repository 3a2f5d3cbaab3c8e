// The process that makes the site of the demo; seed-process.ts starts it, and is told by a message what was made.
import { readConfig } from '../config.ts'
import { systemClock } from '../db/clock.ts'
import { databaseFile } from '../db/data-folder.ts'
import { migrate } from '../db/migrate.ts'
import { openDatabase } from '../db/open.ts'
import { createServices } from '../services.ts'
import { createLog } from '../web/log.ts'
import { setClock } from './agenda.ts'
import { fillSite } from './site.ts'

// whoever started it is gone: nobody will serve this site
process.once('disconnect', () => process.exit(1))

const size = Number(process.argv[2])
const config = readConfig(process.env)
const db = openDatabase(databaseFile(config.data_dir))
const now = systemClock.now()
const clock = setClock(now)
migrate(db, now)
const demo = await fillSite(createServices(config, db, { clock, log: createLog('error') }), clock, { size, now })
db.pragma('wal_checkpoint(TRUNCATE)')
db.close()
process.send?.(demo, () => process.exit())
