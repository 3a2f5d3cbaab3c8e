import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from './config.ts'
import { systemClock } from './db/clock.ts'
import { databaseFile, openDataFolder } from './db/data-folder.ts'
import { migrate } from './db/migrate.ts'
import { type Database, openDatabase } from './db/open.ts'
import { setClock } from './demo/agenda.ts'
import { holdPort, passingDatabase } from './demo/place.ts'
import { fillSite, SMALLEST } from './demo/site.ts'
import { createServices, type Services } from './services.ts'
import { examine } from './site/doctor.ts'
import { createLog } from './web/log.ts'
import { stopWhenTold } from './web/stopping.ts'
import { loadWords } from './web/words.ts'

/** What a verb did: facts for scripts, words for people. */
interface Report {
  ok: boolean
  facts: object
  words: string
}

interface Verb {
  takes: string[]
  /** Each with a value: `--port 2323`. */
  options?: string[]
  run: (taken: string[], options: Record<string, string | undefined>) => Report | Promise<Report>
}

/** Something the command line got wrong, in words. */
class Refused extends Error {}

const t = loadWords()('en')

// each verb works beside a running server
const verbs: Record<string, Verb> = {
  'import-course': {
    takes: ['folder'],
    run: ([folder = '']) =>
      onSite(({ courses }) => {
        if (!existsSync(folder)) throw new Refused(t('site.manage.no_folder', { folder }))
        const id = courses.importFolder(folder, null)
        const course = courses.all().find((each) => each.id === id)
        return { ok: true, facts: { ...course }, words: t('site.manage.imported', { ...course }) }
      }),
  },
  'export-course': {
    takes: ['slug', 'folder'],
    run: ([slug = '', folder = '']) =>
      onSite(({ courses }) => {
        if (!courses.exportFolder(slug, folder)) throw new Refused(t('site.manage.no_course', { slug }))
        const facts = { slug, folder: path.resolve(folder) }
        return { ok: true, facts, words: t('site.manage.exported', facts) }
      }),
  },
  'make-admin': {
    takes: ['email'],
    run: ([email = '']) =>
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
  demo: { takes: [], options: ['port', 'size'], run: (_taken, { port, size }) => runDemo(port, size) },
}

function openExisting(): Database {
  const file = databaseFile(readConfig(process.env).data_dir)
  if (!existsSync(file)) throw new Refused(t('site.manage.no_database', { file }))
  return openDatabase(file)
}

function onSite(work: (services: Services) => Report): Report {
  const config = readConfig(process.env)
  const db = openDataFolder(config.data_dir, systemClock.now())
  try {
    return work(createServices(config, db, { clock: systemClock, log: createLog('silent') }))
  } finally {
    db.close()
  }
}

const LARGEST = 100_000

/** Serves a site that is made for the occasion, in a folder that goes with it; the real one is not touched. */
async function runDemo(port = process.env['PORT'] ?? '', people = '40'): Promise<Report> {
  const size = Number(people)
  if (!Number.isInteger(size) || size < SMALLEST || size > LARGEST) {
    throw new Refused(t('demo.size', { smallest: SMALLEST, largest: LARGEST }))
  }
  const wanted = readConfig({ ...process.env, PORT: port })
  const held = await holdPort(wanted.port, wanted.host, port === '')
  if (!held) throw new Refused(t('demo.port_taken', { port }))
  const leave = () => process.exit()
  process.on('SIGTERM', leave).on('SIGINT', leave)
  const { folder, db } = passingDatabase()
  // nobody there has a mailbox
  const config = readConfig({ ...process.env, PORT: String(held.port), DATA_DIR: folder, SMTP_URL: '' })
  const now = systemClock.now()
  const clock = setClock(now)
  const log = createLog('error')
  migrate(db, now)
  const demo = await fillSite(createServices(config, db, { clock, log }), clock, { size, now })
  db.pragma('wal_checkpoint(TRUNCATE)')
  // the other verbs have no pages, and start sooner without
  const { createApp } = await import('./app.ts')
  const app = createApp(createServices(config, db, { clock: systemClock, log }))
  await held.release()
  const server = app.listen(config.port, config.host)
  await once(server, 'listening')
  process.off('SIGTERM', leave).off('SIGINT', leave)
  stopWhenTold(server, null, () => {})
  const facts = { url: config.base_url, data_dir: folder, ...demo }
  const { password } = demo.accounts.learner
  const words = [
    t('demo.ready', { address: config.base_url, size, password }),
    ...Object.entries(demo.accounts).map(([part, { email }]) => `  ${email}: ${t(`demo.account.${part}`)}`),
    t('demo.goes', { folder }),
  ]
  return { ok: true, facts, words: words.join('\n') }
}

function usage(name: string): string {
  const { takes = [], options = [] } = verbs[name] ?? {}
  const words = [...takes.map((word) => `<${word}>`), ...options.map((option) => `[--${option} <number>]`)]
  return `  npm run manage -- ${[name, ...words].join(' ')}`
}

function refusal(error: unknown): Report {
  const words = error instanceof Error ? error.message : String(error)
  // a broken course folder says where, file by file
  const { problems } = Object(error)
  return { ok: false, facts: { error: words, ...(problems ? { problems } : {}) }, words }
}

const TEXT = { type: 'string' } as const

async function answer(args: string[]): Promise<Report> {
  try {
    const named = args.find((arg) => Object.hasOwn(verbs, arg))
    const own = Object.fromEntries((verbs[named ?? '']?.options ?? []).map((option) => [option, TEXT]))
    const { positionals, values } = parseArgs({ args, allowPositionals: true, options: own })
    const [name = '', ...taken] = positionals
    const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined
    if (!verb) throw new Refused([t('site.manage.verbs'), ...Object.keys(verbs).map(usage)].join('\n'))
    if (taken.length !== verb.takes.length) throw new Refused(t('site.manage.usage', { usage: usage(name) }))
    return await verb.run(taken, values)
  } catch (error) {
    return refusal(error)
  }
}

const json = process.argv.includes('--json')
const { ok, facts, words } = await answer(process.argv.slice(2).filter((arg) => arg !== '--json'))
// what the demo says of itself is read by scripts as it stands
if (json) console.log(JSON.stringify('data_dir' in facts ? facts : { ok, ...facts }))
else (ok ? console.log : console.error)(words)
process.exitCode = ok ? 0 : 1
