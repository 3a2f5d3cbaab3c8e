import { Router } from 'express'
import type { Services } from '../services.ts'
import { certificatePages } from './certificate-pages.ts'
import { designPages } from './design-pages.ts'

export function certificateRoutes(services: Services): Router {
  const router = Router()
  designPages(router, services)
  certificatePages(router, services)
  return router
}
