import { createHmac } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import { addRule } from '../http/authorisation.ts'
import { HttpError } from '../http/http-error.ts'
import { sameSecret } from '../http/token.ts'
import { memoize } from '../text/memoize.ts'

/** The hidden field that says in whose account the page of a form was opened. */
export const WRITER_FIELD = 'written_as'
/** Seals that are kept: each page has one. */
const SEALS = 1000
/** Nobody knows who wrote it. */
const UNKNOWN = 0
/** Ending a session writes nothing in anybody's name. */
const OPEN_PATHS = new Set(['/logout'])

interface FormWriterDeps {
  secret: string
  /** Null for an account that is gone. */
  nameOf: (person_id: number) => string | null
  /** The person of the session that the browser's cookie names, over or not. */
  personOfSession: (req: Request) => number | null
}

/**
 * Keeps a form from being sent in an account other than the one it was written in, when a session ended and somebody
 * else signed in meanwhile.
 */
export function createFormWriters({ secret, nameOf, personOfSession }: FormWriterDeps) {
  const sealOfKey = memoize(SEALS, (id) =>
    createHmac('sha256', secret).update(`${WRITER_FIELD} ${id}`).digest('base64url').slice(0, 22),
  )
  const sealOf = (id: number) => sealOfKey(String(id))
  const tokenOf = (id: number) => `${id}.${sealOf(id)}`

  /** @returns null where the form has no token, UNKNOWN where it has none that is good */
  function writerIn(req: Request): number | null {
    const token: unknown = [Object(req.body)[WRITER_FIELD]].flat()[0]
    if (token === undefined) return null
    const [, id = '', seal = ''] = /^(\d{1,15})\.([\w-]{22})$/.exec(String(token)) ?? []
    return id !== '' && sameSecret(sealOf(Number(id)), seal) ? Number(id) : UNKNOWN
  }

  /** @throws HttpError where the form was written in another account */
  function check(req: Request): void {
    const id = signedInId(req)
    const writer = writerIn(req)
    if (id === null || writer === null || writer === id || OPEN_PATHS.has(req.path)) return
    throw new HttpError(403, writer === UNKNOWN ? 'unknown_writer' : 'other_account')
  }

  const attach: RequestHandler = (req, res, next) => {
    res.locals['formWriter'] = () => {
      const id = signedInId(req)
      return id === null ? null : tokenOf(id)
    }
    addRule(() => check(req))
    next()
  }

  return {
    attach,

    /** Who wrote the form that was refused: the token for sending it again, and the name where it is known. */
    writerOf(req: Request, reason: string): { token: string; name: string | null } {
      // who reads the page and sends it then says that it is theirs
      if (reason === 'unknown_writer') return { token: tokenOf(signedInId(req) ?? UNKNOWN), name: null }
      const id = writerIn(req) ?? personOfSession(req) ?? UNKNOWN
      return { token: tokenOf(id), name: id === UNKNOWN ? null : nameOf(id) }
    },
  }
}

export type FormWriters = ReturnType<typeof createFormWriters>

/** The account of the session, also while an admin views the site as somebody else. */
function signedInId(req: Request): number | null {
  return req.user ? (req.stored?.person?.id ?? req.user.id) : null
}

const POST_FORM = /<form\b(?=[^<>]*\smethod="post")[^<>]*>/g

/** A page with the hidden field in each of its forms that act, where somebody is signed in. */
export function markWriter(res: Response, html: string): string {
  const token = (res.locals['formWriter'] as (() => string | null) | undefined)?.() ?? null
  if (token === null || html.includes(`name="${WRITER_FIELD}"`)) return html
  return html.replace(POST_FORM, (start) => `${start}<input type="hidden" name="${WRITER_FIELD}" value="${token}">`)
}
