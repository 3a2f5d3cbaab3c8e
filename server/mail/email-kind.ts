import type { Jobs } from '../jobs/jobs.ts'
import type { EmailMessage } from './email-message.ts'
import type { Mail } from './mail.ts'
import type { Mailbox } from './sender.ts'

export interface EmailKindDeps {
  jobs: Jobs
  mail: Mail
  /** In the language of the site. */
  t: (key: string, values?: Record<string, unknown>) => string
  /** The site's own address, without a trailing slash, and its name. */
  site: { base_url: string; name: () => string }
}

/**
 * Declares one kind of email that waits in the outbox, and how it is written.
 * @param compose called at each attempt to send: null where the email is not wanted any more
 * @returns adds one to the outbox, in the caller's transaction; without a mail server it does nothing
 */
export function createEmailKind<Payload extends object>(
  { jobs, mail }: Pick<EmailKindDeps, 'jobs' | 'mail'>,
  kind: string,
  compose: (payload: Payload) => { to: Mailbox; message: EmailMessage } | null,
  options: Omit<NonNullable<Parameters<Jobs['handle']>[2]>, 'lease'> = { at_once: 3 },
) {
  jobs.handle<Payload>(
    kind,
    async (payload, { job_id, signal }) => {
      const email = compose(payload)
      if (!email) return 'skipped'
      await mail.send({ ...email, job_id, signal })
      return 'sent'
    },
    { lease: { minutes: 1 }, ...options },
  )

  return (payload: Payload, job?: Parameters<Jobs['add']>[2]): void => {
    if (mail.isSetUp()) jobs.add(kind, payload, job)
  }
}
