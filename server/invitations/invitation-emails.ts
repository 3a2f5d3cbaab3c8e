import type { Clock } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Mail } from '../mail/mail.ts'
import { tokenHash } from '../web/files/token.ts'
import { datesFor } from '../web/text/dates.ts'
import type { Translate } from '../web/text/i18n.ts'
import type { Invitations } from './invitations.ts'

interface InvitedAddress {
  email: string
  expires_at: string
  /** Null where it is to the site alone. */
  title: string | null
  time_zone: string | null
  inviter: string | null
}

interface InvitationEmailsDeps {
  jobs: Jobs
  mail: Mail
  invitations: Pick<Invitations, 'linkFor'>
  t: Translate
  site: { base_url: string; name: () => string }
}

/**
 * Invitations by mail, beside the link that the organiser sees. Each letter carries a link of its own, made when it
 * goes: no token waits in the outbox. What was taken back, used or is too old by then is not sent.
 */
export function createInvitationLetters(
  db: Database,
  clock: Clock,
  { jobs, mail, invitations, t, site }: InvitationEmailsDeps,
) {
  const kind = 'mail.invitation'
  const find = db.prepare<[string], InvitedAddress>(`
    SELECT invitation.email, invitation.expires_at, cohort.title, cohort.time_zone, person.name AS inviter
      FROM invitation
      LEFT JOIN cohort ON cohort.id = invitation.cohort_id
      LEFT JOIN person ON person.id = invitation.made_by
     WHERE token_hash = ?`)

  jobs.handle<{ token_hash: string; name: string }>(
    kind,
    async ({ token_hash, name }, { job_id, signal }) => {
      const token = invitations.linkFor(token_hash)
      const invited = find.get(token_hash)
      if (!token || !invited) return
      const { email: address, inviter } = invited
      const cohort = invited.title ?? site.name()
      const until = datesFor('en', invited.time_zone ?? 'UTC', clock.now(), t).moment(invited.expires_at)
      await mail.send({
        to: { name, address },
        letter: {
          subject: t('cohorts.letter.subject', { cohort, site: site.name() }),
          greeting: name ? t('cohorts.letter.greeting', { name }) : t('cohorts.letter.greeting_nobody'),
          paragraphs: [
            inviter ? t('cohorts.letter.text', { inviter, cohort }) : t('cohorts.letter.text_nobody', { cohort }),
            t('cohorts.letter.until', { until }),
          ],
          act: { words: t('cohorts.letter.do'), href: `${site.base_url}/invite/${token}` },
          foot: [t('cohorts.letter.foot', { site: site.name(), address: site.base_url })],
        },
        job_id,
        signal,
      })
    },
    { lease: { minutes: 1 }, at_once: 3 },
  )

  function put(invited: { token_hash: string; email: string; name: string }[]): void {
    if (!mail.isSetUp()) return
    for (const { token_hash, email, name } of invited) {
      jobs.add(kind, { token_hash, name }, { key: token_hash, about: email })
    }
  }

  return {
    /** Puts a letter to each into the outbox, in the caller's transaction; without mail there is nothing to do. */
    send(invited: { token: string; email: string; name: string }[]): void {
      put(invited.map(({ token, ...facts }) => ({ ...facts, token_hash: tokenHash(token) })))
    },

    /** The same for invitations whose token nobody knows. */
    put,
  }
}

export type InvitationLetters = ReturnType<typeof createInvitationLetters>
