import type { Request, RequestHandler } from 'express'
import { beforeHead } from '../../web/http/before-head.ts'
import { forbidden } from '../../web/http/http-error.ts'
import type { People } from '../people.ts'
import type { Person } from '../person.ts'
import { runImpersonated } from '../sql-functions.ts'
import type { createImpersonationLog, Impersonation } from './impersonation-log.ts'

/** Ends the impersonation: the only POST that is allowed during it. */
const END = '/admin/view-as/end'

/** Pages that are shown; all others hold private data of the person, or are for admins. */
const VISIBLE_PATHS = [
  /^\/(?:home|search)?$/,
  /^\/cohorts\/[\w-]+(?:\/(?:reflections|badges|announcements|pods|pods\/\d+|things\/\d+))?$/,
  /^\/courses\/[\w-]+(?:\/things\/\d+)?$/,
  /^\/courses\/[\w-]+\/pictures\/[\w.-]+$/,
  /^\/(?:reflections\/\d+|images\/\d+\/\d+|people\/[\w-]+|badges\/[\w-]+)$/,
  /^\/(?:imprint|privacy|theme\.css|robots\.txt|logo\/[\w.-]+)$/,
]

declare global {
  namespace Express {
    interface Session {
      impersonation?: Impersonation
    }
    interface Request {
      /** Set while an admin views the site as another person, who is `user` then. */
      impersonation?: { name: string; minutes: number }
    }
  }
}

/**
 * An admin views the site as another person, who is no admin: reading only, for half an hour at most. Policies check the
 * other person's rights; the session stays the admin's.
 */
export function createImpersonation(
  people: Pick<People, 'findSignedIn'>,
  log: ReturnType<typeof createImpersonationLog>,
) {
  function end(req: Request, by: number): void {
    const { stored, session } = req
    if (!stored || !session.impersonation) return
    log.end(by, session.impersonation, stored.id_hash)
    delete session.impersonation
  }

  /** Replaces `req.user` by the impersonated person; must run before any policy. */
  const attach: RequestHandler = (req, res, next) => {
    const { impersonation } = req.session
    const admin = req.user
    if (!impersonation || !admin || (req.method === 'POST' && req.path === END)) return next()
    const person = people.findSignedIn(impersonation.person_id)
    if (log.minutesLeft(impersonation) === 0 || admin.role !== 'admin' || !person || person.role === 'admin') {
      end(req, admin.id)
      return next()
    }
    req.user = { ...person, news: 0, scheme: admin.scheme }
    req.impersonation = { name: person.name, minutes: log.minutesLeft(impersonation) }
    beforeHead(res, () => res.setHeader('Cache-Control', 'no-store'))
    if (req.method !== 'GET' && req.method !== 'HEAD') forbidden('seeing')
    if (!VISIBLE_PATHS.some((path) => path.test(req.path))) forbidden('seeing_private')
    runImpersonated(next)
  }

  return {
    attach,
    end,

    /** @returns false for an admin's account, and for one that cannot sign in */
    start(req: Request, admin: Person, person_id: number): boolean {
      const person = people.findSignedIn(person_id)
      if (admin.role !== 'admin' || !person || person.role === 'admin') return false
      req.session.impersonation = log.begin(admin.id, person_id)
      return true
    },
  }
}
