import { randomInt } from 'node:crypto'
import { slugFrom } from '../web/text/slug.ts'

const SIGNS = 'abcdefghjkmnpqrstuvwxyz23456789'
/** Words in addresses under /admin/people/ that are nobody: an account of that name could not be reached by an admin. */
const RESERVED = ['import']

/** The name in plain Latin letters ("Łucja Wiśniewska" -> "lucja-wisniewska"), or null where it has none. */
export function handleFrom(name: string): string | null {
  const latin = slugFrom(name, 40)
  return isHandle(latin) ? latin : null
}

/** For names in other scripts: `p` and six characters. */
export function inventedHandle(): string {
  return `p${Array.from({ length: 6 }, () => SIGNS[randomInt(SIGNS.length)]).join('')}`
}

/** A handle that a person may choose: small Latin letters, digits and hyphens between them, one letter at least. */
export function isHandle(text: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) && /[a-z]/.test(text) && !RESERVED.includes(text)
}
