import { createHmac } from 'node:crypto'
import { type Clock, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { sameSecret } from '../web/token.ts'

const ANSWERS = 'answers'

/** Which letters somebody wants: those about answers, unless she said no, here or by the link in a letter. */
export function createLetterChoices(
  db: Database,
  clock: Clock,
  { secret, base_url }: { secret: () => string; base_url: string },
) {
  const refuses = db.prepare<[number, string]>('SELECT 1 FROM no_letters WHERE person_id = ? AND kind = ?')
  const off = db.prepare(`
    INSERT INTO no_letters (person_id, kind, since) SELECT id, :kind, :now FROM person WHERE id = :person_id
    ON CONFLICT DO NOTHING`)
  const on = db.prepare('DELETE FROM no_letters WHERE person_id = ? AND kind = ?')

  const choices = {
    wants: (person_id: number): boolean => refuses.get(person_id, ANSWERS) === undefined,

    choose(person_id: number, wants: boolean): void {
      if (wants) on.run(person_id, ANSWERS)
      else off.run({ person_id, kind: ANSWERS, now: nowText(clock) })
    },

    /** Where the letter's link leads: works without sign-in and for as long as the letter is kept, and for nobody else. */
    leaveHref: (person_id: number): string => `${base_url}/unsubscribe/${person_id}.${sealOf(person_id)}`,

    /** Whose link it is; null where this site has not made it. */
    whose(token: string): number | null {
      const [, id = '', seal = ''] = /^([1-9]\d{0,14})\.([\w-]{22})$/.exec(token) ?? []
      const fits = id !== '' && sameSecret(sealOf(Number(id)), seal)
      return fits ? Number(id) : null
    },
  }

  function sealOf(person_id: number): string {
    return createHmac('sha256', secret()).update(`no letters ${person_id}`).digest('base64url').slice(0, 22)
  }

  return choices
}

export type LetterChoices = ReturnType<typeof createLetterChoices>
