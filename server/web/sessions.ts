import { createHash } from 'node:crypto'
import session, { type SessionData } from 'express-session'
import type { Config } from '../config.ts'
import { type Clock, instantText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { kept } from './kept.ts'

/** Idle and longest time of a sign-in; on a shared computer until the browser closes. */
const IDLE = Temporal.Duration.from({ hours: 24 * 30 })
const IDLE_SHARED = Temporal.Duration.from({ hours: 2 })
const LONGEST = Temporal.Duration.from({ hours: 24 * 180 })
const TOUCH_EVERY = Temporal.Duration.from({ minutes: 1 })

declare module 'express-session' {
  interface SessionData {
    /** Signed in on a computer that others use. */
    shared?: boolean
    passport?: { user?: number }
    /** Read from the store: saving it again must not bring back a session that was ended meanwhile. */
    kept?: { touched_at: string }
  }
}

/** The database knows only a hash of the id, so that a copy of it signs nobody in. */
export const sessionHash = kept(10_000, (id) => createHash('sha256').update(id).digest('base64url'))

/** express-session's store on the site's own database; reading never writes, touching at most once a minute. */
function createSessionStore(db: Database, clock: Clock): session.Store {
  const find = db.prepare<[string, string], { data: string; touched_at: string }>(
    'SELECT data, touched_at FROM session WHERE id_hash = ? AND expires_at > ?',
  )
  const insert = db.prepare(`
    INSERT INTO session (id_hash, person_id, data, created_at, touched_at, expires_at)
    VALUES (:id_hash, :person_id, :data, :now, :now, :expires_at)
    ON CONFLICT (id_hash) DO UPDATE SET person_id = excluded.person_id, data = excluded.data, expires_at = excluded.expires_at`)
  const update = db.prepare(`
    UPDATE session
       SET person_id = :person_id, data = :data, touched_at = :now,
           expires_at = min(:expires_at, strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+180 days'))
     WHERE id_hash = :id_hash`)
  const touch = db.prepare(`
    UPDATE session
       SET touched_at = :now,
           expires_at = min(:expires_at, strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+180 days'))
     WHERE id_hash = :id_hash`)
  const end = db.prepare('DELETE FROM session WHERE id_hash = ?')

  const expiry = (data: SessionData) => instantText(clock.now().add(data.shared ? IDLE_SHARED : IDLE))

  class SqliteStore extends session.Store {
    override get(id: string, done: (error: unknown, data?: SessionData | null) => void): void {
      const row = find.get(sessionHash(id), instantText(clock.now()))
      done(null, row ? { ...JSON.parse(row.data), kept: { touched_at: row.touched_at } } : null)
    }

    override set(id: string, data: SessionData, done: (error?: unknown) => void = () => {}): void {
      const save = data.kept ? update : insert
      save.run({
        id_hash: sessionHash(id),
        person_id: data.passport?.user ?? null,
        data: JSON.stringify(data),
        now: instantText(clock.now()),
        expires_at: expiry(data),
      })
      done()
    }

    override touch(id: string, data: SessionData, done: () => void = () => {}): void {
      const now = clock.now()
      const due = !data.kept || data.kept.touched_at <= instantText(now.subtract(TOUCH_EVERY))
      if (due) touch.run({ id_hash: sessionHash(id), now: instantText(now), expires_at: expiry(data) })
      done()
    }

    override destroy(id: string, done: (error?: unknown) => void = () => {}): void {
      end.run(sessionHash(id))
      done()
    }
  }
  return new SqliteStore()
}

/** The cookie lives as long as a session at most can; when it really ends is the store's to say. */
export function sessionOptions(config: Config, db: Database, clock: Clock, secret: string): session.SessionOptions {
  const https = config.base_url.startsWith('https:')
  return {
    store: createSessionStore(db, clock),
    secret,
    name: https ? '__Host-session' : 'session',
    resave: false,
    saveUninitialized: false,
    proxy: config.trust_proxy > 0,
    cookie: { httpOnly: true, sameSite: 'lax', secure: https, path: '/', maxAge: LONGEST.total('milliseconds') },
  }
}
