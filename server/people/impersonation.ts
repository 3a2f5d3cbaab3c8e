import type { Request, RequestHandler } from 'express'
import { beforeHead } from '../web/http/before-head.ts'
import { forbidden } from '../web/http/http-error.ts'
import type { createImpersonationLog, Impersonation } from './impersonation-log.ts'
import type { People } from './people.ts'
import type { Person } from './person.ts'
import { runImpersonated } from './sql-functions.ts'

/** Where an admin comes back to herself: the only act that is taken meanwhile. */
const LEAVE = '/admin/view-as/end'

/** The pages that are shown; what is not here is the person's own, or the admin's. */
const SHOWN = [
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
      /** Whose eyes these are, while an admin looks through somebody else's; `user` is the other one then. */
      impersonation?: { name: string; minutes: number }
    }
  }
}

/**
 * An admin looks at the site as somebody else, who is no admin: reading only, for half an hour at most. Who is asked
 * for rights is then the other one, who has them; the session stays the admin's.
 */
export function createImpersonation(
  people: Pick<People, 'findSignedIn'>,
  log: ReturnType<typeof createImpersonationLog>,
) {
  /** Back to oneself. */
  function end(req: Request, by: number): void {
    const { stored, session } = req
    if (!stored || !session.impersonation) return
    log.end(by, session.impersonation, stored.id_hash)
    delete session.impersonation
  }

  /** Before anything asks who is there: the person is the one who is seen as. */
  const attach: RequestHandler = (req, res, next) => {
    const { impersonation } = req.session
    const admin = req.user
    if (!impersonation || !admin || (req.method === 'POST' && req.path === LEAVE)) return next()
    const person = people.findSignedIn(impersonation.person_id)
    if (log.minutesLeft(impersonation) === 0 || admin.role !== 'admin' || !person || person.role === 'admin') {
      end(req, admin.id)
      return next()
    }
    req.user = { ...person, news: 0, scheme: admin.scheme }
    req.impersonation = { name: person.name, minutes: log.minutesLeft(impersonation) }
    beforeHead(res, () => res.setHeader('Cache-Control', 'no-store'))
    if (req.method !== 'GET' && req.method !== 'HEAD') forbidden('seeing')
    if (!SHOWN.some((path) => path.test(req.path))) forbidden('seeing_private')
    runImpersonated(next)
  }

  return {
    attach,
    end,

    /** @returns false for an admin, for oneself, and for who cannot sign in */
    start(req: Request, admin: Person, person_id: number): boolean {
      const person = people.findSignedIn(person_id)
      if (admin.role !== 'admin' || !person || person.role === 'admin') return false
      req.session.impersonation = log.begin(admin.id, person_id)
      return true
    },
  }
}
