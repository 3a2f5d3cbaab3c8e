import { randomInt } from 'node:crypto'

/** No vowels, so that no word comes out, and no signs that look like others. */
const CHARACTERS = 'bcdfghjkmnpqrtvwxz2346789'

/** Eight signs, 37 bits, in two halves: short enough for a poster, long enough where only failures are limited. */
export function newJoinCode(): string {
  const half = () => Array.from({ length: 4 }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join('')
  return `${half()}-${half()}`
}

/** Whether it is the code, however it was typed off the poster: capitals, spaces and hyphens make no difference. */
export function matchesJoinCode(typed: string, code: string): boolean {
  const bare = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
  return bare(typed) === bare(code)
}
