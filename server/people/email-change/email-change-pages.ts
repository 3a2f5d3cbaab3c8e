import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Services } from '../../services.ts'
import { anybody, signedIn } from '../../web/http/access.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { currentPassword, email, emptyForm, type Form, readForm, refusedForm } from '../../web/http/forms.ts'
import { noStore } from '../../web/http/headers.ts'
import { HttpError } from '../../web/http/http-error.ts'
import { addFlash } from '../../web/render/flash.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import type { EmailChangeLink, PendingEmailChange } from './email-change.ts'

const changePage = view<{ form: Form; mail: boolean; pending: PendingEmailChange | null }>('people/email-change')
const confirmPage = view<{ link: EmailChangeLink }>('people/email-confirm')
const overPage = view<{ taken: boolean }>('people/email-confirm-over')

const changeForm = z.object({ email, password: currentPassword })
const confirmForm = z.object({ act: z.enum(['confirm', 'stop']).optional().default('confirm') })

/** Changing one's own email address, and the links that both addresses get. Looking at a link does not use it up. */
export function emailChangePages(router: Router, { emailChanges, guess, mail, signIns }: Services): void {
  router.get('/me/email', signedIn, noStore, (req, res) => show(req, res))

  router.post('/me/email', signedIn, noStore, async (req, res) => {
    const { t } = pageContext(res)
    const person = currentPerson(req)
    if (!mail.isSetUp()) throw new HttpError(403, 'email_change_without_mail')
    const form = readForm(changeForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(t, form))
    const refuse = (field: string, key: string) =>
      show(req, res, { values: { email: form.data.email }, problems: { [field]: t(key) } })
    if (form.data.email === person.email.toLowerCase()) return refuse('email', 'people.email_change.same')
    if (!(await signIns.confirm(req, person, form.data.password))) {
      return refuse('password', 'people.settings.password_wrong')
    }
    const asked = emailChanges.ask(person.id, form.data.email, person.id, req.stored?.id_hash ?? null)
    if (asked === 'too_many') return refuse('email', 'people.email_change.too_many')
    res.redirect(303, '/me/email')
  })

  router.post('/me/email/cancel', signedIn, noStore, (req, res) => {
    const { id } = currentPerson(req)
    if (emailChanges.stop(id, id)) addFlash(req, { kind: 'said', key: 'people.email_change.canceled' })
    res.redirect(303, '/me')
  })

  router.get('/confirm-email/:token', anybody, noStore, (req, res) => {
    const link = emailChanges.findByLink(String(req.params['token']))
    if (!link) return showOver(res)
    const title = pageContext(res).t(
      link.side === 'old' && link.by_admin ? 'people.email_confirm.title_stop' : 'people.email_confirm.title',
    )
    confirmPage(res, { title, area: 'front', alone: true, link })
  })

  router.post('/confirm-email/:token', anybody, noStore, async (req, res) => {
    const token = String(req.params['token'])
    const link = await guess({ kind: 'token', ip: req.ip, account: null }, () => emailChanges.findByLink(token))
    const form = readForm(confirmForm, req.body)
    if (!link || !form.ok) return showOver(res)
    if (form.data.act === 'stop') {
      if (!emailChanges.stopByLink(token)) return showOver(res)
      return said(req, res, 'stopped')
    }
    const result = emailChanges.confirm(token)
    if (result === 'over' || result === 'taken') return showOver(res, result === 'taken')
    said(req, res, result === 'changed' ? 'changed' : `waiting_${link.side}`)
  })

  function said(req: Request, res: Response, key: string): void {
    addFlash(req, { kind: 'said', key: `people.email_confirm.${key}` })
    res.redirect(303, req.user ? '/me' : '/login')
  }

  function show(req: Request, res: Response, form: Form = emptyForm()): void {
    changePage(res, {
      title: pageContext(res).t('people.email_change.title'),
      area: 'read',
      here: 'me',
      status: Object.keys(form.problems).length > 0 ? 422 : 200,
      form,
      mail: mail.isSetUp(),
      pending: emailChanges.pending(currentPerson(req).id),
    })
  }
}

function showOver(res: Response, taken = false): void {
  const title = pageContext(res).t(taken ? 'people.email_confirm.taken.title' : 'people.email_confirm.over.title')
  overPage(res, { status: taken ? 409 : 404, title, area: 'front', alone: true, taken })
}
