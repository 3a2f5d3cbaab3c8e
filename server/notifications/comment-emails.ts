import { type Clock, instantText, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { createEmailKind, type EmailKindDeps } from '../mail/email-kind.ts'
import { MAY_SIGN_IN } from '../people/policy.ts'
import { postHref } from '../web/http/address.ts'
import { greetingName } from '../web/text/person-names.ts'
import type { EmailPreferences } from './email-preferences.ts'
import { ACTOR, MAY_BE_TOLD } from './policy.ts'

interface CommentEmailRow {
  id: number
  kind: 'answer' | 'reply' | 'mention'
  actor: string
  title: string
  html: string | null
  reflection_id: number
  comment_id: number | null
}

interface CommentEmailsDeps extends EmailKindDeps {
  preferences: EmailPreferences
  plainLines: (html: string, max: number) => string
}

/** Notices are gathered for at least this long; a person gets at most one email per interval. */
const GATHER = Temporal.Duration.from({ minutes: 3 })
const EVERY_MINUTES = 15
/** Entries of one email, which tells how many more there are. */
const MAX_ENTRIES = 10
/** Older notices are not mailed. */
const STALE = Temporal.Duration.from({ hours: 48 })
/** Characters of each comment. */
const MAX_TEXT = 240

/**
 * Emails about comments, replies and mentions. Some minutes after a comment all unread notices of its reader are
 * gathered into one outgoing email, in one transaction, so that none is in two emails. The email is written when it is
 * sent, from the notices that may still be read at that moment; without any it is not sent.
 */
export function createCommentEmails(
  db: Database,
  clock: Clock,
  { jobs, mail, preferences, plainLines, t, site }: CommentEmailsDeps,
) {
  const PERSONAL = `n.kind IN ('answer', 'reply', 'mention') AND n.detail = '{}'`
  const addressOf = db.prepare<[number], { name: string; address: string }>(
    `SELECT name, email AS address FROM person WHERE id = ? AND ${MAY_SIGN_IN}`,
  )
  const gather = db
    .prepare<{ viewer: number; since: string }, number>(`
      SELECT n.id FROM notice AS n
       WHERE n.person_id = :viewer AND n.read_at IS NULL AND n.mailed_at IS NULL AND n.told_at > :since
         AND ${PERSONAL} AND ${MAY_BE_TOLD}
       ORDER BY n.id`)
    .pluck()
  const mark = db.prepare('UPDATE notice SET mailed_at = :now WHERE id IN (SELECT value FROM json_each(:ids))')
  const stillUnread = db.prepare<{ viewer: number; ids: string }, CommentEmailRow>(`
    SELECT n.id, n.kind, actor.name AS actor, about.title, said.html, n.reflection_id, n.comment_id
      FROM notice AS n
      JOIN reflection AS about ON about.id = n.reflection_id
      LEFT JOIN comment AS said ON said.id = n.comment_id
      JOIN person AS actor ON actor.id = ${ACTOR}
     WHERE n.id IN (SELECT value FROM json_each(:ids)) AND n.person_id = :viewer AND n.read_at IS NULL
       AND ${MAY_BE_TOLD}
     ORDER BY n.id`)

  const send = createEmailKind<{ person_id: number; ids: number[] }>(
    { jobs, mail },
    'mail.answers',
    ({ person_id, ids }) => {
      const rows = stillUnread.all({ viewer: person_id, ids: JSON.stringify(ids) })
      const to = addressOf.get(person_id)
      if (rows.length === 0 || !to || !preferences.wants(person_id)) return null
      return { to, message: messageOf(to.name, rows, preferences.unsubscribeHref(person_id)) }
    },
  )

  jobs.handle<{ person_id: number }>('notices.gather', ({ person_id }) => {
    if (!preferences.wants(person_id)) return
    const since = instantText(clock.now().subtract(STALE))
    transaction(db, () => {
      const ids = gather.all({ viewer: person_id, since })
      if (ids.length === 0) return
      mark.run({ now: nowText(clock), ids: JSON.stringify(ids) })
      send({ person_id, ids }, { about: addressOf.get(person_id)?.address ?? null })
    })
  })

  function messageOf(name: string, rows: CommentEmailRow[], unsubscribe_href: string) {
    const shown = rows.slice(0, MAX_ENTRIES)
    const more = rows.length - shown.length
    const [first] = rows
    return {
      subject:
        rows.length === 1
          ? t(`notices.letter.subject.${first?.kind}`, { actor: first?.actor, title: first?.title })
          : t('notices.letter.subject.several', { count: rows.length }),
      greeting: t('notices.letter.greeting', { name: greetingName(name) }),
      paragraphs: [t('notices.letter.text', { count: rows.length })],
      entries: shown.map(({ kind, actor, title, html, reflection_id, comment_id }) => ({
        title: t(`notices.letter.entry.${kind}`, { actor, title }),
        text: plainLines(html ?? '', MAX_TEXT),
        href: site.base_url + postHref(reflection_id, comment_id),
      })),
      action: {
        label: more > 0 ? t('notices.letter.more', { count: more }) : t('notices.letter.all'),
        href: `${site.base_url}/notices`,
      },
      footer: [t('notices.letter.foot', { site: site.name() })],
      unsubscribe: { label: t('notices.letter.leave'), href: unsubscribe_href },
    }
  }

  return {
    /** Plans an email to each in some minutes, in the caller's transaction; without a mail server it does nothing. */
    plan(person_ids: number[]): void {
      if (person_ids.length === 0 || !mail.isSetUp()) return
      const step = EVERY_MINUTES * 60_000
      const slot = Math.ceil(clock.now().add(GATHER).epochMilliseconds / step)
      const at = Temporal.Instant.fromEpochMilliseconds(slot * step)
      for (const person_id of person_ids) jobs.add('notices.gather', { person_id }, { key: `${person_id} ${slot}`, at })
    },
  }
}
