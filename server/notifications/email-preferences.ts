import { createHmac } from 'node:crypto'
import { type Clock, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { sameSecret } from '../web/http/token.ts'

/** Kinds of email that a person can switch off. */
export type EmailKind = 'answers' | 'announcements'

/** The kinds of email a person gets: all, except those switched off here or by the unsubscribe link. */
export function createEmailPreferences(
  db: Database,
  clock: Clock,
  { secret, base_url }: { secret: () => string; base_url: string },
) {
  const refused = db.prepare<{ person_id: number }, Record<EmailKind, 0 | 1>>(`
    SELECT EXISTS (SELECT 1 FROM no_letters WHERE person_id = :person_id AND kind = 'answers') AS answers,
           EXISTS (SELECT 1 FROM no_announcement_letters WHERE person_id = :person_id) AS announcements`)
  // links in emails to an earlier address do not count any more
  const emailChangedAt = db.prepare<[number], string | null>('SELECT email_changed_at FROM person WHERE id = ?').pluck()
  const off = {
    answers: db.prepare(`
      INSERT INTO no_letters (person_id, kind, since) SELECT id, 'answers', :now FROM person WHERE id = :person_id
      ON CONFLICT DO NOTHING`),
    announcements: db.prepare(`
      INSERT INTO no_announcement_letters (person_id, since) SELECT id, :now FROM person WHERE id = :person_id
      ON CONFLICT DO NOTHING`),
  }
  const on = {
    answers: db.prepare("DELETE FROM no_letters WHERE person_id = :person_id AND kind = 'answers'"),
    announcements: db.prepare('DELETE FROM no_announcement_letters WHERE person_id = :person_id'),
  }

  function wanted(person_id: number): Record<EmailKind, boolean> {
    const no = refused.get({ person_id })
    return { answers: no?.answers !== 1, announcements: no?.announcements !== 1 }
  }

  const choices = {
    wanted,

    wants: (person_id: number, kind: EmailKind = 'answers'): boolean => wanted(person_id)[kind],

    set(person_id: number, wants: boolean, kind: EmailKind = 'answers'): void {
      if (wants) on[kind].run({ person_id })
      else off[kind].run({ person_id, now: nowText(clock) })
    },

    /** The unsubscribe path for one person and kind; works without signing in and does not expire. */
    unsubscribeHref: (person_id: number, kind: EmailKind = 'answers'): string =>
      `${base_url}/unsubscribe/${person_id}${MARKS[kind]}.${sealOf(person_id, kind)}`,

    /** The person and kind of an unsubscribe token; null when it is invalid. */
    readToken(token: string): { person_id: number; kind: EmailKind } | null {
      const [, id = '', mark = '', seal = ''] = /^([1-9]\d{0,14})(a?)\.([\w-]{22})$/.exec(token) ?? []
      const kind = mark === MARKS.announcements ? 'announcements' : 'answers'
      const fits = id !== '' && sameSecret(sealOf(Number(id), kind), seal)
      return fits ? { person_id: Number(id), kind } : null
    },
  }

  function sealOf(person_id: number, kind: EmailKind): string {
    const since = emailChangedAt.get(person_id)
    const about = kind === 'answers' ? 'no letters' : 'no announcement letters'
    return createHmac('sha256', secret())
      .update([about, person_id, ...(since ? [since] : [])].join(' '))
      .digest('base64url')
      .slice(0, 22)
  }

  return choices
}

const MARKS = { answers: '', announcements: 'a' } as const

export type EmailPreferences = ReturnType<typeof createEmailPreferences>
