import type { Response, Router } from 'express'
import { z } from 'zod'
import type { Services } from '../services.ts'
import { anybody } from '../web/http/access.ts'
import { email, emptyForm, type Form, newPassword, readForm, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { ResetLink } from './password-reset.ts'

const forgotPage = view<{ form: Form; asked: boolean; mail: boolean }>('people/forgot')
const resetPage = view<{ form: Form; link: ResetLink }>('people/reset')
const overPage = view('people/reset-over')

const forgotForm = z.object({ email })
const resetForm = z.object({ password: newPassword })

/** A forgotten password: asking for a link, and using one. Looking at a link does not use it up. */
export function passwordResetPages(
  router: Router,
  { guess, mail, people, passwordResets, passwordResetEmails }: Services,
): void {
  router.get('/forgot', anybody, noStore, (req, res) => {
    showForgot(res, { mail: mail.isSetUp(), form: emptyForm(), asked: req.query['asked'] === '1' })
  })

  router.post('/forgot', anybody, noStore, (req, res) => {
    const form = readForm(forgotForm, req.body)
    if (!form.ok)
      return showForgot(res, {
        mail: mail.isSetUp(),
        status: 422,
        form: refusedForm(pageContext(res).t, form),
        asked: false,
      })
    passwordResetEmails.ask(form.data.email)
    res.redirect(303, '/forgot?asked=1')
  })

  router.get('/reset/:token', anybody, noStore, (req, res) => {
    const link = passwordResets.find(String(req.params['token']))
    if (!link) return showOver(res)
    showReset(res, { link, form: emptyForm() })
  })

  router.post('/reset/:token', anybody, noStore, async (req, res) => {
    const token = String(req.params['token'])
    const link = await guess({ kind: 'token', ip: req.ip, account: null }, () => passwordResets.find(token))
    if (!link) return showOver(res)
    const refuse = (refused: Parameters<typeof refusedForm>[1]) =>
      showReset(res, { status: 422, link, form: refusedForm(pageContext(res).t, refused) })
    const form = readForm(resetForm, req.body)
    if (!form.ok) return refuse(form)
    const made = await people.newPassword(form.data.password, link)
    if (!made.ok) return refuse({ values: {}, problems: { password: made.problem } })
    if (!passwordResets.use(token, made.password_hash)) return showOver(res)
    addFlash(req, { kind: 'said', key: 'people.reset.done' })
    res.redirect(303, '/login')
  })
}

function showForgot(res: Response, page: { status?: number; form: Form; asked: boolean; mail: boolean }): void {
  forgotPage(res, { title: pageContext(res).t('people.forgot.title'), area: 'front', alone: true, ...page })
}

function showReset(res: Response, page: { status?: number; form: Form; link: ResetLink }): void {
  resetPage(res, { title: pageContext(res).t('people.reset.title'), area: 'front', alone: true, ...page })
}

function showOver(res: Response): void {
  overPage(res, { status: 404, title: pageContext(res).t('people.reset.over.title'), area: 'front', alone: true })
}
