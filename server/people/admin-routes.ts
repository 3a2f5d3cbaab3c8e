import type { Router } from 'express'
import type { Services } from '../services.ts'
import { directoryPages } from './directory-pages.ts'
import { dossierPages } from './dossier-pages.ts'
import { seeingPages } from './seeing-pages.ts'

/** The admins' pages about people: the list, one by one, and through their eyes. */
export function peopleAdminRoutes(router: Router, services: Services): void {
  directoryPages(router, services)
  seeingPages(router, services)
  dossierPages(router, services)
}
