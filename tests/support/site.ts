import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createApp } from '../../server/app.ts'
import type { Config } from '../../server/config.ts'
import { instantText } from '../../server/db/clock.ts'
import type { EnrolmentRole } from '../../server/enrolments/enrolments.ts'
import type { Resolve } from '../../server/http-client/resolve-host.ts'
import { hashPassword } from '../../server/people/passwords.ts'
import type { SiteRole } from '../../server/people/person.ts'
import type { Audience } from '../../server/reflections/policy.ts'
import { createServices } from '../../server/services.ts'
import { createHttpServer, type Patience } from '../../server/web/http/slow-requests.ts'
import { newToken, tokenHash } from '../../server/web/http/token.ts'
import { createLog } from '../../server/web/operations/request-log.ts'
import { createWorkerPool, type WorkerPool } from '../../server/workers/worker-pool.ts'
import { newDatabase } from './database.ts'
import { courseOutline } from './fixtures/course-outline.ts'
import { Browser } from './http-client.ts'

export const PASSWORD = 'a short sentence is good'
const passwordHash = await hashPassword(PASSWORD)
// a thread loads its modules once for all sites of a test worker
const sharedWorkers: WorkerPool = {
  ...createWorkerPool(),
  close() {
    throw new Error('Other sites use these threads: give this one a pool of its own.')
  },
}

/** A signed-in person with their browser. */
export interface Actor extends Browser {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly handle: string
}

interface SiteOptions {
  /** Where the clock stands at first: by default 7:00 UTC on the cohorts' first Monday. */
  now?: string
  base_url?: string
  trust_proxy?: number
  metrics_token?: string
  /** A mail server on loopback; without one the site sends no mail. */
  smtp_url?: string
  /** Database file; in memory without. */
  file?: string
  /** Deleted afterwards, as any other; without one a new name, made by who first keeps a file there. */
  data_dir?: string
  /** host:port pairs that the site may fetch from. */
  fetch_allow?: string[]
  /** Which addresses a host's name has, for what the site fetches; every name is this machine without. */
  resolve?: Resolve
  /** Threads of its own, for a test that ends them. */
  workers?: WorkerPool
  /** With slow clients. */
  patience?: Patience
}

interface CohortOptions {
  title?: string
  slug?: string
  starts_on?: string
  time_zone?: string
  joining?: 'code' | 'open' | 'invitation'
  things?: number
}

/** The real app on a database of its own, on a loopback port of its own, with a clock that tests move. */
export async function testSite(options: SiteOptions = {}) {
  const { now = '2026-03-02T07:00:00Z', base_url, trust_proxy = 0, metrics_token, smtp_url, file, patience } = options
  let time = Temporal.Instant.from(now)
  const clock = {
    now: () => time,
    advance: (by: Temporal.DurationLike) => {
      time = time.toZonedDateTimeISO('UTC').add(by).toInstant()
    },
    set: (instant: string) => {
      time = Temporal.Instant.from(instant)
    },
  }
  const statements: string[] = []
  const db = newDatabase(file, (sql) => statements.push(sql))
  const config: Config = {
    port: 0,
    host: '127.0.0.1',
    data_dir: options.data_dir ?? path.join(os.tmpdir(), `twentythree-test-${randomUUID()}`),
    base_url: base_url ?? 'http://localhost:2323',
    base_url_is_set: base_url !== undefined,
    trust_proxy,
    workers: 1,
    metrics_token: metrics_token ?? null,
    smtp_url: smtp_url ?? null,
    mail_from: null,
    smtp_ca: null,
    fetch_allow: options.fetch_allow ?? [],
  }
  const resolve = options.resolve ?? (async () => ['127.0.0.1'])
  const { workers = sharedWorkers } = options
  const services = createServices(config, db, { clock, log: createLog('silent'), resolve, workers })
  const server = await listening(createHttpServer(createApp(services, patience), patience).listen(0, '127.0.0.1'))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let made = 0

  const site = {
    services,
    db,
    clock,
    config,
    origin,

    /** A browser that is not signed in. */
    guest: () => new Browser(origin, base_url),

    /** A person with an account, signed in. */
    person(facts: { name?: string; email?: string; role?: SiteRole; workplace?: string } = {}): Actor {
      made += 1
      const {
        name = `Person ${made}`,
        email = `person${made}@library.example`,
        role = 'member',
        workplace = null,
      } = facts
      const id = services.people.create({ name, email, password_hash: passwordHash, role, workplace })
      const handle = services.people.find(id)?.handle ?? ''
      return Object.assign(site.browserOf(id), { id, email, name, handle })
    },

    /** Another browser in which the person is signed in, without the slow way through the password. */
    browserOf(person_id: number): Browser {
      const token = newToken()
      const browser = new Browser(origin, base_url)
      db.prepare(
        'INSERT INTO session (id_hash, person_id, data, created_at, touched_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
      ).run(
        tokenHash(token),
        person_id,
        '{}',
        instantText(time),
        instantText(time),
        instantText(time.add({ hours: 24 * 30 })),
      )
      const name = config.base_url.startsWith('https:') ? '__Host-session' : 'session'
      browser.cookies.set(name, token)
      return browser
    },

    /** The course that cohorts here run: 23 things in six sets unless said otherwise; imported once per size. */
    course(things = 23): number {
      const slug = `course-${things}`
      const known = services.courses.bySlug(slug)
      return known ? known.id : services.courseTransfer.importOutline(courseOutline({ slug, things }), null)
    },

    /** A cohort with its organiser; others are enrolled by `enrol`. */
    cohort(options: CohortOptions = {}) {
      const {
        title = 'Spring',
        starts_on = '2026-03-02',
        time_zone = 'Europe/Oslo',
        joining = 'code',
        things = 23,
      } = options
      const organiser = site.person({ name: 'Ingrid Solberg' })
      const slug = services.cohorts.make({
        title,
        ...(options.slug ? { slug: options.slug } : {}),
        course_id: site.course(things),
        starts_on,
        time_zone,
        rhythm: { weekday: 'monday', per_week: 2, catch_up_after: [7, 13, 19] },
        holidays: [],
        joining,
        by: organiser.id,
      })
      const id = db.prepare<[string], number>('SELECT id FROM cohort WHERE slug = ?').pluck().get(slug) ?? 0
      const enrol = (actor: Actor, role: EnrolmentRole = 'learner'): Actor => {
        services.members.enrol({ cohort_id: id, person_id: actor.id, role })
        return actor
      }
      return { id, slug, organiser, enrol, at: (path: string) => `/cohorts/${slug}${path}` }
    },

    /** The usual cast: a learner, their peer, their guide and organiser, a stranger in another cohort, an admin, a guest. */
    cast(options: CohortOptions = {}) {
      const cohort = site.cohort(options)
      const other = site.cohort({ title: 'Elsewhere', ...options, slug: 'elsewhere' })
      return {
        cohort,
        other,
        organiser: cohort.organiser,
        learner: cohort.enrol(site.person({ name: 'Amara Okonkwo', workplace: 'East Quay' })),
        peer: cohort.enrol(site.person({ name: 'Kenji Watanabe', workplace: 'Central' })),
        guide: cohort.enrol(site.person({ name: 'Marisol Guerrero' }), 'guide'),
        stranger: other.enrol(site.person({ name: 'Tunde Adeyemi' })),
        foreignGuide: other.enrol(site.person({ name: 'Femi Adebayo' }), 'guide'),
        foreignOrganiser: other.organiser,
        author: site.person({ name: 'Priya Nair', role: 'author' }),
        admin: site.person({ name: 'Åsa Lindqvist', role: 'admin' }),
        guest: site.guest(),
      }
    },

    /** A pod of the cohort with these people in it. @returns its id */
    pod(cohort: { id: number; slug: string }, people: Actor[] = [], name = 'Tram 12'): number {
      const pod_id = services.pods.make(cohort.id, name, null) ?? 0
      const ids = people.map((actor) => services.enrolments.find(actor.id, cohort.slug)?.id ?? 0)
      services.pods.move(cohort.id, ids, pod_id, null)
      return pod_id
    },

    /** From now on the course of these cohorts asks to write first, then read. */
    writeFirst(things = 23): void {
      services.courseAuthoring.setWriteFirst(site.course(things), true, site.person({ role: 'author' }).id)
    },

    /** A published reflection, through the noun's own verb. */
    reflection(
      actor: Actor,
      cohort: { slug: string },
      facts: { number?: number; title?: string; body?: string; audience?: Audience } = {},
    ): number {
      const { number = 1, title = 'What I tried', body = 'I tried it at the desk.', audience = 'cohort' } = facts
      const enrolment = services.enrolments.find(actor.id, cohort.slug)
      const thing = enrolment && services.progress.openThing(enrolment, number)
      if (!enrolment || !thing) throw new Error(`${actor.name} cannot write about thing ${number} of ${cohort.slug}`)
      return services.reflections.publish(enrolment, thing.id, { title, body, audience }).reflection_id
    },

    /** The statements that ran meanwhile, without the brackets of transactions. */
    async statements(work: () => Promise<unknown>): Promise<string[]> {
      statements.length = 0
      await work()
      return statements.filter((sql) => !/^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/i.test(sql))
    },

    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      db.close()
      rmSync(config.data_dir, { recursive: true, force: true })
    },

    [Symbol.dispose](): void {
      server.closeAllConnections()
      server.close()
      db.close()
      rmSync(config.data_dir, { recursive: true, force: true })
    },
  }
  return site
}

export type TestSite = Awaited<ReturnType<typeof testSite>>

function listening(server: Server): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('listening', () => resolve(server))
    server.once('error', reject)
  })
}
