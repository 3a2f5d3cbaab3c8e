import { randomUUID } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, instantText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { DATABASE, gather, sweep, writeZip } from './backup-files.ts'
import type { Settings } from './settings.ts'

export interface Backup {
  name: string
  bytes: number
  made_at: string
}

interface Helpers {
  data_dir: string
  activity: ActivityLog
  jobs: Jobs
  settings: Settings
}

const NAME = /^twentythree-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)\.zip$/
export const FORMAT = 1

/** Copies of everything: the database and the files beside it, of one moment, in one ZIP. */
export function createBackups(db: Database, clock: Clock, { data_dir, activity, jobs, settings }: Helpers) {
  const folder = path.join(data_dir, 'backups')
  const migrations = db.prepare<[], string>('SELECT name FROM migration ORDER BY name').pluck()

  function list(): Backup[] {
    const names = namesIn(folder).filter((name) => NAME.test(name))
    return names
      .sort()
      .reverse()
      .flatMap((name) => {
        const bytes = statSync(path.join(folder, name), { throwIfNoEntry: false })?.size
        return bytes === undefined ? [] : [{ name, bytes, made_at: madeAt(name) }]
      })
  }

  /**
   * Makes one while the site goes on.
   * @param to another place than the folder of backups
   * @param by who asked for it; null for the night's
   */
  async function make({ to, by = null }: { to?: string; by?: number | null } = {}): Promise<Backup> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const now = clock.now()
    await sweep(folder, now)
    const stage = path.join(folder, `making-${randomUUID()}`)
    await mkdir(stage, { mode: 0o700 })
    try {
      // pictures before and after: one that the database names was there before it was copied, or came meanwhile
      await gather(data_dir, stage)
      await db.backup(path.join(stage, DATABASE))
      await gather(data_dir, stage)
      const name = `twentythree-${instantText(now).slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}.zip`
      const file = to ?? path.join(folder, name)
      await writeZip(file, stage, { format: FORMAT, made_at: instantText(now), migrations: migrations.all() })
      const bytes = statSync(file).size
      activity.record('backup.made', { person_id: by, detail: { name: path.basename(file), bytes } })
      if (to === undefined) await dropOld()
      return { name: path.basename(file), bytes, made_at: instantText(now) }
    } finally {
      await rm(stage, { recursive: true, force: true })
    }
  }

  async function dropOld(): Promise<void> {
    const old = list().slice(Number(settings.value('backups_kept')))
    for (const { name } of old) await rm(path.join(folder, name), { force: true })
  }

  /** Whether the hour of this night has come and nothing was made since. A site's first night is the next one. */
  function isDue(): boolean {
    const here = clock.now().toZonedDateTimeISO(settings.value('time_zone'))
    const today = here.toPlainDate().toString()
    const last = settings.get('backup_night')
    if (last === today || (last !== null && here.hour < Number(settings.value('backup_hour')))) return false
    settings.set('backup_night', today)
    return last !== null && settings.value('backups_nightly') === '1'
  }

  jobs.handle<{ by?: number }>(
    'backups.make',
    async ({ by }) => {
      await make({ by: by ?? null })
    },
    { lease: { minutes: 30 }, tries: 3 },
  )
  jobs.handle('backups.look', () => {
    if (isDue()) jobs.add('backups.make', {})
  })
  jobs.every('backups.look', { minutes: 30 })

  return {
    list,
    make,

    /** Where a backup lies; null for a name that is none of them. */
    fileOf: (name: string): string | null =>
      NAME.test(name) && namesIn(folder).includes(name) ? path.join(folder, name) : null,
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // there is none before the first backup
    return []
  }
}

function madeAt(name: string): string {
  const [, year, month, day, hour, minute, second] = NAME.exec(name) ?? []
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
}
