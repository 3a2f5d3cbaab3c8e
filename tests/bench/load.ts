import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'

export interface Shot {
  method: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  body?: string
}

export interface Result {
  requests_per_second: number
  p50: number
  p95: number
  p99: number
  /** Processor time of the server for one request, in microseconds. */
  cpu: number
  wrong: number
}

const CONNECTIONS = 16
/** Ticks a second in /proc: fixed on Linux. */
const HERTZ = 100

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / HERTZ
}

/** Resident memory of a process in MB. */
export function memory(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Math.round(Number(line?.[1]) / 1024)
}

/** Sends one kind of request as fast as it is answered, for some seconds. @param next makes each request */
export async function load(origin: string, pid: number, seconds: number, next: () => Shot): Promise<Result> {
  const first = next()
  const before = cpuSeconds(pid)
  const { requests, latency, non2xx, errors, statusCodeStats } = await autocannon({
    url: origin + first.path,
    connections: CONNECTIONS,
    duration: seconds,
    requests: [
      {
        setupRequest: (request) => {
          const { method, path, headers = {}, body } = next()
          return { ...request, method, path, headers, ...(body === undefined ? {} : { body }) }
        },
      },
    ],
  })
  const redirected = Object.entries(statusCodeStats ?? {})
    .filter(([code]) => code.startsWith('3'))
    .reduce((sum, [, { count = 0 }]) => sum + count, 0)
  return {
    requests_per_second: requests.average,
    p50: latency.p50,
    p95: latency.p97_5,
    p99: latency.p99,
    cpu: ((cpuSeconds(pid) - before) / requests.total) * 1e6,
    wrong: non2xx - redirected + errors,
  }
}

/** The middle one of an odd number of runs, by requests a second. */
export function median(results: Result[]): Result {
  const sorted = results.toSorted((a, b) => a.requests_per_second - b.requests_per_second)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (!middle) throw new Error('There is no median of nothing')
  return middle
}
