import type { Router } from 'express'
import type { Services } from '../services.ts'
import { hoursAdminPages } from './admin-pages.ts'
import { learnerHoursPages } from './learner-pages.ts'

export function hoursRoutes(router: Router, services: Services): void {
  learnerHoursPages(router, services)
  hoursAdminPages(router, services)
}
