import { createGuessLimits } from '../../server/web/http/guess-limits.ts'
import type { TestSite } from './site.ts'

/**
 * That many wrong guesses before, counted as the site counts them, without the time that each check takes.
 * @param account whose password was guessed; null for guesses at a link
 */
export async function guessed({ db, clock }: TestSite, times: number, account: string | null, ip = '192.0.2.1') {
  const guess = createGuessLimits(db, clock)
  for (let round = 0; round < times; round++)
    await guess({ kind: account === null ? 'token' : 'password', ip, account }, () => null)
}
