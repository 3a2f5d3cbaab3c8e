import { Router } from 'express'
import type { Services } from '../services.ts'
import { limitFailures } from '../web/limits.ts'
import { resetPages } from './reset-pages.ts'
import { settingsPages } from './settings-pages.ts'
import { signInPages } from './sign-in-pages.ts'

/** What people do with their own accounts: signing in and out, a forgotten password, settings, leaving for good. */
export function peopleRoutes(services: Services): Router {
  const router = Router()
  const limited = limitFailures(services.db, services.clock)
  signInPages(router, services, limited)
  resetPages(router, services, limited)
  settingsPages(router, services, limited)
  return router
}
