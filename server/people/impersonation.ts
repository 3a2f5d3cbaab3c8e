import type { Request, RequestHandler } from 'express'
import { beforeHead } from '../web/http/before-head.ts'
import { forbidden } from '../web/http/http-error.ts'
import { type createSeeing, type Seeing, throughOthersEyes } from './impersonation-log.ts'
import type { People, Person } from './people.ts'

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
      seeing?: Seeing
    }
    interface Request {
      /** Whose eyes these are, while an admin looks through somebody else's; `user` is the other one then. */
      seeing?: { name: string; minutes: number }
    }
  }
}

/**
 * An admin looks at the site as somebody else, who is no admin: reading only, for half an hour at most. Who is asked
 * for rights is then the other one, who has them; the session stays the admin's.
 */
export function createSeeingAs(people: Pick<People, 'forSession'>, seeings: ReturnType<typeof createSeeing>) {
  /** Back to oneself. */
  function end(req: Request, by: number): void {
    const { stored, session } = req
    if (!stored || !session.seeing) return
    seeings.end(by, session.seeing, stored.id_hash)
    delete session.seeing
  }

  /** Before anything asks who is there: the person is the one who is seen as. */
  const attach: RequestHandler = (req, res, next) => {
    const { seeing } = req.session
    const admin = req.user
    if (!seeing || !admin || (req.method === 'POST' && req.path === LEAVE)) return next()
    const person = people.forSession(seeing.person_id)
    if (seeings.minutesLeft(seeing) === 0 || admin.role !== 'admin' || !person || person.role === 'admin') {
      end(req, admin.id)
      return next()
    }
    req.user = { ...person, news: 0, scheme: admin.scheme }
    req.seeing = { name: person.name, minutes: seeings.minutesLeft(seeing) }
    beforeHead(res, () => res.setHeader('Cache-Control', 'no-store'))
    if (req.method !== 'GET' && req.method !== 'HEAD') forbidden('seeing')
    if (!SHOWN.some((path) => path.test(req.path))) forbidden('seeing_private')
    throughOthersEyes(next)
  }

  return {
    attach,
    end,

    /** @returns false for an admin, for oneself, and for who cannot sign in */
    start(req: Request, admin: Person, person_id: number): boolean {
      const person = people.forSession(person_id)
      if (admin.role !== 'admin' || !person || person.role === 'admin') return false
      req.session.seeing = seeings.begin(admin.id, person_id)
      return true
    },
  }
}
