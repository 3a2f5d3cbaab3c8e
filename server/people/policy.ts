import { type Access, personalAccess } from '../web/http/access.ts'
import { forbidden } from '../web/http/http-error.ts'
import type { SiteRole } from './person.ts'

/** SQL: may the `person` sign in and get email? Not with a deleted or deactivated account. */
export const MAY_SIGN_IN = "(person.password_hash <> '' AND person.deactivated_at IS NULL)"

/** SQL: may the site admin `:by` act on the `person`'s account? Never on that of an admin, so not on their own. */
export const MAY_ADMINISTER = `(
  person.role <> 'admin'
  AND EXISTS (SELECT 1 FROM person AS acting WHERE acting.id = :by AND acting.role = 'admin'))`

/** Each role includes those before it. */
export const SITE_ROLES = ['member', 'author', 'admin'] as const satisfies SiteRole[]

function atLeast(role: SiteRole): Access {
  return personalAccess(role, (_req, _res, person) => {
    if (SITE_ROLES.indexOf(person.role) < SITE_ROLES.indexOf(role)) forbidden()
  })
}

export const author = atLeast('author')
export const admin = atLeast('admin')
