import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import autocannon from 'autocannon'

export interface Shot {
  method: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  body?: string
}

/** A server that is measured, with the process that does its work. */
export interface Target {
  origin: string
  pid: number
}

interface Latency {
  p50: number
  p95: number
  p99: number
}

export interface Result extends Latency {
  requests_per_second: number
  /** Processor time of all threads of the server for one request, in microseconds. */
  cpu: number
  /** Answers with an unexpected status, and requests without an answer. */
  wrong: number
}

const CONNECTIONS = 16
/** Ticks a second in /proc: fixed on Linux. */
const HERTZ = 100

/** Processor time that a process has used in user and kernel mode, all its threads together, in seconds. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / HERTZ
}

/** Resident memory of a process in MB. */
export function memory(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Math.round(Number(line?.[1]) / 1024)
}

function latencyOf(milliseconds: number[]): Latency {
  const sorted = milliseconds.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

/** Closed loop: each connection sends its next request as soon as it has the answer. @param next makes each request */
export async function closedLoop({ origin, pid }: Target, seconds: number, next: () => Shot): Promise<Result> {
  const times: number[] = []
  const before = cpuSeconds(pid)
  const { requests, non2xx, errors, statusCodeStats } = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(
      {
        url: origin + next().path,
        connections: CONNECTIONS,
        duration: seconds,
        requests: [
          {
            setupRequest: (shot) => {
              const { method, path, headers = {}, body } = next()
              return { ...shot, method, path, headers, ...(body === undefined ? {} : { body }) }
            },
          },
        ],
      },
      (error, result) => (error ? reject(error) : resolve(result)),
    )
    run.on('response', (_client, _status, _bytes, milliseconds) => times.push(milliseconds))
  })
  const redirected = Object.entries(statusCodeStats ?? {})
    .filter(([code]) => code.startsWith('3'))
    .reduce((sum, [, { count = 0 }]) => sum + count, 0)
  return {
    ...latencyOf(times),
    requests_per_second: requests.average,
    cpu: ((cpuSeconds(pid) - before) / requests.total) * 1e6,
    wrong: non2xx - redirected + errors,
  }
}

/**
 * Open loop: requests are due at random moments, so many a second on average, whether or not earlier ones have been
 * answered. Latency counts from the moment a request was due.
 */
export async function openLoop(
  { origin, pid }: Target,
  { rate, seconds, shots }: { rate: number; seconds: number; shots: Shot[] },
): Promise<Result> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  const times: number[] = []
  const pending: Promise<void>[] = []
  let wrong = 0
  const before = cpuSeconds(pid)
  const from = performance.now()
  let due = from
  while (due < from + seconds * 1000) {
    const wait = due - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const shot = shots[pending.length % shots.length]
    const since = due
    if (shot) {
      const answered = send(origin, agent, shot).then((status) => {
        times.push(performance.now() - since)
        if (status >= 400) wrong += 1
      })
      pending.push(
        answered.catch(() => {
          wrong += 1
        }),
      )
    }
    due += (-Math.log(1 - Math.random()) * 1000) / rate
  }
  await Promise.all(pending)
  agent.destroy()
  const taken = (performance.now() - from) / 1000
  return {
    ...latencyOf(times),
    requests_per_second: times.length / taken,
    cpu: ((cpuSeconds(pid) - before) / times.length) * 1e6,
    wrong,
  }
}

/** Sends one request and reads the answer to its end. @returns its status */
function send(origin: string, agent: Agent, { method, path, headers = {}, body }: Shot): Promise<number> {
  return new Promise((resolve, reject) => {
    request(origin + path, { agent, method, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0))
    })
      .on('error', reject)
      .end(body)
  })
}

/** How many bytes the body of an answer has on the wire. */
export function bytesOf(origin: string, { method, path, headers = {} }: Shot): Promise<number> {
  return new Promise((resolve, reject) => {
    request(origin + path, { method, headers, agent: false }, (answer) => {
      let bytes = 0
      answer
        .on('data', (chunk) => {
          bytes += chunk.length
        })
        .on('end', () => resolve(bytes))
    })
      .on('error', reject)
      .end()
  })
}

/** The median of an odd number of runs, figure by figure. */
export function median(results: Result[]): Result {
  const middle = (name: keyof Result) => {
    const sorted = results.map((result) => result[name]).toSorted((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  }
  return {
    requests_per_second: middle('requests_per_second'),
    cpu: middle('cpu'),
    p50: middle('p50'),
    p95: middle('p95'),
    p99: middle('p99'),
    wrong: results.reduce((sum, { wrong }) => sum + wrong, 0),
  }
}
