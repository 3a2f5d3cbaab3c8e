import { z } from 'zod'
import { areCertificates } from '../../mail/certificates.ts'
import { readSender } from '../../mail/sender.ts'
import { normaliseSmtpUrl, portMismatch } from '../../mail/smtp-url.ts'
import { PAPER_SIZES } from '../../pdf/paper-size.ts'
import { line, markdownText, onOrOffText, text } from '../../web/http/forms.ts'
import { readDomain, readEmailAddress } from '../../web/text/email-address.ts'
import { isTimeZone } from '../../web/text/time-zone.ts'

interface Definition<Kind extends z.ZodType<string, unknown>> {
  /** Parses typed or stored text to what is stored. */
  schema: Kind
  default: string
  /** Never displayed or logged. */
  secret?: boolean
}

function define<Kind extends z.ZodType<string, unknown>>(
  schema: Kind,
  initial: NoInfer<z.output<Kind>>,
  { secret = false } = {},
): Definition<Kind> {
  return { schema, default: initial, secret }
}

const colour = line({ min: 0, max: 20 })
  .transform((typed) => typed.toLowerCase().replace(/^(?=[0-9a-f]{6}$)/, '#'))
  .refine((typed) => /^(?:#[0-9a-f]{6})?$/.test(typed), 'settings.problem.colour')

function wholeNumber(least: number, most: number, words: string) {
  return line({ min: 0, max: 20 })
    .transform((typed) => typed.replace(/^0+(?=\d)/, ''))
    .refine((typed) => /^\d{1,9}$/.test(typed) && Number(typed) >= least && Number(typed) <= most, words)
}

const MOST_LISTED = 30

/** A list separated by commas or spaces, stored as distinct words with single spaces. */
function list(each: (word: string) => string | null, wrong: string) {
  return line({ min: 0, max: 10_000 }).transform((typed, context) => {
    const words = typed.split(/[\s,;，；、،]+/u).filter((word) => word !== '')
    const read = words.map(each)
    if (words.length <= MOST_LISTED && read.every((word) => word !== null)) return [...new Set(read)].join(' ')
    context.addIssue({ code: 'custom', message: wrong })
    return z.NEVER
  })
}

function languageTag(word: string): string | null {
  try {
    const [tag = null] = word.length <= 35 ? Intl.getCanonicalLocales(word) : []
    return tag
  } catch {
    return null
  }
}

function domain(word: string): string | null {
  return readDomain(word.replace(/^[@＠]/u, ''))
}

const oneLine = (max: number) => line({ min: 0, max })

/** Every setting an admin may change, with schema and default. */
export const DEFINITIONS = {
  site_name: define(line({ max: 60 }), 'Twentythree'),
  logo_alt: define(oneLine(120), ''),
  main_colour: define(colour, ''),
  dark_colour: define(colour, ''),
  marker_colour: define(colour, ''),
  // the first is the site's default
  languages: define(
    list(languageTag, 'settings.problem.languages').refine((tags) => tags !== '', 'settings.problem.languages'),
    'en',
  ),
  time_zone: define(oneLine(60).refine(isTimeZone, 'settings.problem.time_zone'), 'UTC'),
  paper: define(z.enum(PAPER_SIZES), 'a4'),
  calm: define(onOrOffText, '0'),
  landing: define(z.enum(['public', 'sign_in']), 'public'),
  guests_read: define(onOrOffText, '1'),
  robots: define(z.enum(['index', 'none']), 'index'),
  imprint: define(markdownText({ min: 0, max: 20_000 }), ''),
  privacy: define(markdownText({ min: 0, max: 20_000 }), ''),
  smtp_url: define(
    z.string().transform((typed, context) => {
      const url = typed.trim() === '' ? '' : normaliseSmtpUrl(typed)
      const wrong = url === null || url.includes('?') ? 'smtp_url' : portMismatch(url)
      if (wrong === null && url !== null) return url
      context.addIssue({ code: 'custom', message: `settings.problem.${wrong}` })
      return z.NEVER
    }),
    '',
    { secret: true },
  ),
  mail_from: define(
    oneLine(200)
      // a mail server nearby may have a name without a dot, which no person's address has
      .transform((typed) =>
        typed.replace(/^[^<>]*$|[^<>]*(?=>\s*$)/, (address) => readEmailAddress(address) ?? address),
      )
      .refine((typed) => typed === '' || readSender(typed) !== null, 'settings.problem.mail_from'),
    '',
  ),
  smtp_ca: define(
    text({ min: 0, max: 100_000 }).refine(
      (typed) => typed === '' || areCertificates(typed),
      'settings.problem.smtp_ca',
    ),
    '',
  ),
  upload_quota_mb: define(wholeNumber(1, 999_999, 'images.room.number'), '200'),
  accounts: define(z.enum(['joining', 'invitation']), 'joining'),
  email_domains: define(list(domain, 'settings.problem.email_domains'), ''),
  backups_nightly: define(onOrOffText, '1'),
  backup_hour: define(wholeNumber(0, 23, 'settings.problem.hour'), '3'),
  backups_kept: define(wholeNumber(1, 90, 'settings.problem.kept'), '7'),
}

export type SettingName = keyof typeof DEFINITIONS
export type SettingValue<Name extends SettingName> = z.output<(typeof DEFINITIONS)[Name]['schema']>

/** Settings that are changed together, by one form. */
export const SECTIONS = {
  name: ['site_name'],
  logo: ['logo_alt'],
  colours: ['main_colour', 'dark_colour', 'marker_colour'],
  languages: ['languages', 'time_zone'],
  paper: ['paper'],
  public: ['landing', 'guests_read', 'robots'],
  imprint: ['imprint'],
  privacy: ['privacy'],
  mail: ['smtp_url', 'mail_from', 'smtp_ca'],
  uploads: ['upload_quota_mb'],
  calm: ['calm'],
  registration: ['accounts', 'email_domains'],
  backups: ['backups_nightly', 'backup_hour', 'backups_kept'],
} as const satisfies Record<string, readonly SettingName[]>

export type SettingSection = keyof typeof SECTIONS

export function isSection(name: string): name is SettingSection {
  return Object.hasOwn(SECTIONS, name)
}

export function sectionOf(name: SettingName): SettingSection {
  const found = Object.entries(SECTIONS).find(([, names]) => (names as readonly string[]).includes(name))
  if (!found) throw new Error(`${name} is in no section`)
  return found[0] as SettingSection
}
