import type { Router } from 'express'
import type { Services } from '../services.ts'
import { acceptPages } from './accept-pages.ts'
import { sendPages } from './send-pages.ts'

export function invitationRoutes(router: Router, services: Services): void {
  acceptPages(router, services)
  sendPages(router, services)
}
