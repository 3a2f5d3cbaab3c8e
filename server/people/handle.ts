import { randomInt } from 'node:crypto'
import { slugFrom } from '../web/text/slug.ts'

const CHARACTERS = 'abcdefghjkmnpqrstuvwxyz23456789'
/** Path segments under /admin/people/ that are pages: an account with that handle would have no page. */
const RESERVED = ['import']

/** The name in plain Latin letters ("Łucja Wiśniewska" -> "lucja-wisniewska"), or null where it has none. */
export function handleFrom(name: string): string | null {
  const latin = slugFrom(name, 40)
  return isHandle(latin) ? latin : null
}

/** For names without Latin letters: `p` and six random characters. */
export function randomHandle(): string {
  return `p${Array.from({ length: 6 }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join('')}`
}

/** Lower-case Latin letters, digits and single hyphens between them, with at least one letter, and not reserved. */
export function isHandle(text: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) && /[a-z]/.test(text) && !RESERVED.includes(text)
}
