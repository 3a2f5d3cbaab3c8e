import type { Router } from 'express'
import type { Services } from '../services.ts'
import { devicePages } from './device-pages.ts'
import { emailChangePages } from './email-change/email-change-pages.ts'
import { passwordResetPages } from './password-reset-pages.ts'
import { settingsPages } from './settings-pages.ts'
import { signInPages } from './sign-in-pages.ts'

/** People's own accounts: signing in and out, password reset, settings, deletion. */
export function peopleRoutes(router: Router, services: Services): void {
  signInPages(router, services)
  passwordResetPages(router, services)
  settingsPages(router, services)
  emailChangePages(router, services)
  devicePages(router, services)
}
