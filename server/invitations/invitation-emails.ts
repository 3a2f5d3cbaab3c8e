import type { Clock } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { createEmailKind, type EmailKindDeps } from '../mail/email-kind.ts'
import { type EmailStatus, withProblem } from '../mail/email-status.ts'
import { tokenHash } from '../web/http/token.ts'
import { datesFor } from '../web/text/dates.ts'
import { greetingName } from '../web/text/person-names.ts'
import type { Invitations } from './invitations.ts'

interface InvitedAddress {
  email: string
  expires_at: string
  /** Null where it is to the site alone. */
  title: string | null
  time_zone: string | null
  inviter: string | null
}

const KIND = 'mail.invitation'

interface InvitationEmailsDeps extends EmailKindDeps {
  invitations: Pick<Invitations, 'addLink'>
}

/**
 * Invitations by email, beside the link that the organiser sees. Each email carries a link of its own, made when it is
 * sent: no token waits in the outbox. An invitation that is revoked, used or expired by then is not sent.
 */
export function createInvitationEmails(
  db: Database,
  clock: Clock,
  { jobs, mail, invitations, t, site }: InvitationEmailsDeps,
) {
  const find = db.prepare<[string], InvitedAddress>(`
    SELECT invitation.email, invitation.expires_at, cohort.title, cohort.time_zone, person.name AS inviter
      FROM invitation
      LEFT JOIN cohort ON cohort.id = invitation.cohort_id
      LEFT JOIN person ON person.id = invitation.made_by
     WHERE token_hash = ?`)

  const sendOne = createEmailKind<{ token_hash: string; name: string }>(
    { jobs, mail },
    KIND,
    ({ token_hash, name }) => {
      const token = invitations.addLink(token_hash)
      const invited = find.get(token_hash)
      if (!token || !invited) return null
      const { email: address, inviter } = invited
      const cohort = invited.title ?? site.name()
      const until = datesFor('en', invited.time_zone ?? 'UTC', clock.now(), t).moment(invited.expires_at)
      return {
        to: { name, address },
        message: {
          subject: t('cohorts.letter.subject', { cohort, site: site.name() }),
          greeting: name
            ? t('cohorts.letter.greeting', { name: greetingName(name) })
            : t('cohorts.letter.greeting_nobody'),
          paragraphs: [
            inviter ? t('cohorts.letter.text', { inviter, cohort }) : t('cohorts.letter.text_nobody', { cohort }),
            t('cohorts.letter.until', { until }),
          ],
          action: { label: t('cohorts.letter.do'), href: `${site.base_url}/invite/${token}` },
          footer: [t('cohorts.letter.foot', { site: site.name(), address: site.base_url })],
        },
      }
    },
  )

  function sendByHash(invited: { token_hash: string; email: string; name: string }[]): void {
    for (const { token_hash, email, name } of invited) {
      sendOne({ token_hash, name }, { key: token_hash, about: email })
    }
  }

  return {
    /** Adds an email to each to the outbox, in the caller's transaction; without a mail server it does nothing. */
    send(invited: { token: string; email: string; name: string }[]): void {
      sendByHash(invited.map(({ token, ...facts }) => ({ ...facts, token_hash: tokenHash(token) })))
    },

    /** The same for invitations of which only the hash of the token is known. */
    sendByHash,

    /** How the emails of invitations stand, by the hash of the invitation's token. */
    statuses(token_hashes: string[]): Map<string, EmailStatus> {
      const found = jobs.statuses(KIND, token_hashes)
      return new Map([...found].map(([token_hash, status]) => [token_hash, withProblem(status)]))
    },

    /** Tries again an email that failed, or sends the first one of an invitation. */
    async retry(invited: { token_hash: string; email: string; name: string }): Promise<void> {
      await jobs.retryAll({ kind: KIND, key: invited.token_hash })
      sendByHash([invited])
    },
  }
}

export type InvitationEmails = ReturnType<typeof createInvitationEmails>
