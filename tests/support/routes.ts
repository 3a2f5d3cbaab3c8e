import type { Router } from 'express'
import { allRoutes } from '../../server/app.ts'
import type { Services } from '../../server/services.ts'
import { healthRoutes } from '../../server/site/health-routes.ts'

export interface RouteEntry {
  method: 'get' | 'post'
  path: string
  policies: string[]
}

interface Layer {
  route?: { path: string; methods: Record<string, boolean>; stack: { handle: { policy?: string } }[] }
}

/** Every route of the app, read off its routers. */
export function routesOf(services: Services): RouteEntry[] {
  return [healthRoutes(services), allRoutes(services)].flatMap(routesOn)
}

export function routesOn(router: Router): RouteEntry[] {
  return (router.stack as unknown as Layer[]).flatMap(({ route }) => {
    if (!route) return []
    const policies = route.stack.flatMap(({ handle }) => handle.policy ?? [])
    const methods = (['get', 'post'] as const).filter((method) => route.methods[method])
    return methods.map((method) => ({ method, path: route.path, policies }))
  })
}

/** An address of the route, its parameters filled with what hardly exists. */
export function sampleAddress(path: string): string {
  return path.replace(/:(\w+)/g, (_all, name: string) => (name === 'cohort' ? 'spring' : '1'))
}
