import type { Request } from 'express'
import { WRITER_FIELD } from './form-writer.ts'

/** A field of a form that is sent once more. */
export interface ResendableField {
  name: string
  value: string
  /** Whether somebody wrote it, and wants to see it. */
  written: boolean
}

const SECRET = /password/i
const WRITTEN_NAME = /^(?:title|body|text|note|message|name|summary)$/
/** Words are more than one, or of signs that no token has. */
const WRITTEN = /\s|[^\0-\x7f]/

/**
 * What a form brought, for a page that offers to send it again, so that nothing typed is lost; files are not part of it.
 * Null where there is no form, and where it holds a password, which no page repeats.
 */
export function resendableFields({ method, body }: Pick<Request, 'method' | 'body'>): ResendableField[] | null {
  const fields = Object.entries<unknown>(Object(body)).filter(([name]) => name !== WRITER_FIELD)
  if (method !== 'POST' || fields.length === 0 || fields.some(([name]) => SECRET.test(name))) return null
  return fields.flatMap(([name, values]) =>
    [values].flat().flatMap((value) => {
      if (typeof value !== 'string') return []
      return [{ name, value, written: value !== '' && (WRITTEN_NAME.test(name) || WRITTEN.test(value)) }]
    }),
  )
}
