import path from 'node:path'
import { instantText } from '../db/clock.ts'
import type { Services } from '../services.ts'

const SHIPPED = path.join(import.meta.dirname, '../../courses/23-mobile-things')

/** A form sent again later than this (a phone that was offline) is a new one. */
const ONCE_KEPT = Temporal.Duration.from({ hours: 24 * 60 })

/**
 * What is to be done before the first visitor: the shipped course where there is none, rows that are out of date.
 * @returns the lines to print once the server listens
 */
export function startUp(services: Services): string[] {
  const { config, courses, setup, words } = services
  if (courses.all().length === 0) courses.importFolder(SHIPPED, null)
  tidy(services)
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

function tidy({ clock, db }: Services): void {
  const now = clock.now()
  db.prepare('DELETE FROM session WHERE expires_at <= ?').run(instantText(now))
  db.prepare('DELETE FROM once WHERE done_at <= ?').run(instantText(now.subtract(ONCE_KEPT)))
}
