import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { ActivityLog } from '../../activity/activity.ts'
import type { CheckRecord } from '../../db/check-record.ts'
import { type Clock, instantText } from '../../db/clock.ts'
import type { Database } from '../../db/open.ts'
import type { Jobs } from '../../jobs/jobs.ts'
import type { Settings } from '../settings/settings.ts'
import { checkBackup } from './backup-check.ts'
import {
  backupName,
  backupsFolder,
  backupsIn,
  backupTime,
  DATABASE,
  linkFiles,
  removeLeftovers,
  writeZip,
} from './backup-files.ts'

export interface Backup {
  name: string
  bytes: number
  made_at: string
}

interface BackupsDeps {
  data_dir: string
  activity: ActivityLog
  databaseCheck: CheckRecord
  jobs: Jobs
  settings: Settings
}

export const FORMAT = 1

/** Backups: a consistent copy of the database and the files beside it in one ZIP. */
export function createBackups(
  db: Database,
  clock: Clock,
  { data_dir, activity, databaseCheck, jobs, settings }: BackupsDeps,
) {
  const folder = backupsFolder(data_dir)
  const migrations = db.prepare<[], string>('SELECT name FROM migration ORDER BY name').pluck()

  function list(): Backup[] {
    return backupsIn(folder).flatMap((name) => {
      const bytes = statSync(path.join(folder, name), { throwIfNoEntry: false })?.size
      return bytes === undefined ? [] : [{ name, bytes, made_at: backupTime(name) ?? '' }]
    })
  }

  /**
   * Makes a backup while the site runs. It is verified before older ones are deleted.
   * @param to a file outside of the folder of backups
   * @param by who asked for it; null for nightly ones
   */
  async function make({ to, by = null }: { to?: string; by?: number | null } = {}): Promise<Backup> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const now = clock.now()
    await removeLeftovers(folder, now)
    const stage = path.join(folder, `making-${randomUUID()}`)
    await mkdir(stage, { mode: 0o700 })
    try {
      // pictures before and after the database: what it refers to existed before it was copied, or came meanwhile
      await linkFiles(data_dir, stage)
      await db.backup(path.join(stage, DATABASE))
      await linkFiles(data_dir, stage)
      const name = backupName(now)
      const file = to ?? path.join(folder, name)
      const manifest = { format: FORMAT, made_at: instantText(now), migrations: migrations.all() }
      await writeZip(file, stage, manifest, (part) => check(part, stage))
      const bytes = statSync(file).size
      activity.record('backup.made', { person_id: by, detail: { name: path.basename(file), bytes } })
      if (to === undefined) await deleteOld(name)
      return { name: path.basename(file), bytes, made_at: instantText(now) }
    } finally {
      await rm(stage, { recursive: true, force: true })
    }
  }

  /** @throws where the backup cannot be restored; a damaged copy of the database says that the database is damaged */
  async function check(part: string, stage: string): Promise<void> {
    const problem = await checkBackup(part, stage)
    databaseCheck.found(clock.now(), problem)
    if (problem !== null) throw new Error(`The database is damaged: ${problem}`)
  }

  /** Keeps the newest one whatever its name says, since the clock may have been set back. */
  async function deleteOld(newest: string): Promise<void> {
    const others = backupsIn(folder).filter((name) => name !== newest)
    const kept = Math.max(1, Number(settings.value('backups_kept')))
    for (const name of others.slice(kept - 1)) await rm(path.join(folder, name), { force: true })
  }

  /** Whether the nightly backup is due, in the site's time zone. A new site's first one is due the next night. */
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

    /** The path of a backup; null for an unknown name. */
    fileOf: (name: string): string | null => (backupsIn(folder).includes(name) ? path.join(folder, name) : null),
  }
}
