import { createHmac } from 'node:crypto'
import { PermanentJobError } from '../jobs/retry.ts'
import { type EmailMessage, emailText } from './email-message.ts'

interface Delivery {
  to: { name: string; address: string }
  letter: EmailMessage
  /** The job that sends it: the same at every attempt, and so is the letter's Message-ID. */
  job_id: number
  signal: AbortSignal
}

/** Where letters go out and from whom, as it is at this moment. */
interface SmtpSettings {
  smtp_url: string | null
  mail_from: string | null
  site_name: string
}

interface MailDeps {
  /** Asked anew for each letter: the settings may change while the server runs. */
  smtpSettings: () => SmtpSettings
  /** The site's own address. */
  base_url: string
  /** Makes Message-IDs that nobody can foretell. */
  secret: () => string
  renderHtml: (letter: EmailMessage) => string
  /** How long a server may take; tests are less patient. */
  patience?: typeof PATIENCE
}

/** A server that does not answer is given up soon; the job comes back later. In milliseconds. */
const PATIENCE = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000, dnsTimeout: 10_000 }

/** A letter that somebody waits for, in milliseconds. */
const LONGEST_TRIAL = 10_000
/** Each step of it, so that the server's own trouble is told and not only that it took too long. */
const SHORT = 9000

const LINE_BREAK = /[\r\n\0\u2028\u2029]/
const ADDRESS = /^[^\s<>()[\]\\,;:"\p{Cc}]+@[^\s<>()[\]\\,;:"@\p{Cc}]+$/u

/**
 * Letters by SMTP. What a server refuses for good (5xx for a recipient or a letter) gives up at once; all else comes
 * back. One case sends a letter twice: the server took it, and this process ended, or the line broke, before that was
 * noted. Both then carry the same Message-ID, by which mailboxes and people can tell.
 */
export function createMail({ smtpSettings, base_url, secret, renderHtml, patience = PATIENCE }: MailDeps) {
  const host = new URL(base_url).hostname

  function headersOf({ letter, job_id }: Pick<Delivery, 'letter' | 'job_id'>) {
    const mark = createHmac('sha256', secret()).update(`letter ${job_id}`).digest('base64url').slice(0, 22)
    return {
      messageId: `<job-${job_id}.${mark}@${host}>`,
      headers: {
        // no answer by a machine, please
        'Auto-Submitted': 'auto-generated',
        ...(letter.leave
          ? { 'List-Unsubscribe': `<${letter.leave.href}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
          : {}),
      },
    }
  }

  async function hand(sending: Delivery, times: typeof PATIENCE): Promise<string> {
    const { to, letter, signal } = sending
    const { smtp_url, mail_from, site_name } = smtpSettings()
    if (smtp_url === null) throw new Error('No mail server is set up.')
    if ([to.name, to.address, letter.subject, site_name].some((line) => LINE_BREAK.test(line))) {
      throw new PermanentJobError('A name, a title or an address has a line break in it.')
    }
    if (!ADDRESS.test(to.address)) throw new PermanentJobError('That is not an e-mail address.')
    const from = mail_from ?? { name: site_name, address: `no-reply@${host}` }
    // loaded with the first letter: a site without a mail server has no use for it
    const { createTransport } = await import('nodemailer')
    const transport = createTransport({ url: smtp_url, ...times, disableFileAccess: true, disableUrlAccess: true })
    try {
      const { response } = await transport.sendMail({
        from,
        to,
        subject: letter.subject,
        text: emailText(letter),
        html: renderHtml(letter),
        ...headersOf(sending),
        signal,
      })
      return response
    } finally {
      transport.close()
    }
  }

  return {
    /** Without it everything works too: links are handed over by people. */
    isSetUp: (): boolean => smtpSettings().smtp_url !== null,

    /** @throws PermanentJobError where trying again would not help */
    async send(sending: Delivery): Promise<void> {
      try {
        await hand(sending, patience)
      } catch (error) {
        throw isFinal(error) ? new PermanentJobError(error instanceof Error ? error.message : String(error)) : error
      }
    },

    /**
     * Sends a letter while somebody waits for it, and so never waits long.
     * @returns what the server answered
     * @throws what went wrong, in its words
     */
    sendTest(sending: Omit<Delivery, 'signal'>): Promise<string> {
      const over = AbortSignal.timeout(LONGEST_TRIAL)
      const { promise, reject } = Promise.withResolvers<never>()
      over.addEventListener('abort', () => reject(new Error('The server did not answer within ten seconds.')))
      const short = Object.entries(patience).map(([name, time]) => [name, Math.min(time, SHORT)])
      return Promise.race([hand({ ...sending, signal: over }, Object.fromEntries(short)), promise])
    },
  }
}

/** Refused for good: this recipient, or this letter. A wrong password for the server is somebody's to mend, and waits. */
function isFinal(error: unknown): boolean {
  const { responseCode, code } = Object(error)
  return Number(responseCode) >= 500 && ['EENVELOPE', 'EMESSAGE'].includes(String(code))
}

export type Mail = ReturnType<typeof createMail>
