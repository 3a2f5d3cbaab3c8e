import { type Access, access, signedIn } from '../web/access.ts'
import { forbidden } from '../web/refusal.ts'
import type { SiteRole } from './people.ts'

/** Site roles each include the ones before: an admin may do what an author may. */
const ORDER: SiteRole[] = ['member', 'author', 'admin']

function atLeast(role: SiteRole): Access {
  return access(role, (req, res, next) => {
    if (!req.user) return signedIn(req, res, next)
    if (ORDER.indexOf(req.user.role) < ORDER.indexOf(role)) forbidden()
    next()
  })
}

export const author = atLeast('author')
export const admin = atLeast('admin')
