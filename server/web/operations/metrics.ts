import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Database } from '../../db/open.ts'
import { busyCount } from '../../db/write-lock.ts'

/** Few, since each is a line for each route: a page, a slow page, a slow act, something that hangs. In seconds. */
const BUCKETS = [0.05, 0.25, 1, 5]
const NANOSECONDS = 1e9

interface Sources {
  /** How many jobs wait and how many failed for good. */
  jobCounts: () => { waiting: number; failed: number }
}

/** The labels of one route are looked up once: to find them by their names costs more than the rest. */
interface RouteMetrics {
  duration: { observe(seconds: number): void }
  byStatus: Map<number, { inc(): void }>
}

/**
 * What the site counts of itself, for Prometheus. What is not a count of requests is read when it is asked for, so that a
 * site nobody watches does nothing for it.
 */
export function createMetrics(db: Database, { jobCounts }: Sources) {
  const registers = [new Registry()]
  const [registry] = registers as [Registry]
  const requests = new Counter({
    name: 'twentythree_http_requests_total',
    help: 'Requests by route pattern and class of status',
    labelNames: ['method', 'route', 'status'] as const,
    registers,
  })
  const durations = new Histogram({
    name: 'twentythree_http_request_duration_seconds',
    help: 'Time until the answer was handed over, by route pattern',
    labelNames: ['method', 'route'] as const,
    buckets: BUCKETS,
    registers,
  })
  const routes = new Map<string, RouteMetrics>()

  // watched from the first time on that somebody asks
  let delays: ReturnType<typeof startDelays> | null = null
  gauge('nodejs_eventloop_lag_max_seconds', 'Longest hold of the event loop since the last time asked', 'max', () => {
    delays ??= startDelays()
    return delays.max / NANOSECONDS
  })
  gauge('nodejs_eventloop_lag_p99_seconds', '99th percentile of the same', 'max', () => {
    const p99 = delays?.percentile(99) ?? 0
    delays?.reset()
    return p99 / NANOSECONDS
  })

  function gauge(name: string, help: string, aggregator: 'sum' | 'first' | 'max', value: () => number): void {
    new Gauge({
      name,
      help,
      aggregator,
      registers,
      collect() {
        this.set(value())
      },
    })
  }

  function total(name: string, help: string, value: () => number): void {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(value())
      },
    })
  }

  const pragma = (name: string) => Number(db.pragma(name, { simple: true }))
  gauge('twentythree_jobs_waiting', 'Jobs that wait or run', 'first', () => jobCounts().waiting)
  gauge('twentythree_jobs_failed', 'Jobs that failed for good', 'first', () => jobCounts().failed)
  gauge('twentythree_database_bytes', 'Size of the database', 'first', () => pragma('page_count') * pragma('page_size'))
  total('twentythree_sqlite_busy_total', 'Times that another process was writing', () => busyCount(db))
  gauge('process_resident_memory_bytes', 'Resident memory', 'sum', () => process.memoryUsage.rss())
  gauge('nodejs_heap_size_used_bytes', 'Heap in use', 'sum', () => process.memoryUsage().heapUsed)
  total('process_cpu_seconds_total', 'CPU time of all threads', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })

  function routeMetrics(method: string, route: string): RouteMetrics {
    const metrics = { duration: durations.labels({ method, route }), byStatus: new Map() }
    routes.set(`${method} ${route}`, metrics)
    return metrics
  }

  return {
    registry,

    /** Counts an answer. @param route the route's pattern: an address may hold a token, and there are too many of them */
    answered(method: string, route: string, status: number, seconds: number): void {
      const metrics = routes.get(`${method} ${route}`) ?? routeMetrics(method, route)
      const hundreds = Math.floor(status / 100)
      let count = metrics.byStatus.get(hundreds)
      if (!count) {
        count = requests.labels({ method, route, status: `${hundreds}xx` })
        metrics.byStatus.set(hundreds, count)
      }
      count.inc()
      metrics.duration.observe(seconds)
    },
  }
}

export type Metrics = ReturnType<typeof createMetrics>

function startDelays() {
  const monitor = monitorEventLoopDelay({ resolution: 20 })
  monitor.enable()
  return monitor
}
