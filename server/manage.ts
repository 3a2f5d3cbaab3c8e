import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from './config.ts'
import { exportTo, importFrom } from './courses/transfer/command-line.ts'
import { systemClock } from './db/clock.ts'
import { databaseFile, inspectDatabase, openDataFolder } from './db/data-folder.ts'
import { DataFolderError } from './db/data-folder-error.ts'
import { type Database, openDatabase } from './db/open.ts'
import { blogServer } from './demo/blogs.ts'
import { SMALLEST, seedDemo } from './demo/seed-process.ts'
import { reservePort, temporaryFolder } from './demo/temp-site.ts'
import { createServices, type Services } from './services.ts'
import { RestoreError, restoreBackup } from './site/backups/restore-backup.ts'
import { examineDatabase } from './site/doctor.ts'
import { storedProxyFinding } from './site/proxy-check.ts'
import { proxyFindingValues } from './site/proxy-fit.ts'
import { startFailureText } from './site/start-up.ts'
import { createHttpServer } from './web/http/slow-requests.ts'
import { createLog } from './web/operations/request-log.ts'
import { stopOnSignal, stoppable } from './web/operations/shutdown.ts'
import { findWords } from './web/source/find-words.ts'
import { routeTable } from './web/source/route-table.ts'
import { readEmailAddress } from './web/text/email-address.ts'
import { loadTranslations } from './web/text/i18n.ts'

/** What a verb did: facts for scripts, words for people. */
interface Report {
  ok: boolean
  facts: object
  words: string
}

interface CommandArguments {
  taken: string[]
  options: Record<string, string | undefined>
  env: NodeJS.ProcessEnv
}

interface Verb {
  takes: string[]
  /** What may stand after it. */
  may_take?: string
  /** Each with a value: `--port 2323`. */
  options?: string[]
  /** Without a value: `--dry-run`. */
  flags?: string[]
  run: (asked: CommandArguments) => Report | Promise<Report>
}

/** Something the command line got wrong, in words. */
class CommandError extends Error {}

const t = loadTranslations()('en')

// each verb works beside a running server, but for restore
const verbs: Record<string, Verb> = {
  'import-course': {
    takes: ['folder or .zip'],
    flags: ['dry-run', 'link-things'],
    run: ({ taken: [folder = ''], options, env }) => {
      if (!existsSync(folder)) throw new CommandError(t('site.manage.no_folder', { folder }))
      const asked = { dry: options['dry-run'] !== undefined, relink: options['link-things'] !== undefined }
      return onSite(env, (services) => importFrom(services, t, folder, asked))
    },
  },
  'export-course': {
    takes: ['slug', 'folder or .zip'],
    run: ({ taken: [slug = '', folder = ''], env }) =>
      onSite(env, async ({ courseTransfer }) => {
        if (!(await exportTo(courseTransfer, slug, folder)))
          throw new CommandError(t('site.manage.no_course', { slug }))
        const facts = { slug, folder: path.resolve(folder) }
        return { ok: true, facts, words: t('site.manage.exported', facts) }
      }),
  },
  'make-admin': {
    takes: ['email'],
    run: ({ taken: [typed = ''], env }) =>
      onSite(env, ({ people, setup }) => {
        const email = readEmailAddress(typed) ?? typed
        if (!people.credentials(email)) throw new CommandError(t('site.manage.nobody', { email }))
        const changed = setup.makeAdmin(email)
        const words = t(changed ? 'site.manage.admin_made' : 'site.manage.admin_already', { email })
        return { ok: true, facts: { email, changed }, words }
      }),
  },
  'change-email': {
    takes: ['email', 'new email'],
    run: ({ taken: [typed = '', new_typed = ''], env }) =>
      onSite(env, ({ emailChanges, people }) => {
        const email = readEmailAddress(typed) ?? typed
        const new_email = readEmailAddress(new_typed)
        if (new_email === null) throw new CommandError(t('site.manage.email_wrong', { email: new_typed }))
        const account = people.credentials(email)
        if (!account?.password_hash) throw new CommandError(t('site.manage.nobody', { email }))
        if (emailChanges.changeNow(account.id, new_email, null) !== 'changed')
          throw new CommandError(t('site.manage.email_taken', { email: new_email }))
        const facts = { email, new_email }
        return { ok: true, facts, words: t('site.manage.email_changed', facts) }
      }),
  },
  backup: {
    takes: [],
    may_take: 'file',
    run: ({ taken: [file], env }) =>
      onSite(env, async ({ backups, config }) => {
        if (file !== undefined && existsSync(file)) throw new CommandError(t('site.backup.there', { file }))
        const made = await backups.make(file === undefined ? {} : { to: path.resolve(file) })
        const at = file === undefined ? path.join(config.data_dir, 'backups', made.name) : path.resolve(file)
        return { ok: true, facts: { file: at, bytes: made.bytes }, words: t('site.backup.made', { file: at }) }
      }),
  },
  restore: {
    takes: ['file'],
    run: async ({ taken: [file = ''], env }) => {
      const { data_dir } = readConfig(env)
      try {
        const aside = await restoreBackup(path.resolve(file), data_dir, systemClock.now())
        const words = t(aside ? 'site.restore.done_aside' : 'site.restore.done', { folder: data_dir, aside })
        return { ok: true, facts: { folder: data_dir, aside }, words }
      } catch (error) {
        if (!(error instanceof RestoreError)) throw error
        throw new CommandError(t(`site.restore.${error.why}`, { file, folder: data_dir, detail: error.detail }))
      }
    },
  },
  doctor: {
    takes: [],
    run: ({ env }) => {
      const db = openExisting(env)
      try {
        const findings = examineDatabase(db)
        const proxy = storedProxyFinding(db)
        const words = [t(findings.ok ? 'site.manage.well' : 'site.manage.unwell')]
        if (proxy) words.push(t('site.proxy.title'), t(`site.proxy.${proxy.problem}`, proxyFindingValues(proxy)))
        const facts = { ...findings, proxy }
        return { ok: findings.ok, facts, words: [...words, JSON.stringify(facts, null, 2)].join('\n') }
      } finally {
        db.close()
      }
    },
  },
  routes: {
    takes: [],
    run: () => {
      const routes = routeTable()
      const lines = routes.map(({ method, address, policy, file, line }) =>
        [method.padEnd(4), address.padEnd(56), policy.padEnd(14), `${file}:${line}`].join('  '),
      )
      return { ok: true, facts: { routes }, words: lines.join('\n') }
    },
  },
  words: {
    takes: ['text'],
    run: ({ taken: [text = ''] }) => {
      const found = findWords(text)
      if (found.length === 0) throw new CommandError(t('site.manage.no_text', { text }))
      const lines = found.map(({ key, text, used_in, addresses }) => [key, text, ...used_in, ...addresses].join('\n  '))
      return { ok: true, facts: { found }, words: lines.join('\n') }
    },
  },
  demo: { takes: [], options: ['port', 'size'], flags: ['watch'], run: ({ options, env }) => runDemo(options, env) },
}

function openExisting(env: NodeJS.ProcessEnv): Database {
  const file = databaseFile(readConfig(env).data_dir)
  if (!existsSync(file)) throw new CommandError(t('site.manage.no_database', { file }))
  inspectDatabase(file)
  return openDatabase(file)
}

async function onSite(env: NodeJS.ProcessEnv, work: (services: Services) => Report | Promise<Report>): Promise<Report> {
  const config = readConfig(env)
  const db = openDataFolder(config.data_dir, systemClock.now())
  const services = createServices(config, db, { clock: systemClock, log: createLog('silent') })
  try {
    return await work(services)
  } finally {
    await services.workers.close()
    db.close()
  }
}

const LARGEST = 100_000

/** Serves a site that is made for the occasion, in a folder that goes with it; the real one is not touched. */
async function runDemo(options: CommandArguments['options'], site_env: NodeJS.ProcessEnv): Promise<Report> {
  const { port = site_env['PORT'] ?? '', size: people = '40' } = options
  const size = Number(people)
  if (!Number.isInteger(size) || size < SMALLEST || size > LARGEST) {
    throw new CommandError(t('demo.size', { smallest: SMALLEST, largest: LARGEST }))
  }
  const wanted = readConfig({ ...site_env, PORT: port })
  const held = await reservePort(wanted.port, wanted.host, port === '')
  if (!held) throw new CommandError(t('demo.port_taken', { port }))
  const leave = () => process.exit()
  process.on('SIGTERM', leave).on('SIGINT', leave)
  const { folder, open } = temporaryFolder()
  // nobody there has a mailbox
  const served = { ...site_env, PORT: String(held.port), DATA_DIR: folder, SMTP_URL: '' }
  // the blog that one of its people writes elsewhere is served there too
  const own_host = new URL(readConfig(served).base_url)
  const fetch_allow = [site_env['FETCH_ALLOW'] ?? '', `${own_host.hostname}:${own_host.port || '80'}`].join(' ').trim()
  const env = { ...served, FETCH_ALLOW: fetch_allow }
  const config = readConfig(env)
  // the other verbs have no pages, and start sooner without
  const [demo, { createApp }] = await Promise.all([seedDemo(size, env), import('./app.ts')])
  await held.release()
  process.off('SIGTERM', leave).off('SIGINT', leave)
  if (options['watch']) serveRestarting(env)
  else {
    const db = open()
    const services = createServices(config, db, { clock: systemClock, log: createLog('error') })
    const [app, blog] = [createApp(services), blogServer(db, config.base_url)]
    const server = createHttpServer((req, res) => void (blog(req, res) || app(req, res)))
    server.listen(config.port, config.host)
    await once(server, 'listening')
    stopOnSignal([stoppable(server), services.jobs], () => void services.workers.close())
    services.jobs.start()
  }
  const facts = { url: config.base_url, data_dir: folder, ...demo }
  const { password } = demo.accounts.learner
  const words = [
    t('demo.ready', { address: config.base_url, size, password }),
    ...Object.entries(demo.accounts).map(([part, { email }]) => `  ${email}: ${t(`demo.account.${part}`)}`),
    t('demo.goes', { folder }),
  ]
  return { ok: true, facts, words: words.join('\n') }
}

/** Starts a server that restarts on change, as `npm run dev` does. This process ends with it. */
function serveRestarting(env: NodeJS.ProcessEnv): void {
  const run = path.join(import.meta.dirname, '../tools/run.mjs')
  const server = spawn(process.execPath, [run, '--watch', 'server/main.ts'], { env, stdio: 'inherit' })
  const passOn = (signal: NodeJS.Signals) => server.kill(signal)
  process.on('SIGTERM', passOn).on('SIGINT', passOn)
  server.on('exit', (code) => process.exit(code ?? 1))
}

function usage(name: string): string {
  const { takes = [], may_take, options = [], flags = [] } = verbs[name] ?? {}
  const more = may_take ? [`[${may_take}]`] : []
  const words = [
    ...takes.map((word) => `<${word}>`),
    ...more,
    ...options.map((option) => `[--${option} <number>]`),
    ...flags.map((flag) => `[--${flag}]`),
  ]
  return `  npm run manage -- ${[name, ...words].join(' ')}`
}

function refusal(error: unknown, env: NodeJS.ProcessEnv): Report {
  const folder = error instanceof DataFolderError ? readConfig(env).data_dir : ''
  const words = startFailureText(error, folder) ?? (error instanceof Error ? error.message : String(error))
  // a broken course folder says where, file by file
  const { problems } = Object(error)
  return { ok: false, facts: { error: words, ...(problems ? { problems } : {}) }, words }
}

const TEXT = { type: 'string' } as const
const FLAG = { type: 'boolean' } as const

async function answer(args: string[], env: NodeJS.ProcessEnv): Promise<Report> {
  try {
    const named = args.find((arg) => Object.hasOwn(verbs, arg))
    const { options = [], flags = [] } = verbs[named ?? ''] ?? {}
    const own = options.map((option) => [option, TEXT] as const)
    const known = Object.fromEntries([...own, ...flags.map((flag) => [flag, FLAG] as const)])
    const { positionals, values } = parseArgs({ args, allowPositionals: true, options: known })
    const [name = '', ...taken] = positionals
    const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined
    if (!verb) throw new CommandError([t('site.manage.verbs'), ...Object.keys(verbs).map(usage)].join('\n'))
    const most = verb.takes.length + (verb.may_take ? 1 : 0)
    if (taken.length < verb.takes.length || taken.length > most)
      throw new CommandError(t('site.manage.usage', { usage: usage(name) }))
    const given = Object.entries(values).map(([option, value]) => [option, String(value)])
    return await verb.run({ taken, options: Object.fromEntries(given), env })
  } catch (error) {
    return refusal(error, env)
  }
}

/** Does what a command line asks for, without the program's name. @returns what it prints */
export async function manage(args: string[], env: NodeJS.ProcessEnv): Promise<{ ok: boolean; printed: string }> {
  const { ok, facts, words } = await answer(
    args.filter((arg) => arg !== '--json'),
    env,
  )
  if (!args.includes('--json')) return { ok, printed: words }
  // what the demo says of itself is read by scripts as it stands
  return { ok, printed: JSON.stringify('data_dir' in facts ? facts : { ok, ...facts }) }
}

if (import.meta.main) {
  // what is made in the data folder is for the site alone
  process.umask(0o077)
  const args = process.argv.slice(2)
  const { ok, printed } = await manage(args, process.env)
  if (ok || args.includes('--json')) console.log(printed)
  else console.error(printed)
  process.exitCode = ok ? 0 : 1
}
