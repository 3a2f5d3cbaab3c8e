import type { Router } from 'express'
import type { Services } from '../services.ts'
import { certificatePages } from './certificate-pages.ts'
import { templatePages } from './template-pages.ts'

export function certificateRoutes(router: Router, services: Services): void {
  templatePages(router, services)
  certificatePages(router, services)
}
