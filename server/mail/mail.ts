import { createHmac } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { PermanentJobError } from '../jobs/job-error.ts'
import { type EmailMessage, emailText } from './email-message.ts'
import { isAddress, type Mailbox, readSender } from './sender.ts'

interface Delivery {
  to: Mailbox
  message: EmailMessage
  /** The job that sends it: the same at every attempt, and so is the Message-ID. */
  job_id: number
  signal: AbortSignal
}

/** The mail server and the sender, as they are set at this moment. */
interface SmtpSettings {
  smtp_url: string | null
  mail_from: string | null
  /** Certificates (PEM) that are trusted beside the public ones. */
  smtp_ca: string | null
  site_name: string
}

interface MailDeps {
  /** Read for each email: the settings may change while the server runs. */
  smtpSettings: () => SmtpSettings
  /** The site's own address. */
  base_url: string
  /** Key of the Message-IDs, which nobody can guess. */
  secret: () => string
  renderHtml: (message: EmailMessage) => string
  timeouts?: typeof TIMEOUTS
}

/** In milliseconds; the job is tried again later. */
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000, dnsTimeout: 10_000 }

/** For a test email, while an admin waits, in milliseconds. */
const TEST_TIMEOUT = 10_000
/** For each step of it, so that the step that failed is reported and not only that it took too long. */
const TEST_STEP_TIMEOUT = 9000

const LINE_BREAK = /[\r\n\0\u2028\u2029]/

/**
 * Emails by SMTP. What a server refuses for good (5xx for a recipient or a message) is given up at once; everything else
 * is tried again. An email is sent twice only where the server accepts it and this process or the connection ends before
 * that is recorded; both copies have the same Message-ID, so that mail programs can drop one.
 */
export function createMail({ smtpSettings, base_url, secret, renderHtml, timeouts = TIMEOUTS }: MailDeps) {
  const host = new URL(base_url).hostname

  function headersOf({ message, job_id }: Pick<Delivery, 'message' | 'job_id'>) {
    const tag = createHmac('sha256', secret()).update(`letter ${job_id}`).digest('base64url').slice(0, 22)
    return {
      messageId: `<job-${job_id}.${tag}@${host}>`,
      headers: {
        // keeps autoresponders quiet (RFC 3834)
        'Auto-Submitted': 'auto-generated',
        ...(message.unsubscribe
          ? {
              'List-Unsubscribe': `<${message.unsubscribe.href}>`,
              'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
            }
          : {}),
      },
    }
  }

  async function deliver(delivery: Delivery, limits: typeof TIMEOUTS): Promise<string> {
    const { to, message, signal } = delivery
    const { smtp_url, mail_from, smtp_ca, site_name } = smtpSettings()
    if (smtp_url === null) throw new Error('No mail server is set up.')
    if ([to.name, to.address, message.subject, site_name].some((line) => LINE_BREAK.test(line))) {
      throw new PermanentJobError('A name, a title or an address has a line break in it.')
    }
    if (!isAddress(to.address)) throw new PermanentJobError('That is not an email address.')
    const from = readSender(mail_from ?? '') ?? { name: site_name, address: `no-reply@${host}` }
    // loaded with the first email: a site without a mail server does not need it
    const { createTransport } = await import('nodemailer')
    const transport = createTransport({
      url: smtp_url,
      ...limits,
      ...(smtp_ca ? { tls: { ca: [...rootCertificates, smtp_ca] } } : {}),
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    try {
      const { response } = await transport.sendMail({
        from,
        to,
        subject: message.subject,
        text: emailText(message),
        html: renderHtml(message),
        ...headersOf(delivery),
        signal,
      })
      return response
    } finally {
      transport.close()
    }
  }

  return {
    /** Optional: without a mail server people pass links on themselves. */
    isSetUp: (): boolean => smtpSettings().smtp_url !== null,

    /** @throws PermanentJobError where trying again does not help */
    async send(delivery: Delivery): Promise<void> {
      try {
        await deliver(delivery, timeouts)
      } catch (error) {
        throw isFinal(error) ? new PermanentJobError(error instanceof Error ? error.message : String(error)) : error
      }
    },

    /**
     * Sends an email while an admin waits for the result, ten seconds at most.
     * @returns the answer of the server
     * @throws Error with the message of the server or of the step that failed
     */
    sendTest(delivery: Omit<Delivery, 'signal'>): Promise<string> {
      const timeout = AbortSignal.timeout(TEST_TIMEOUT)
      const { promise, reject } = Promise.withResolvers<never>()
      timeout.addEventListener('abort', () => reject(new Error('The server did not answer within ten seconds.')))
      const limits = Object.entries(timeouts).map(([name, ms]) => [name, Math.min(ms, TEST_STEP_TIMEOUT)])
      return Promise.race([deliver({ ...delivery, signal: timeout }, Object.fromEntries(limits)), promise])
    },
  }
}

/** The recipient or the message is refused for good. A wrong password for the server can be corrected, and is tried again. */
function isFinal(error: unknown): boolean {
  const { responseCode, code } = Object(error)
  return Number(responseCode) >= 500 && ['EENVELOPE', 'EMESSAGE'].includes(String(code))
}

export type Mail = ReturnType<typeof createMail>
