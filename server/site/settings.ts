import type { Database } from '../db/open.ts'
import { newToken } from '../web/token.ts'

type SettingName = 'site_name' | 'setup_token' | 'mail_secret' | 'smtp_url' | 'mail_from' | 'upload_quota_mb'

/** The installation's settings, kept in the database and in memory. */
export function createSettings(db: Database) {
  const known = new Map(db.prepare<[], [string, string]>('SELECT name, value FROM setting').raw().all())
  const put = db.prepare(
    'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  const drop = db.prepare('DELETE FROM setting WHERE name = ?')

  const settings = {
    get: (name: SettingName) => known.get(name) ?? null,
    set(name: SettingName, value: string): void {
      put.run(name, value)
      known.set(name, value)
    },
    remove(name: SettingName): void {
      drop.run(name)
      known.delete(name)
    },
    /** A secret of 256 bits, made when it is first asked for and kept. */
    secret(name: SettingName): string {
      const kept = known.get(name)
      if (kept) return kept
      const made = newToken()
      settings.set(name, made)
      return made
    },
    siteName: () => known.get('site_name') ?? 'Twentythree',
  }
  return settings
}

export type Settings = ReturnType<typeof createSettings>
