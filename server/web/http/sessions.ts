import type { CookieOptions, Request, RequestHandler, Response } from 'express'
import type { Config } from '../../config.ts'
import { type Clock, instantText } from '../../db/clock.ts'
import type { Database } from '../../db/open.ts'
import { writeIfPossible } from '../../db/write-lock.ts'
import { readUserAgent } from '../text/user-agent.ts'
import { addRule, withoutAuthorisation } from './authorisation.ts'
import { beforeHead } from './before-head.ts'
import { forbidden } from './http-error.ts'
import { newToken, tokenHash } from './token.ts'

/** Idle and absolute timeout of a session; on a shared computer it also ends with the browser. */
const IDLE = Temporal.Duration.from({ hours: 24 * 30 })
const IDLE_SHARED = Temporal.Duration.from({ hours: 2 })
const LONGEST = Temporal.Duration.from({ hours: 24 * 180 })
const TOUCH_EVERY = Temporal.Duration.from({ minutes: 1 })

/** Milliseconds until the deletion of a session is retried. */
const TRY_AGAIN = 1000

/** The data of a session in which there is nothing to remember. */
const NOTHING = '{}'

/** A session as it is found in the database, with the person who is signed in. */
interface StoredSession {
  id_hash: string
  data: string
  touched_at: string
  person: Express.User | null
}

declare global {
  namespace Express {
    /** What is remembered from page to page; saved by itself when it was changed. */
    interface Session {
      /** Signed in on a computer that others use. */
      shared?: true
    }
    interface Request {
      session: Session
      /** The session as it was read; null where the browser has none, or none that is good. */
      stored: StoredSession | null
    }
  }
}

interface SessionHelpers {
  /** The person of a session that may be over. */
  personOf: (id_hash: string) => number | null
  find: (id_hash: string, now: string) => StoredSession | null
  roleNow: (who: { id: number; id_hash: string | null; now: string }) => Express.User['role'] | null
}

/**
 * Sessions in the site's database. A request that only reads writes at most once a minute: when the session was last used.
 * @param find a session that is not over at an instant, with its person
 * @param personOf the person of a session, over or not
 * @param roleNow the role of a person who may act at an instant, in this session where there is one; null where not
 */
export function createSessions(
  config: Config,
  db: Database,
  clock: Clock,
  { find, personOf, roleNow }: SessionHelpers,
) {
  const insert = db.prepare(`
    INSERT INTO session (id_hash, person_id, data, created_at, touched_at, expires_at, browser, system)
    VALUES (:id_hash, :person_id, :data, :now, :now, :expires_at, :browser, :system)`)
  // never an upsert: a session that was ended meanwhile stays ended
  const update = db.prepare(`
    UPDATE session
       SET data = json_patch(data, :changed), touched_at = :now, browser = :browser, system = :system,
           expires_at = min(:expires_at, strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+180 days'))
     WHERE id_hash = :id_hash`)
  const drop = db.prepare('DELETE FROM session WHERE id_hash = ?')

  const https = config.base_url.startsWith('https:')
  const cookie = https ? '__Host-session' : 'session'
  const inHeader = new RegExp(`(?:^|; ?)${cookie}=([\\w-]{43})(?:;|$)`)
  const flags: CookieOptions = { httpOnly: true, sameSite: 'lax', secure: https, path: '/' }
  // how long the browser keeps it at most; when a session really ends is the database's to say
  const lasting: CookieOptions = { ...flags, maxAge: LONGEST.total('milliseconds') }

  // signed out, and not deleted yet: that waits while the database is locked or the disk is full
  const ended = new Set<string>()

  /** @returns whether all of them are deleted; what is left is tried again soon */
  function deleteEnded(): boolean {
    if (!db.open) return false
    const deleted = writeIfPossible(db, () => {
      for (const id_hash of ended) drop.run(id_hash)
    })
    if (deleted) ended.clear()
    else setTimeout(deleteEnded, TRY_AGAIN).unref()
    return deleted
  }

  function idHashOf(req: Request): string | null {
    const token = inHeader.exec(req.headers.cookie ?? '')?.[1]
    return token === undefined ? null : tokenHash(token)
  }

  /** Before the head of the answer goes: what was changed is written, and a session that began gets its cookie. */
  function save(req: Request, res: Response): void {
    const { session, stored, user } = req
    const data = JSON.stringify(session)
    const now = clock.now()
    const times = () => ({
      now: instantText(now),
      expires_at: instantText(now.add(session.shared ? IDLE_SHARED : IDLE)),
    })
    const device = () => readUserAgent(req.headers['user-agent'])
    if (stored) {
      const changed = data === stored.data ? NOTHING : changesOf(JSON.parse(stored.data), session)
      const stale = Temporal.Instant.compare(stored.touched_at, now.subtract(TOUCH_EVERY)) <= 0
      const row = { id_hash: stored.id_hash, changed, ...times(), ...device() }
      if (changed !== NOTHING || stale) writeIfPossible(db, () => update.run(row))
    } else if (user || data !== NOTHING) {
      const token = newToken()
      const row = { id_hash: tokenHash(token), person_id: user?.id ?? null, data, ...times(), ...device() }
      // without it nobody is signed in; what a guest is to be told on the next page may be left out
      if (user) store(req, row)
      else if (!writeIfPossible(db, () => insert.run(row))) return
      res.cookie(cookie, token, session.shared ? flags : lasting)
    }
  }

  function store(req: Request, row: object): void {
    try {
      insert.run(row)
    } catch (error) {
      delete req.user
      throw error
    }
  }

  const attach: RequestHandler = (req, res, next) => {
    const id_hash = idHashOf(req)
    const stored = id_hash === null || ended.has(id_hash) ? null : find(id_hash, instantText(clock.now()))
    req.stored = stored
    req.session = stored ? JSON.parse(stored.data) : {}
    if (stored?.person) req.user = stored.person
    addRule(() => checkSession(req))
    beforeHead(res, () => withoutAuthorisation(() => save(req, res)))
    next()
  }

  /** Is the person still signed in, with an account that is open? The role is the one of now. @throws HttpError */
  function checkSession(req: Request): void {
    if (!req.user) return
    const id_hash = req.stored?.id_hash ?? null
    const is_over = id_hash !== null && ended.has(id_hash)
    const role = is_over ? null : roleNow({ id: req.user.id, id_hash, now: instantText(clock.now()) })
    if (role !== null) {
      req.user.role = role
      return
    }
    delete req.user
    forbidden('signed_out')
  }

  function end(req: Request): void {
    if (req.stored) {
      ended.add(req.stored.id_hash)
      if (!withoutAuthorisation(deleteEnded)) req.res?.clearCookie(cookie, flags)
    }
    Object.assign(req, { stored: null, session: {} })
    delete req.user
  }

  return {
    /** Puts `session` and `user` on the request. */
    attach,

    /** The person of the session that the browser's cookie names, also where it is over; null where it was deleted. */
    personOf(req: Request): number | null {
      const id_hash = idHashOf(req)
      return req.stored?.person?.id ?? (id_hash === null ? null : personOf(id_hash))
    },

    /** Ends the session: its token is worth nothing from now on. An empty one follows, for words on the next page. */
    end,

    /** Starts a signed-in session under a new token, whatever there was before. */
    begin(req: Request, person: Express.User, shared: boolean): void {
      end(req)
      req.user = person
      if (shared) req.session.shared = true
    },
  }
}

/**
 * What a request changed, as a JSON merge patch (RFC 7396): what another request changed meanwhile stays, such as the end
 * of a view-as.
 */
function changesOf(before: Express.Session, now: Express.Session): string {
  const names = Object.keys({ ...before, ...now }) as (keyof Express.Session)[]
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]))
  return JSON.stringify(Object.fromEntries(changed.map((name) => [name, now[name] ?? null])))
}

export type Sessions = ReturnType<typeof createSessions>
