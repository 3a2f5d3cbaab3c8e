import type { Database } from '../db/open.ts'
import { LETTERS } from '../web/text/slug.ts'

/** A text as people look for it: small letters without accents, so that "asa" finds Åsa and "ирина" Ирина. */
export function folded(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[ßæœøłđðþı]/g, (letter) => LETTERS[letter] ?? letter)
}

/** From here on SQL knows `folded(text)`, for what is searched for; NULL stays NULL. Lists of people are sorted by stored sort names. */
export function registerSqlFunctions(db: Database): void {
  db.function('folded', { deterministic: true }, (text: unknown) => (typeof text === 'string' ? folded(text) : null))
}
