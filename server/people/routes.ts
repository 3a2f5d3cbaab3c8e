import type { Router } from 'express'
import type { Services } from '../services.ts'
import { passwordResetPages } from './password-reset-pages.ts'
import { settingsPages } from './settings-pages.ts'
import { signInPages } from './sign-in-pages.ts'

/** What people do with their own accounts: signing in and out, a forgotten password, settings, leaving for good. */
export function peopleRoutes(router: Router, services: Services): void {
  signInPages(router, services)
  passwordResetPages(router, services)
  settingsPages(router, services)
}
