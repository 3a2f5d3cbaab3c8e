import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { signedIn } from '../web/http/access.ts'
import { currentPerson } from '../web/http/current-user.ts'
import {
  currentPassword,
  emptyForm,
  type Form,
  line,
  newPassword,
  onOrOff,
  readForm,
  refusedForm,
} from '../web/http/forms.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { languageName } from '../web/text/languages.ts'
import { askingDevice } from './device-pages.ts'
import type { SignedInDevice } from './devices.ts'
import type { PendingEmailChange } from './email-change/email-change.ts'
import { isHandle } from './handle.ts'
import type { Settings } from './person.ts'

/** The page's forms; at most one of them was just refused. */
interface SettingsForms {
  settings: Form
  password: Form
  deletion: Form
}

const settingsPage = view<
  SettingsForms & {
    enrolments: Enrolment[]
    letters: boolean
    wanted: ReturnType<Services['emailPreferences']['wanted']>
    workplaces: string[]
    languages: { value: string; words: string }[]
    refused: Form
    email_change: PendingEmailChange | null
    devices: SignedInDevice[]
  }
>('people/settings')

const handle = line({ max: 48 })
  .transform((typed) => typed.replace(/^[@＠]/u, '').toLowerCase())
  .pipe(z.string().refine(isHandle, { error: 'people.settings.handle_rule' }))

// fields that are not sent stay unchanged
const settingsForm = z.object({
  name: line({ max: 120 }).optional(),
  workplace: line({ min: 0, max: 120 }).optional(),
  handle: handle.optional(),
  scheme: z.enum(['system', 'light', 'dark']).optional(),
  language: line({ min: 0, max: 35 }).optional(),
  calm: onOrOff.optional(),
})
const passwordForm = z.object({ old_password: currentPassword, password: newPassword })
const deletionForm = z.object({ password: currentPassword, posts: z.enum(['stay', 'go']) })

export function settingsPages(
  router: Router,
  { courses, devices, emailChanges, people, enrolments, emailPreferences, mail, signIns }: Services,
): void {
  router.get('/me', signedIn, (req, res) => show(req, res))

  router.post('/me', signedIn, (req, res) => {
    const form = readForm(settingsForm, req.body)
    const { t } = pageContext(res)
    const person = currentPerson(req)
    if (!form.ok) {
      const { values, problems } = refusedForm(t, form)
      return show(req, res, { settings: { values: { ...asTyped(person), ...values }, problems } })
    }
    const settings = changedSettings(person, form.data)
    if (settings.language !== person.language && !isLanguageHere(settings.language)) {
      return show(req, res, { settings: refusal(asTyped(settings), 'language', t('problems.choice')) })
    }
    if (!people.saveSettings(person, settings)) {
      return show(req, res, { settings: refusal(asTyped(settings), 'handle', t('people.settings.handle_taken')) })
    }
    const calmness = settings.calm === person.calm ? null : settings.calm ? 'calm.on' : 'calm.off'
    addFlash(req, { kind: 'said', key: `people.settings.${calmness ?? 'saved'}` })
    res.redirect(303, calmness ? '/me#calm' : '/me')
  })

  router.post('/me/password', signedIn, async (req, res) => {
    const form = readForm(passwordForm, req.body)
    const { t } = pageContext(res)
    if (!form.ok) return show(req, res, { password: refusedForm(t, form) })
    const person = currentPerson(req)
    if (!(await signIns.confirm(req, person, form.data.old_password))) {
      return show(req, res, { password: refusal({}, 'old_password', t('people.settings.password_wrong')) })
    }
    const made = await people.newPassword(form.data.password, person)
    if (!made.ok) return show(req, res, { password: refusal({}, 'password', t(made.problem.key)) })
    people.changePassword(person.id, made.password_hash, '')
    signIns.start(req, person, req.session.shared)
    addFlash(req, { kind: 'said', key: 'people.settings.password_saved' })
    res.redirect(303, '/me')
  })

  router.post('/me/delete', signedIn, async (req, res) => {
    const form = readForm(deletionForm, req.body)
    const { t } = pageContext(res)
    if (!form.ok) return show(req, res, { deletion: refusedForm(t, form) })
    const { password, posts } = form.data
    if (!(await signIns.confirm(req, currentPerson(req), password))) {
      return show(req, res, { deletion: refusal({ posts }, 'password', t('people.settings.password_wrong')) })
    }
    if (!people.deleteAccount(currentPerson(req).id, posts)) {
      return show(req, res, { deletion: refusal({ posts }, '', t('people.settings.last_admin')) })
    }
    signIns.end(req)
    addFlash(req, { kind: 'said', key: 'people.settings.left' })
    res.setHeader('Clear-Site-Data', '"cache"')
    res.redirect(303, '/')
  })

  function isLanguageHere(language: string | null): boolean {
    return language === null || courses.languages().includes(language)
  }

  /** The languages of all courses and the chosen one, with their own names. */
  function languagesFor(chosen: string | null): { value: string; words: string }[] {
    const all = new Set([...courses.languages(), ...(chosen === null ? [] : [chosen])])
    return [...all].map((language) => ({ value: language, words: languageName(language) }))
  }

  function show(req: Request, res: Response, refused: Partial<SettingsForms> = {}): void {
    const person = currentPerson(req)
    settingsPage(res, {
      title: pageContext(res).t('people.settings.title'),
      area: 'read',
      here: 'me',
      status: Object.keys(refused).length > 0 ? 422 : 200,
      settings: emptyForm(asTyped(person)),
      password: emptyForm(),
      deletion: emptyForm({ posts: 'stay' }),
      ...refused,
      email_change: emailChanges.pending(person.id),
      devices: devices.list(askingDevice(req)),
      refused: Object.values(refused)[0] ?? emptyForm(),
      enrolments: enrolments.listOfPerson(person.id),
      letters: mail.isSetUp(),
      wanted: emailPreferences.wanted(person.id),
      workplaces: people.workplaces(),
      languages: languagesFor(person.language),
    })
  }
}

/** The settings with the changes of the form. */
function changedSettings(now: Settings, form: z.infer<typeof settingsForm>): Settings {
  return {
    name: form.name ?? now.name,
    workplace: form.workplace === undefined ? now.workplace : form.workplace || null,
    handle: form.handle ?? now.handle,
    scheme: form.scheme ?? now.scheme,
    language: form.language === undefined ? now.language : form.language || null,
    calm: form.calm === undefined ? now.calm : form.calm ? 1 : 0,
  }
}

function asTyped({ name, workplace, handle, scheme, language }: Settings): Record<string, string> {
  return { name, workplace: workplace ?? '', handle, scheme, language: language ?? '' }
}

function refusal(values: Record<string, string>, field: string, words: string): Form {
  return { values, problems: { [field]: words } }
}
