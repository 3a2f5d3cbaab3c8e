import { randomInt } from 'node:crypto'
import type { Clock } from '../db/clock.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Mail } from '../mail/mail.ts'
import type { Translate } from '../web/text/i18n.ts'
import type { PasswordResets } from './password-reset.ts'
import type { People } from './people.ts'

interface PasswordResetEmailsDeps {
  jobs: Jobs
  mail: Mail
  people: Pick<People, 'find' | 'credentials'>
  passwordResets: Pick<PasswordResets, 'makeForOneself' | 'ask'>
  t: Translate
  site: { base_url: string; name: () => string }
}

/** Somebody gets one such letter in this many minutes, however often it is asked for. */
const APART = 5
/** Letters to nobody: so many rows an hour at most. */
const NOBODIES = 500

/**
 * A link to a new password by mail, to whoever asks at /forgot. The link is made when the letter goes, so that its
 * token never stands in the database; a letter sent again carries another, and one used voids the rest.
 */
export function createPasswordResetEmails(
  clock: Clock,
  { jobs, mail, people, passwordResets, t, site }: PasswordResetEmailsDeps,
) {
  const kind = 'mail.reset'
  jobs.handle<{ person_id: number | null }>(
    kind,
    async ({ person_id }, { job_id, signal }) => {
      const person = person_id === null ? null : people.find(person_id)
      const token = person && passwordResets.makeForOneself(person.id)
      if (!person || !token) return
      const { name, email: address } = person
      await mail.send({
        to: { name, address },
        letter: {
          subject: t('people.letter.subject', { site: site.name() }),
          greeting: t('people.letter.greeting', { name }),
          paragraphs: [t('people.letter.text', { site: site.name() }), t('people.letter.not_me')],
          act: { words: t('people.letter.do'), href: `${site.base_url}/reset/${token}` },
          foot: [t('people.letter.foot', { site: site.name(), address: site.base_url })],
        },
        job_id,
        signal,
      })
    },
    // later than in an hour nobody waits for it any more
    { lease: { minutes: 1 }, tries: 5, at_once: 2 },
  )

  return {
    /**
     * Somebody typed an address at /forgot: a letter to whom it belongs, or, without mail, a line on the admins' list.
     * The same work either way, so that neither answer nor time tells whether there is such an account.
     */
    ask(email: string): void {
      if (!mail.isSetUp()) return passwordResets.ask(email)
      const known = people.credentials(email)
      const slot = Math.floor(clock.now().epochMilliseconds / (APART * 60_000))
      const hour = Math.floor(clock.now().epochMilliseconds / 3_600_000)
      if (known?.password_hash) jobs.add(kind, { person_id: known.id }, { key: `${known.id} ${slot}`, about: email })
      else jobs.add(kind, { person_id: null }, { key: `nobody ${hour} ${randomInt(NOBODIES)}`, about: 'nobody' })
    },
  }
}
