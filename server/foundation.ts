import path from 'node:path'
import { createActivity } from './activity/activity.ts'
import type { Config } from './config.ts'
import type { Clock } from './db/clock.ts'
import { type Database, guardWrites } from './db/open.ts'
import { watchOutsideChanges } from './db/outside-changes.ts'
import { createFetcher } from './http-client/fetcher.ts'
import type { Resolve } from './http-client/resolve-host.ts'
import { createJobs } from './jobs/jobs.ts'
import { createMail } from './mail/mail.ts'
import { fillSortNames } from './people/sort-names.ts'
import { registerSqlFunctions } from './people/sql-functions.ts'
import { plainLines, plainText } from './reflections/markdown/markdown.ts'
import { createMarkdown } from './reflections/markdown/markdown-renderer.ts'
import { createLogoStore } from './site/logo.ts'
import { createSettings } from './site/settings/settings.ts'
import { createListSender } from './web/files/send-list.ts'
import { reauthorise } from './web/http/authorisation.ts'
import { createIdempotency } from './web/http/idempotency.ts'
import type { Log } from './web/operations/request-log.ts'
import { emailHtml } from './web/render/email-html.ts'
import { loadTranslations } from './web/text/i18n.ts'
import { createWorkerPool, type WorkerPool } from './workers/worker-pool.ts'

export interface Start {
  clock: Clock
  log: Log
  /** How host names become addresses; the name servers' own answer unless given. */
  resolve?: Resolve
  workers?: WorkerPool
}

/** What every noun may use: database, clock, settings, texts, jobs, mail. Nouns import its type only. */
export function createFoundation(
  config: Config,
  db: Database,
  { clock, log, resolve, workers = createWorkerPool() }: Start,
) {
  guardWrites(db, reauthorise)
  registerSqlFunctions(db)
  fillSortNames(db)
  const activity = createActivity(db, clock)
  const settings = createSettings(db, activity)
  const logo = createLogoStore(db)
  const lookForOutsideChanges = watchOutsideChanges(db, () => {
    settings.reload()
    logo.reload()
  })
  const markdown = createMarkdown(workers)
  const words = loadTranslations()
  const { base_url } = config
  const secret = () => settings.secret('mail_secret')
  const smtpSettings = () => ({
    smtp_url: settings.value('smtp_url') || config.smtp_url,
    mail_from: settings.value('mail_from') || config.mail_from,
    smtp_ca: settings.value('smtp_ca') || config.smtp_ca,
    site_name: settings.siteName(),
  })

  return {
    config,
    db,
    clock,
    log,
    workers,
    sendList: createListSender(workers),
    activity,
    settings,
    logo,
    lookForOutsideChanges,
    markdown,
    renderMarkdown: markdown.render,
    plainLines,
    plainText,
    words,
    /** Texts of what is made for nobody in particular: emails, papers, credentials. */
    t: words('en'),
    base_url,
    /** Pictures of people and of courses. */
    uploads_folder: path.join(config.data_dir, 'uploads'),
    siteName: settings.siteName,
    site: { base_url, name: settings.siteName },
    idempotency: createIdempotency(db, clock),
    jobs: createJobs(db, clock, log, { beforeLook: lookForOutsideChanges }),
    secret,
    mail: createMail({ smtpSettings, base_url, secret, renderHtml: emailHtml }),
    fetchPublic: createFetcher({ allow: config.fetch_allow, resolve }),
  }
}

export type Foundation = ReturnType<typeof createFoundation>
