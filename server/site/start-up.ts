import path from 'node:path'
import { DataFolderError, dataFolderError } from '../db/data-folder-error.ts'
import type { Services } from '../services.ts'
import { loadTranslations } from '../web/text/i18n.ts'
import { newestBackup } from './backups/backup-files.ts'

const SHIPPED = path.join(import.meta.dirname, '../../courses/23-mobile-things')

/**
 * Prepares the site before the first request: imports the shipped course where there is none, fixes what the ids of feeds
 * begin with, and queues texts that an earlier version rendered.
 * @returns the lines to print once the server listens
 */
export function startUp(services: Services): string[] {
  const { config, courses, courseTransfer, outgoingFeeds, renderAnew, setup, words } = services
  if (courses.all().length === 0) courseTransfer.importFolder(SHIPPED, null)
  outgoingFeeds.fixIdOrigin()
  renderAnew.queue()
  const t = words('en')
  const token = setup.token()
  const allowed = config.fetch_allow.join(', ')
  const lines = [
    t('site.start.address', { address: config.base_url }),
    t('site.start.data', { folder: config.data_dir }),
    ...(allowed ? [t('site.start.fetch_allow', { list: allowed })] : []),
  ]
  return token ? [...lines, t('site.start.set_up'), `${config.base_url}/setup?token=${token}`] : lines
}

/** Why the site does not start, with what to do; null for an unexpected error. */
export function startFailureText(error: unknown, data_dir: string): string | null {
  const known = dataFolderError(error, data_dir)
  if (!(known instanceof DataFolderError)) return null
  const { fault, file, detail } = known
  const backup = newestBackup(data_dir) ?? '<file>'
  return loadTranslations()('en')(`site.start.refused.${fault}`, { file, detail, backup })
}
