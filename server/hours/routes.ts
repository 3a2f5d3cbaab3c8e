import { Router } from 'express'
import type { Services } from '../services.ts'
import { hoursAdminPages } from './admin-pages.ts'
import { learnerHoursPages } from './learner-pages.ts'

export function hoursRoutes(services: Services): Router {
  const router = Router()
  learnerHoursPages(router, services)
  hoursAdminPages(router, services)
  return router
}
