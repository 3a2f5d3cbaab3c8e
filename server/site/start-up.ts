import path from 'node:path'
import type { Services } from '../services.ts'

const SHIPPED = path.join(import.meta.dirname, '../../courses/23-mobile-things')

/**
 * What is to be done before the first visitor: the shipped course where there is none.
 * @returns the lines to print once the server listens
 */
export function startUp(services: Services): string[] {
  const { config, courses, setup, words } = services
  if (courses.all().length === 0) courses.importFolder(SHIPPED, null)
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
