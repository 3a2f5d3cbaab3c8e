import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from './config.ts'
import { systemClock } from './db/clock.ts'
import { migrate } from './db/migrate.ts'
import { type Database, openDatabase } from './db/open.ts'
import { createServices, type Services } from './services.ts'
import { examine } from './site/doctor.ts'
import { createLog } from './web/log.ts'
import { loadWords } from './web/words.ts'

/** What a verb did: facts for scripts, words for people. */
interface Report {
  ok: boolean
  facts: object
  words: string
}

/** Something the command line got wrong, in words. */
class Refused extends Error {}

const t = loadWords()('en')

// each verb works beside a running server
const verbs: Record<string, { takes: string[]; run: (...args: string[]) => Report }> = {
  'import-course': {
    takes: ['folder'],
    run: (folder = '') =>
      onSite(({ courses }) => {
        if (!existsSync(folder)) throw new Refused(t('site.manage.no_folder', { folder }))
        const id = courses.importFolder(folder, null)
        const course = courses.all().find((each) => each.id === id)
        return { ok: true, facts: { ...course }, words: t('site.manage.imported', { ...course }) }
      }),
  },
  'export-course': {
    takes: ['slug', 'folder'],
    run: (slug = '', folder = '') =>
      onSite(({ courses }) => {
        if (!courses.exportFolder(slug, folder)) throw new Refused(t('site.manage.no_course', { slug }))
        const facts = { slug, folder: path.resolve(folder) }
        return { ok: true, facts, words: t('site.manage.exported', facts) }
      }),
  },
  'make-admin': {
    takes: ['email'],
    run: (email = '') =>
      onSite(({ people, setup }) => {
        if (!people.credentials(email)) throw new Refused(t('site.manage.nobody', { email }))
        const changed = setup.makeAdmin(email)
        const words = t(changed ? 'site.manage.admin_made' : 'site.manage.admin_already', { email })
        return { ok: true, facts: { email, changed }, words }
      }),
  },
  doctor: {
    takes: [],
    run: () => {
      const db = openExisting()
      try {
        const findings = examine(db)
        const words = t(findings.ok ? 'site.manage.well' : 'site.manage.unwell')
        return { ok: findings.ok, facts: findings, words: `${words}\n${JSON.stringify(findings, null, 2)}` }
      } finally {
        db.close()
      }
    },
  },
}

function databaseFile(): { folder: string; file: string } {
  const folder = readConfig(process.env).data_dir
  return { folder, file: path.join(folder, 'twentythree.sqlite') }
}

function openExisting(): Database {
  const { file } = databaseFile()
  if (!existsSync(file)) throw new Refused(t('site.manage.no_database', { file }))
  return openDatabase(file)
}

function onSite(work: (services: Services) => Report): Report {
  const { folder, file } = databaseFile()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const db = openDatabase(file)
  try {
    migrate(db, systemClock.now(), { backUpTo: path.join(folder, 'backups') })
    return work(createServices(readConfig(process.env), db, { clock: systemClock, log: createLog('silent') }))
  } finally {
    db.close()
  }
}

function run(args: string[]): Report {
  const [name = '', ...rest] = args
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined
  if (!verb) throw new Refused([t('site.manage.verbs'), ...Object.keys(verbs).map(usage)].join('\n'))
  if (rest.length !== verb.takes.length) throw new Refused(t('site.manage.usage', { usage: usage(name) }))
  return verb.run(...rest)
}

function usage(name: string): string {
  return `  npm run manage -- ${[name, ...(verbs[name]?.takes ?? []).map((word) => `<${word}>`)].join(' ')}`
}

function refusal(error: unknown): Report {
  const words = error instanceof Error ? error.message : String(error)
  // a broken course folder says where, file by file
  const { problems } = Object(error)
  return { ok: false, facts: { error: words, ...(problems ? { problems } : {}) }, words }
}

function answer(args: string[]): Report {
  try {
    return run(parseArgs({ args, allowPositionals: true }).positionals)
  } catch (error) {
    return refusal(error)
  }
}

const json = process.argv.includes('--json')
const { ok, facts, words } = answer(process.argv.slice(2).filter((arg) => arg !== '--json'))
if (json) console.log(JSON.stringify({ ok, ...facts }))
else (ok ? console.log : console.error)(words)
process.exitCode = ok ? 0 : 1
