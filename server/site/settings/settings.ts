import type { ActivityLog } from '../../activity/activity.ts'
import { type Database, transaction } from '../../db/open.ts'
import { newToken } from '../../web/http/token.ts'
import { DEFINITIONS, type SettingName, type SettingSection, type SettingValue, sectionOf } from './definitions.ts'

/** Stored in the same table, but not editable. */
type InternalSetting = 'setup_token' | 'mail_secret' | 'backup_night' | 'feed_origin' | 'texts_rendered_by'

export type SettingValues = Partial<Record<SettingName, string>>

/** Characters of a long text that are logged. */
const LOGGED = 300

/** The settings of the installation, stored in the database and cached in memory. */
export function createSettings(db: Database, activity: ActivityLog) {
  const all = db.prepare<[], [string, string]>('SELECT name, value FROM setting').raw()
  let known = new Map(all.all())
  const put = db.prepare(
    'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  const putIfMissing = db.prepare('INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING')
  const drop = db.prepare('DELETE FROM setting WHERE name = ?')
  const versions = db.prepare<[], [string, number]>('SELECT name, version FROM setting_section').raw()
  const version = db.prepare<[string], number>('SELECT version FROM setting_section WHERE name = ?').pluck()
  const next = db.prepare(`
    INSERT INTO setting_section (name, version) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET version = version + 1`)

  const read = new Map<SettingName, string>()

  function value<Name extends SettingName>(name: Name): SettingValue<Name> {
    const before = read.get(name)
    if (before !== undefined) return before as SettingValue<Name>
    const { schema, default: initial } = DEFINITIONS[name]
    const stored = schema.safeParse(known.get(name) ?? initial)
    // a stored value that is not valid now (of an older version, or edited by hand) is ignored
    const counts = stored.success ? stored.data : initial
    read.set(name, counts)
    return counts as SettingValue<Name>
  }

  function remember(name: SettingName | InternalSetting, text: string): void {
    known.set(name, text)
    read.clear()
  }

  function store(name: SettingName, text: string): void {
    if (text === DEFINITIONS[name].default) drop.run(name)
    else put.run(name, text)
  }

  function logged(text: string): string {
    return text.length > LOGGED ? `${text.slice(0, LOGGED)}…` : text
  }

  const settings = {
    /** The stored text; null where there is none. */
    get: (name: SettingName | InternalSetting) => known.get(name) ?? null,

    /** The valid stored value, else the default. */
    value,

    /** Without validation or log: for internal values and test sites. */
    set(name: SettingName | InternalSetting, text: string): void {
      put.run(name, text)
      remember(name, text)
    },

    /** Reads all of them again, after another process has changed the database. */
    reload(): void {
      known = new Map(all.all())
      read.clear()
    },

    remove(name: InternalSetting): void {
      drop.run(name)
      known.delete(name)
    },

    /** The versions of all sections that were ever changed. */
    versions: (): Map<string, number> => new Map(versions.all()),

    /**
     * Changes settings of one section and logs each with before and after; of a secret only that it changed.
     * @param seen the version of the section that the change was made from
     * @param also runs in the same transaction
     * @returns false where somebody else changed the section since `seen`, to other values
     */
    changeSection(
      section: SettingSection,
      values: SettingValues,
      { by, seen, also = null }: { by: number; seen: number; also?: (() => void) | null },
    ): boolean {
      const wanted = Object.entries(values) as [SettingName, string][]
      const done = transaction(db, () => {
        const changed = wanted.filter(([name, text]) => text !== value(name))
        const newer = (version.get(section) ?? 0) !== seen
        const changes = changed.length > 0 || also !== null
        if (newer && changes) return false
        for (const [name, text] of changed) {
          const { secret } = DEFINITIONS[name]
          const detail = secret
            ? { setting: name, changed: 1 }
            : { setting: name, before: logged(value(name)), after: logged(text) }
          store(name, text)
          activity.record('setting.changed', { person_id: by, detail })
        }
        also?.()
        if (changes) next.run(section)
        return true
      })
      if (done) for (const [name, text] of wanted) remember(name, text)
      return done
    },

    /** Changes one setting, whatever version it has. */
    change(name: SettingName, text: string, by: number): void {
      const section = sectionOf(name)
      settings.changeSection(section, { [name]: text }, { by, seen: version.get(section) ?? 0 })
    },

    /** An internal value that stays what it was at first. */
    keep(name: 'feed_origin', text: string): string {
      const kept = known.get(name)
      if (kept !== undefined) return kept
      // another process may have stored it meanwhile
      putIfMissing.run(name, text)
      settings.reload()
      return known.get(name) ?? text
    },

    /** A secret of 256 bits, created at first use. */
    secret(name: 'setup_token' | 'mail_secret'): string {
      const kept = known.get(name)
      if (kept) return kept
      // another process may have created it meanwhile: the first one is used by all
      putIfMissing.run(name, newToken())
      settings.reload()
      return known.get(name) ?? ''
    },

    siteName: () => value('site_name'),

    /** BCP 47 tags of the languages of course texts; the first is the site's default. */
    languages: (): string[] => value('languages').split(' '),
  }
  return settings
}

export type Settings = ReturnType<typeof createSettings>
