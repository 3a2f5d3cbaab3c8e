import { randomInt } from 'node:crypto'
import type { Clock } from '../db/clock.ts'
import { createEmailKind, type EmailKindDeps } from '../mail/email-kind.ts'
import { greetingName } from '../web/text/person-names.ts'
import type { PasswordResets } from './password-reset.ts'
import type { People } from './people.ts'

interface PasswordResetEmailsDeps extends EmailKindDeps {
  people: Pick<People, 'find' | 'credentials'>
  passwordResets: Pick<PasswordResets, 'makeForSelf' | 'ask'>
}

/** A person gets one such email in this many minutes, however often it is asked for. */
const MINUTES_APART = 5
/** Jobs an hour, at most, for addresses without an account. */
const MAX_UNKNOWN = 500

/**
 * A link to a new password by email, to whoever asks at /forgot. The link is made when the email is sent, so that its
 * token is never in the database; an email sent again carries another, and using one voids the rest.
 */
export function createPasswordResetEmails(
  clock: Clock,
  { jobs, mail, people, passwordResets, t, site }: PasswordResetEmailsDeps,
) {
  const send = createEmailKind<{ person_id: number | null }>(
    { jobs, mail },
    'mail.reset',
    ({ person_id }) => {
      const person = person_id === null ? null : people.find(person_id)
      const token = person && passwordResets.makeForSelf(person.id)
      if (!person || !token) return null
      const { name, email: address } = person
      return {
        to: { name, address },
        message: {
          subject: t('people.letter.subject', { site: site.name() }),
          greeting: t('people.letter.greeting', { name: greetingName(name) }),
          paragraphs: [t('people.letter.text', { site: site.name() }), t('people.letter.not_me')],
          action: { label: t('people.letter.do'), href: `${site.base_url}/reset/${token}` },
          footer: [t('people.letter.foot', { site: site.name(), address: site.base_url })],
        },
      }
    },
    // five tries end within the hour for which somebody waits for it
    { tries: 5, at_once: 2 },
  )

  return {
    /**
     * For an address typed at /forgot: an email to its owner or, without a mail server, a line on the admins' list.
     * The same work either way, so that neither answer nor time tells whether there is such an account.
     */
    ask(email: string): void {
      if (!mail.isSetUp()) return passwordResets.ask(email)
      const known = people.credentials(email)
      const slot = Math.floor(clock.now().epochMilliseconds / (MINUTES_APART * 60_000))
      const hour = Math.floor(clock.now().epochMilliseconds / 3_600_000)
      if (known?.password_hash) send({ person_id: known.id }, { key: `${known.id} ${slot}`, about: email })
      else send({ person_id: null }, { key: `nobody ${hour} ${randomInt(MAX_UNKNOWN)}`, about: 'nobody' })
    },
  }
}
