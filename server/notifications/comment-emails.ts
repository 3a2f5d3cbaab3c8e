import { type Clock, instantText, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Mail } from '../mail/mail.ts'
import { MAY_SIGN_IN } from '../people/policy.ts'
import { postHref } from '../web/http/address.ts'
import type { Translate } from '../web/text/i18n.ts'
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

interface CommentEmailsDeps {
  jobs: Jobs
  mail: Mail
  preferences: EmailPreferences
  plainText: (html: string, max: number) => string
  t: Translate
  site: { base_url: string; name: () => string }
}

/** What came is gathered for this long before a letter goes, and at most so many letters an hour reach a person. */
const GATHER = Temporal.Duration.from({ minutes: 3 })
const EVERY_MINUTES = 15
/** A letter tells of so many, and how many more there are. */
const MOST = 10
const STALE = Temporal.Duration.from({ hours: 48 })
const SAYS = 240

/**
 * "Somebody answered you", by mail. First, some minutes after the answer, all that is unread is gathered into one
 * outgoing letter, in one transaction, so that nothing is in two letters; then the letter goes, with what may still be
 * read at that moment, and not at all where nothing of it may.
 */
export function createCommentEmails(
  db: Database,
  clock: Clock,
  { jobs, mail, preferences, plainText, t, site }: CommentEmailsDeps,
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
  const still = db.prepare<{ viewer: number; ids: string }, CommentEmailRow>(`
    SELECT n.id, n.kind, actor.name AS actor, about.title, said.html, n.reflection_id, n.comment_id
      FROM notice AS n
      JOIN reflection AS about ON about.id = n.reflection_id
      LEFT JOIN comment AS said ON said.id = n.comment_id
      JOIN person AS actor ON actor.id = ${ACTOR}
     WHERE n.id IN (SELECT value FROM json_each(:ids)) AND n.person_id = :viewer AND n.read_at IS NULL
       AND ${MAY_BE_TOLD}
     ORDER BY n.id`)

  jobs.handle<{ person_id: number }>('notices.gather', ({ person_id }) => {
    if (!preferences.wants(person_id)) return
    const since = instantText(clock.now().subtract(STALE))
    transaction(db, () => {
      const ids = gather.all({ viewer: person_id, since })
      if (ids.length === 0) return
      mark.run({ now: nowText(clock), ids: JSON.stringify(ids) })
      jobs.add('mail.answers', { person_id, ids }, { about: addressOf.get(person_id)?.address ?? null })
    })
  })

  jobs.handle<{ person_id: number; ids: number[] }>(
    'mail.answers',
    async ({ person_id, ids }, { job_id, signal }) => {
      const rows = still.all({ viewer: person_id, ids: JSON.stringify(ids) })
      const to = addressOf.get(person_id)
      if (rows.length === 0 || !to || !preferences.wants(person_id)) return
      await mail.send({ to, letter: letterOf(to.name, rows, preferences.unsubscribeHref(person_id)), job_id, signal })
    },
    { lease: { minutes: 1 }, at_once: 3 },
  )

  function letterOf(name: string, rows: CommentEmailRow[], leave: string) {
    const shown = rows.slice(0, MOST)
    const more = rows.length - shown.length
    const [first] = rows
    return {
      subject:
        rows.length === 1
          ? t(`notices.letter.subject.${first?.kind}`, { actor: first?.actor, title: first?.title })
          : t('notices.letter.subject.several', { count: rows.length }),
      greeting: t('notices.letter.greeting', { name }),
      paragraphs: [t('notices.letter.text', { count: rows.length })],
      entries: shown.map(({ kind, actor, title, html, reflection_id, comment_id }) => ({
        head: t(`notices.letter.entry.${kind}`, { actor, title }),
        says: plainText(html ?? '', SAYS),
        href: site.base_url + postHref(reflection_id, comment_id),
      })),
      act: {
        words: more > 0 ? t('notices.letter.more', { count: more }) : t('notices.letter.all'),
        href: `${site.base_url}/notices`,
      },
      foot: [t('notices.letter.foot', { site: site.name() })],
      leave: { words: t('notices.letter.leave'), href: leave },
    }
  }

  return {
    /** Letters to these people follow in some minutes; in the caller's transaction, and nothing without mail. */
    plan(person_ids: number[]): void {
      if (person_ids.length === 0 || !mail.isSetUp()) return
      const step = EVERY_MINUTES * 60_000
      const slot = Math.ceil(clock.now().add(GATHER).epochMilliseconds / step)
      const at = Temporal.Instant.fromEpochMilliseconds(slot * step)
      for (const person_id of person_ids) jobs.add('notices.gather', { person_id }, { key: `${person_id} ${slot}`, at })
    },
  }
}
