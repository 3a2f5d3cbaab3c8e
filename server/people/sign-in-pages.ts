import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Services } from '../services.ts'
import { anybody } from '../web/http/access.ts'
import { localPath } from '../web/http/address.ts'
import { currentPassword, email, emptyForm, type Form, onOrOff, readForm, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'

const signInPage = view<{ form: Form; next: string | null }>('people/sign-in')

const HOME = '/home'

const signInForm = z.object({
  email,
  password: currentPassword,
  next: z.unknown().optional().transform(localPath),
  shared: onOrOff.optional(),
})

export function signInPages(router: Router, { signIns }: Services): void {
  router.get('/login', anybody, noStore, (req, res) => {
    const next = localPath(req.query['next'])
    if (req.user) return res.redirect(303, next ?? HOME)
    show(res, { form: emptyForm(), next })
  })

  router.post('/login', anybody, noStore, async (req, res) => {
    const form = readForm(signInForm, req.body)
    if (!form.ok) return refuse(req, res, refusedForm(pageContext(res).t, form))
    const person = await signIns.check(req, form.data.email)
    if (!person) return refuse(req, res, wrong(res, form.data.email))
    signIns.start(req, person, form.data.shared)
    res.redirect(303, form.data.next ?? HOME)
  })

  router.post('/logout', anybody, (req, res) => {
    signIns.end(req)
    res.setHeader('Clear-Site-Data', '"cache"')
    res.redirect(303, '/')
  })
}

/** The same words whether the address or the password does not fit. */
function wrong(res: Response, typed: string): Form {
  return { values: { email: typed }, problems: { '': pageContext(res).t('people.sign_in.wrong') } }
}

function refuse(req: Request, res: Response, form: Form): void {
  show(res, { status: 422, form, next: localPath(req.body?.next) })
}

function show(res: Response, page: { status?: number; form: Form; next: string | null }): void {
  signInPage(res, { title: pageContext(res).t('people.sign_in.title'), area: 'front', alone: true, ...page })
}
