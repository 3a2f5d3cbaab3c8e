import type { Request } from 'express'

/** A field of a form that is sent once more. */
export interface ResendableField {
  name: string
  value: string
}

const SECRET = /password/i

/**
 * What a form brought, for a page that offers to send it again, so that nothing typed is lost; files are not part of it.
 * Null where there is no form, and where it holds a password, which no page repeats.
 */
export function resendableFields({ method, body }: Pick<Request, 'method' | 'body'>): ResendableField[] | null {
  const fields = Object.entries<unknown>(Object(body))
  if (method !== 'POST' || fields.length === 0 || fields.some(([name]) => SECRET.test(name))) return null
  return fields.flatMap(([name, values]) =>
    [values].flat().flatMap((value) => (typeof value === 'string' ? [{ name, value }] : [])),
  )
}
