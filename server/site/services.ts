import { createCheckRecord } from '../db/check-record.ts'
import type { Foundation } from '../foundation.ts'
import type { PeopleServices } from '../people/services.ts'
import { createMetrics } from '../web/operations/metrics.ts'
import { createAdminHome } from './admin-home.ts'
import { createAppearance } from './appearance.ts'
import { createBackups } from './backups/backups.ts'
import { createChecklist } from './checklist.ts'
import { expireRows } from './expired-rows.ts'
import { createProxyCheck } from './proxy-check.ts'
import { createSetup } from './setup.ts'

export function createSiteServices(
  { config, db, clock, activity, base_url, jobs, logo, mail, markdown, settings }: Foundation,
  { people }: Pick<PeopleServices, 'people'>,
) {
  const { data_dir } = config
  expireRows(db, clock, jobs)
  const databaseCheck = createCheckRecord(data_dir)
  return {
    metrics: createMetrics(db, { jobCounts: jobs.counts }),
    appearance: createAppearance(settings, logo, markdown),
    databaseCheck,
    backups: createBackups(db, clock, { data_dir, activity, databaseCheck, jobs, settings }),
    checklist: createChecklist(db, clock, { mailIsSetUp: mail.isSetUp, base_url }),
    proxyCheck: createProxyCheck(config, db, clock),
    adminHome: createAdminHome(db, clock),
    setup: createSetup(db, { settings, people, activity }),
  }
}
