import type { Request, Response } from 'express'
import type { SmtpProblem } from '../../mail/smtp-problem.ts'
import { PAPER_SIZES } from '../../pdf/paper-size.ts'
import type { Form } from '../../web/http/forms.ts'
import type { SettingName, SettingSection } from './definitions.ts'

/** A field of a form; its texts are settings.field.<name>, settings.hint.<name>, settings.option.<name>.<value>. */
export interface SettingField {
  name: SettingName | 'smtp_password'
  type: 'text' | 'textarea' | 'number' | 'password' | 'choices'
  options?: string[]
  optional?: boolean
  hint?: boolean
  rows?: number
}

/** Sections of each page of the settings. */
export const SETTINGS_PAGES = {
  site: ['name', 'logo', 'colours'],
  pages: ['languages', 'paper', 'public', 'imprint', 'privacy'],
  mail: ['mail'],
  people: ['registration', 'uploads', 'calm'],
  backups: ['backups'],
} as const satisfies Record<string, readonly SettingSection[]>

export type SettingsPage = keyof typeof SETTINGS_PAGES

export const SECTION_FIELDS: Record<SettingSection, SettingField[]> = {
  name: [{ name: 'site_name', type: 'text' }],
  logo: [{ name: 'logo_alt', type: 'text', optional: true, hint: true }],
  colours: [
    { name: 'main_colour', type: 'text', optional: true, hint: true },
    { name: 'dark_colour', type: 'text', optional: true, hint: true },
    { name: 'marker_colour', type: 'text', optional: true, hint: true },
  ],
  languages: [
    { name: 'languages', type: 'text', hint: true },
    { name: 'time_zone', type: 'text', hint: true },
  ],
  paper: [{ name: 'paper', type: 'choices', options: [...PAPER_SIZES] }],
  public: [
    { name: 'landing', type: 'choices', options: ['public', 'sign_in'] },
    { name: 'guests_read', type: 'choices', options: ['1', '0'] },
    { name: 'robots', type: 'choices', options: ['index', 'none'] },
  ],
  imprint: [{ name: 'imprint', type: 'textarea', optional: true, hint: true, rows: 8 }],
  privacy: [{ name: 'privacy', type: 'textarea', optional: true, hint: true, rows: 12 }],
  mail: [
    { name: 'smtp_url', type: 'text', optional: true, hint: true },
    { name: 'smtp_password', type: 'password', optional: true, hint: true },
    { name: 'mail_from', type: 'text', optional: true, hint: true },
    { name: 'smtp_ca', type: 'textarea', optional: true, hint: true, rows: 3 },
  ],
  uploads: [{ name: 'upload_quota_mb', type: 'number', hint: true }],
  registration: [
    { name: 'accounts', type: 'choices', options: ['joining', 'invitation'] },
    { name: 'email_domains', type: 'text', optional: true, hint: true },
  ],
  calm: [{ name: 'calm', type: 'choices', options: ['0', '1'] }],
  backups: [
    { name: 'backups_nightly', type: 'choices', options: ['1', '0'] },
    { name: 'backup_hour', type: 'number', hint: true },
    { name: 'backups_kept', type: 'number', hint: true },
  ],
}

export function pageOfSection(section: SettingSection): SettingsPage {
  const found = Object.entries(SETTINGS_PAGES).find(([, sections]) => (sections as readonly string[]).includes(section))
  return (found?.[0] ?? 'site') as SettingsPage
}

export function isSettingsPage(name: string): name is SettingsPage {
  return Object.hasOwn(SETTINGS_PAGES, name)
}

export function addressOf(page: SettingsPage): string {
  return page === 'site' ? '/admin/settings' : `/admin/settings/${page}`
}

/** How a section is displayed after a refused form or a test. */
export interface SectionView {
  section: SettingSection
  status: number
  form?: Form
  /** Somebody else changed it meanwhile. */
  clash?: boolean
  answer?: TestAnswer
}

/** Result of the test email. */
export interface TestAnswer {
  ok: boolean
  /** Of the mail server. */
  words: string
  /** What they mean, where they are of a known kind of trouble. */
  problem: SmtpProblem | null
}

export type ShowSection = (res: Response, shown: SectionView) => void

/** The version of the section that the form was rendered from. */
export function seenVersion(req: Request): number {
  const seen: unknown = Object(req.body)['seen']
  return typeof seen === 'string' && /^\d{1,9}$/.test(seen) ? Number(seen) : 0
}
