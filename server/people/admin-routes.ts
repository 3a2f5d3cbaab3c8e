import type { Router } from 'express'
import type { Services } from '../services.ts'
import { accountDetailsPages } from './account-details-pages.ts'
import { directoryPages } from './directory-pages.ts'
import { impersonationPages } from './impersonation/impersonation-pages.ts'

/** The admins' pages about people: the list, single accounts, impersonation. */
export function peopleAdminRoutes(router: Router, services: Services): void {
  directoryPages(router, services)
  impersonationPages(router, services)
  accountDetailsPages(router, services)
}
