import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { areCertificates } from './mail/certificates.ts'
import { readSender } from './mail/sender.ts'
import { normaliseSmtpUrl } from './mail/smtp-url.ts'

export interface Config {
  port: number
  host: string
  data_dir: string
  /** The site's address without a trailing slash; every link that leaves the site is built from it. */
  base_url: string
  /** False while BASE_URL is not set: localhost and IP addresses are then accepted as the site's name too. */
  base_url_is_set: boolean
  trust_proxy: number
  /** How many processes answer requests. */
  workers: number
  metrics_token: string | null
  /** Where letters go out, such as smtps://name:password@mail.example.org; null: no mail unless the settings say where. */
  smtp_url: string | null
  /** Whom letters are from: an address, or a name with the address in angle brackets. */
  mail_from: string | null
  /** Certificates (PEM) of authorities that the mail server's may be signed by, beside the public ones. */
  smtp_ca: string | null
  /** host:port pairs that outgoing requests may reach although they are private. */
  fetch_allow: string[]
}

const origin = z.string().refine((text) => {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
}, 'an http or https address without a path, such as https://things.example.org')

const pairs = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((pair) => pair !== ''))
  .refine((list) => list.every(pairOf), 'host:port pairs with commas between, such as blog.intranet:8080')

const smtpUrl = z
  .string()
  .transform(normaliseSmtpUrl)
  .refine((url) => url !== null, 'a mail server such as smtps://name:password@mail.example.org or smtp://localhost:25')

const certificateFile = z
  .string()
  .transform(readCertificates)
  .refine((pem) => pem !== null, 'a file that can be read, with certificates in PEM form in it')

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(2323),
  HOST: z.string().min(1).default('0.0.0.0'),
  DATA_DIR: z.string().min(1).default('data'),
  BASE_URL: origin.optional(),
  TRUST_PROXY: z.coerce.number().int().min(0).max(16).default(0),
  WORKERS: z.coerce.number().int().min(1).max(64).default(1),
  METRICS_TOKEN: z.string().min(16).optional(),
  SMTP_URL: smtpUrl.optional(),
  MAIL_FROM: z
    .string()
    .refine(
      (text) => readSender(text) !== null,
      'an address such as things@example.org, or Things <things@example.org>',
    )
    .optional(),
  SMTP_CA: certificateFile.optional(),
  FETCH_ALLOW: pairs.optional(),
})

/**
 * The only reader of the environment.
 * @throws an Error whose message names every variable that is wrong and what it should be
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const read = environment.safeParse(set)
  if (!read.success) {
    const lines = read.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`The settings in the environment cannot be used:\n${lines.join('\n')}`)
  }
  const {
    PORT,
    HOST,
    DATA_DIR,
    BASE_URL,
    TRUST_PROXY,
    WORKERS,
    METRICS_TOKEN,
    SMTP_URL,
    MAIL_FROM,
    SMTP_CA,
    FETCH_ALLOW,
  } = read.data
  return {
    port: PORT,
    host: HOST,
    data_dir: path.resolve(DATA_DIR),
    base_url: BASE_URL ? new URL(BASE_URL).origin : `http://localhost:${PORT}`,
    base_url_is_set: BASE_URL !== undefined,
    trust_proxy: TRUST_PROXY,
    workers: WORKERS,
    metrics_token: METRICS_TOKEN ?? null,
    smtp_url: SMTP_URL ?? null,
    mail_from: MAIL_FROM ?? null,
    smtp_ca: SMTP_CA ?? null,
    fetch_allow: (FETCH_ALLOW ?? []).flatMap((pair) => pairOf(pair) ?? []),
  }
}

function readCertificates(file: string): string | null {
  try {
    const pem = readFileSync(file, 'utf8')
    return areCertificates(pem) ? pem : null
  } catch {
    return null
  }
}

/** The pair in the form that an address has it when it is read, so that the two can be compared; null where it is none. */
function pairOf(text: string): string | null {
  const port = /:([1-9]\d{0,4})$/.exec(text)?.[1]
  const url = URL.parse(`http://${text}/`)
  return port && url && url.pathname === '/' && !/[@?#]/.test(text) ? `${url.hostname}:${port}` : null
}
