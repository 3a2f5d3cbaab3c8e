import type { Router } from 'express'
import { allRoutes } from '../../../server/app.ts'
import type { Services } from '../../../server/services.ts'
import { healthRoutes } from '../../../server/site/health-routes.ts'

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

/**
 * An address of the route.
 * @param samples values of parameters, by name or by the end of the route up to the parameter (`/people/:handle`), or
 * whole addresses by route; what hardly exists without
 */
export function sampleAddress(path: string, samples: Record<string, string> = { ':cohort': 'spring' }): string {
  const whole = samples[path]
  if (whole !== undefined && !/:\w+$/.test(path)) return whole
  return path.replace(/:\w+/g, (name, at: number) => {
    const before = path.slice(0, at) + name
    const keys = Object.keys(samples).filter((key) => before.endsWith(key))
    const [longest = ''] = keys.sort((a, b) => b.length - a.length)
    return samples[longest] ?? '1'
  })
}
