import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

export interface RouteLine {
  method: string
  address: string
  /** As the code names it: `admin`, `may.guiding`. */
  policy: string
  /** From the root of the project, with forward slashes. */
  file: string
  line: number
}

// as Biome formats it: each argument may stand on a line of its own
const ROUTE = /\brouter\.(?<method>get|post|put|patch|delete)\(\s*'(?<address>[^']*)',\s*(?<policy>[\w.]+)/g
const server = path.join(import.meta.dirname, '../..')

/** Every route of the site as its source has it, sorted by address. */
export function routeTable(): RouteLine[] {
  return readdirSync(server, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => routesIn(path.posix.join('server', ...file.split(path.sep)), text(file)))
    .sort((a, b) => compare(a.address, b.address) || compare(a.method, b.method))
}

/** The routes that a source text registers. */
export function routesIn(file: string, source: string): RouteLine[] {
  return Array.from(source.matchAll(ROUTE), ({ index, groups }) => ({
    method: String(groups?.['method']).toUpperCase(),
    address: String(groups?.['address']),
    policy: String(groups?.['policy']),
    file,
    line: source.slice(0, index).split('\n').length,
  }))
}

function text(file: string): string {
  return readFileSync(path.join(server, file), 'utf8')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
