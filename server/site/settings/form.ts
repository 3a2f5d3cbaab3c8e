import { z } from 'zod'
import { smtpUrlFrom } from '../../mail/smtp-url.ts'
import { type Problems, readForm } from '../../web/http/forms.ts'
import { contrastProblems } from './check-contrast.ts'
import { DEFINITIONS, SECTIONS, type SettingName, type SettingSection } from './definitions.ts'
import type { SettingValues } from './settings.ts'

type ReadSettings =
  | { ok: true; values: SettingValues }
  | { ok: false; values: Record<string, string>; problems: Problems }

/**
 * Reads the form of a section.
 * @param stored the stored address of the mail server, whose password the form does not contain
 */
export function readSection(section: SettingSection, body: unknown, stored: string): ReadSettings {
  const names: readonly SettingName[] = SECTIONS[section]
  const shape = Object.fromEntries(names.map((name) => [name, DEFINITIONS[name].schema]))
  if (section === 'mail') return readMail(body, stored)
  const form = readForm(z.object(shape), body)
  if (!form.ok) return form
  const values = form.data as SettingValues
  const problems = section === 'colours' ? contrastProblems(values) : {}
  return Object.keys(problems).length > 0 ? { ok: false, values: { ...values }, problems } : { ok: true, values }
}

const mailForm = z.object({
  smtp_url: DEFINITIONS.smtp_url.schema,
  smtp_password: z.string().max(200).optional().default(''),
  mail_from: DEFINITIONS.mail_from.schema,
  smtp_ca: DEFINITIONS.smtp_ca.schema.optional().default(''),
})

function readMail(body: unknown, stored: string): ReadSettings {
  const form = readForm(mailForm, body)
  if (!form.ok) return form
  const { smtp_password, ...typed } = form.data
  const smtp_url = smtpUrlFrom(typed.smtp_url, smtp_password, stored)
  if (smtp_url === null)
    return { ok: false, values: typed, problems: { smtp_url: { key: 'settings.problem.smtp_user' } } }
  return { ok: true, values: { ...typed, smtp_url } }
}
