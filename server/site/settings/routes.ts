import type { Request, Response, Router } from 'express'
import { hasPassword, withoutPassword } from '../../mail/smtp-url.ts'
import { admin } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { emptyForm, type Form, type Problems, refusedForm } from '../../web/http/forms.ts'
import { noStore } from '../../web/http/headers.ts'
import { notFound } from '../../web/http/http-error.ts'
import { addFlash } from '../../web/render/flash.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import type { Translate } from '../../web/text/i18n.ts'
import type { Backup } from '../backups/backups.ts'
import { backupPages } from '../backups/pages.ts'
import { siteFileRoutes } from '../site-files.ts'
import { type ColourPreview, colourPreviews } from './colour-preview.ts'
import { isSection, SECTIONS, type SettingSection } from './definitions.ts'
import { readSection } from './form.ts'
import { logoPages } from './logo-pages.ts'
import {
  addressOf,
  isSettingsPage,
  pageOfSection,
  SECTION_FIELDS,
  SETTINGS_PAGES,
  type SectionView,
  type SettingField,
  type SettingsPage,
  seenVersion,
  type TestAnswer,
} from './sections.ts'
import { testEmailPages } from './test-email-pages.ts'

interface SectionForm {
  name: SettingSection
  form: Form
  fields: SettingField[]
  /** The version of the section that the form is rendered from. */
  seen: number
  /** What somebody else saved meanwhile, by field; null where nobody did. */
  theirs: { name: SettingField['name']; value: string }[] | null
}

const settingsPage = view<{
  pages: SettingsPage[]
  page: SettingsPage
  parts: SectionForm[]
  /** Values of the environment, used where nothing is stored. */
  environment: { smtp_url: string | null; mail_from: string | null; name: string }
  has_password: boolean
  answer: TestAnswer | null
  swatches: ColourPreview[]
  backups: (Backup & { megabytes: string })[]
  making: boolean
  /** Whether emails can be sent. */
  mail: boolean
}>('site/settings')

/** The settings of the site, by section. */
export function settingsRoutes(router: Router, services: Services): void {
  const { backups, config, jobs, mail, settings } = services

  siteFileRoutes(router, services)

  router.get('/admin/settings', admin, noStore, (_req, res) => show(res, 'site'))

  router.get('/admin/settings/:page', admin, noStore, (req, res) => {
    const name = String(req.params['page'])
    show(res, isSettingsPage(name) && name !== 'site' ? name : notFound())
  })

  logoPages(router, services, showPart)
  testEmailPages(router, services, showPart)
  backupPages(router, services)

  router.post('/admin/settings/:section', admin, noStore, save)

  async function save(req: Request, res: Response): Promise<void> {
    const name = String(req.params['section'])
    const section = isSection(name) ? name : notFound()
    const read = readSection(section, req.body, settings.value('smtp_url'))
    if (!read.ok) return refuse(res, section, read)
    const { id } = currentPerson(req)
    if (!settings.changeSection(section, read.values, { by: id, seen: seenVersion(req) })) {
      const mine = {
        ...read.values,
        ...(read.values.smtp_url ? { smtp_url: withoutPassword(read.values.smtp_url) } : {}),
      }
      return showPart(res, { section, status: 409, form: emptyForm(mine), clash: true })
    }
    // emails that wait for their next attempt go out with the new settings
    if (section === 'mail') await jobs.retryFailing({ kind: 'mail.' })
    addFlash(req, { kind: 'said', key: `settings.saved.${section}` })
    // with a fragment, or the browser keeps that of the form and scrolls past the message
    res.redirect(303, `${addressOf(pageOfSection(section))}#main`)
  }

  function refuse(
    res: Response,
    section: SettingSection,
    refused: { values: Record<string, string>; problems: Problems },
  ) {
    showPart(res, { section, status: 422, form: refusedForm(pageContext(res).t, refused) })
  }

  function showPart(res: Response, shown: SectionView): void {
    show(res, pageOfSection(shown.section), shown)
  }

  function show(res: Response, page: SettingsPage, shown?: SectionView): void {
    const { t, locale } = pageContext(res)
    const versions = settings.versions()
    const parts = SETTINGS_PAGES[page].map((name): SectionForm => {
      const mine = shown?.section === name ? shown : undefined
      const now = valuesOf(name)
      return {
        name,
        form: mine?.form ?? emptyForm(now),
        fields: SECTION_FIELDS[name],
        seen: versions.get(name) ?? 0,
        theirs: mine?.clash
          ? SECTION_FIELDS[name].map((field) => ({ name: field.name, value: said(t, field, now) }))
          : null,
      }
    })
    settingsPage(res, {
      title: t('settings.title'),
      area: 'admin',
      status: shown?.status ?? 200,
      pages: Object.keys(SETTINGS_PAGES) as SettingsPage[],
      page,
      parts,
      environment: {
        smtp_url: config.smtp_url && withoutPassword(config.smtp_url),
        mail_from: config.mail_from,
        name: new URL(config.base_url).hostname,
      },
      has_password: hasPassword(settings.value('smtp_url')),
      answer: shown?.answer ?? null,
      swatches: page === 'site' ? colourPreviews((name) => settings.value(name)) : [],
      backups:
        page === 'backups' ? backups.list().map((one) => ({ ...one, megabytes: megabytesOf(one.bytes, locale) })) : [],
      making: page === 'backups' && jobs.isWaiting('backups.make'),
      mail: mail.isSetUp(),
    })
  }

  function valuesOf(section: SettingSection): Record<string, string> {
    const values = Object.fromEntries(SECTIONS[section].map((name) => [name, String(settings.value(name))]))
    return section === 'mail' ? { ...values, smtp_url: withoutPassword(values['smtp_url'] ?? '') } : values
  }
}

/** A value as the page displays it. */
function said(t: Translate, { name, options }: SettingField, values: Record<string, string>): string {
  const value = values[name] ?? ''
  return options ? t(`settings.option.${name}.${value}`) : value
}

function megabytesOf(bytes: number, locale: string): string {
  return Math.max(0.1, bytes / 1_000_000).toLocaleString(locale, { maximumFractionDigits: 1 })
}
