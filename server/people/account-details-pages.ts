import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { LogLine } from '../activity/log-presenter.ts'
import type { Services } from '../services.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { email, emptyForm, type Form, idempotencyKey, readForm, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { forbidden, HttpError, notFound } from '../web/http/http-error.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { AccountContents, AccountDetails, AccountEnrolment } from './account-details.ts'
import type { PendingEmailChange } from './email-change/email-change.ts'
import type { Person } from './person.ts'
import { admin, SITE_ROLES } from './policy.ts'

const accountDetailsPage = view<{
  who: AccountDetails
  /** False for another admin's account and one's own. */
  may_act: boolean
  is_self: boolean
  roles: typeof SITE_ROLES
  enrolments: AccountEnrolment[]
  log: LogLine[]
  form: Form
  email_change: PendingEmailChange | null
  sends_mail: boolean
}>('people/account-details')
const deletePage = view<{ who: Person; contents: AccountContents; form: Form }>('people/delete')
const linkPage = view<{ name: string; email: string; handle: string; link: string }>('people/reset-link')

const roleForm = z.object({ role: z.enum(SITE_ROLES) })
const linkForm = z.object({ once: idempotencyKey })
const emailForm = z.object({ email })
const deleteForm = z.object({ posts: z.enum(['stay', 'go']) })

/** One account and what admins may do to it: nothing to another admin's, and to their own only give up the role. */
export function accountDetailsPages(router: Router, services: Services): void {
  const {
    auditLog,
    config,
    accountDetails,
    emailChanges,
    mail,
    people,
    presentLogEntry,
    passwordResets,
    signIns,
    idempotency,
  } = services

  // other pages under /admin/people could be mistaken for handles
  router.get('/admin/people/:handle', admin, noStore, (req, res, next) => {
    if (people.findAccount(handleIn(req))) show(req, res)
    else next()
  })

  router.post('/admin/people/:handle/role', admin, noStore, (req, res) => {
    const form = readForm(roleForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(pageContext(res).t, form))
    const [person, me] = [personOf(req), currentPerson(req)]
    if (person.role === 'admin' && person.id !== me.id) forbidden('other_admin')
    if (!people.setRole(person, form.data.role, me.id)) {
      throw new HttpError(422, person.role === 'admin' ? 'last_admin' : 'deactivated')
    }
    if (person.id === me.id) signIns.start(req, me, req.session.shared)
    say(req, `role_saved.${form.data.role}`, person)
    res.redirect(303, person.id === me.id ? '/me' : pageOf(person))
  })

  router.post('/admin/people/:handle/reset-link', admin, noStore, (req, res) => {
    const form = readForm(linkForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(pageContext(res).t, form))
    const [person, me] = [personOf(req), currentPerson(req)]
    const made: { token?: string } = {}
    const location = idempotency.run(me.id, form.data.once, () => {
      made.token = passwordResets.make(person.id, me.id) ?? forbidden('other_admin')
      return pageOf(person)
    })
    // the link is shown once: the same form sent again redirects to the person
    if (!made.token) return res.redirect(303, location)
    const { name, email, handle } = person
    const link = `${config.base_url}/reset/${made.token}`
    linkPage(res, { title: pageContext(res).t('people.admin.link_title'), area: 'admin', name, email, handle, link })
  })

  router.post('/admin/people/:handle/email', admin, noStore, (req, res) => {
    const person = administeredAccount(req)
    const { t } = pageContext(res)
    const form = readForm(emailForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(t, form))
    const refuse = (key: string) =>
      show(req, res, { values: form.data, problems: { email: t(`people.admin.email_change.${key}`) } })
    const { id } = currentPerson(req)
    const new_email = form.data.email
    if (new_email === person.email.toLowerCase()) return refuse('same')
    if (emailChanges.isTaken(new_email)) return refuse('taken')
    if (mail.isSetUp()) {
      if (emailChanges.ask(person.id, new_email, id, null) !== 'asked') throw new HttpError(422, 'deactivated')
      say(req, 'email_change.asked', person)
    } else {
      const result = emailChanges.changeNow(person.id, new_email, id)
      if (result === 'taken') return refuse('taken')
      if (result === 'refused') forbidden('other_admin')
      say(req, 'email_change.changed', person)
    }
    res.redirect(303, pageOf(person))
  })

  router.post('/admin/people/:handle/email/cancel', admin, noStore, (req, res) => {
    const person = administeredAccount(req)
    if (emailChanges.stop(person.id, currentPerson(req).id)) say(req, 'email_change.canceled', person)
    res.redirect(303, pageOf(person))
  })

  router.post('/admin/people/:handle/deactivate', admin, noStore, (req, res) => {
    const person = administeredAccount(req)
    if (people.deactivate(person.id, currentPerson(req).id)) say(req, 'deactivated', person)
    res.redirect(303, pageOf(person))
  })

  router.post('/admin/people/:handle/activate', admin, noStore, (req, res) => {
    const person = administeredAccount(req)
    if (people.activate(person.id, currentPerson(req).id)) say(req, 'activated', person)
    res.redirect(303, pageOf(person))
  })

  router.post('/admin/people/:handle/sign-out', admin, noStore, (req, res) => {
    const person = administeredAccount(req)
    people.endSessions(person.id, currentPerson(req).id)
    say(req, 'signed_out', person)
    res.redirect(303, pageOf(person))
  })

  router.get('/admin/people/:handle/delete', admin, noStore, (req, res) => {
    showDelete(res, administeredAccount(req), emptyForm({ posts: 'stay' }))
  })

  router.post('/admin/people/:handle/delete', admin, noStore, (req, res) => {
    const person = administeredAccount(req)
    const form = readForm(deleteForm, req.body)
    if (!form.ok) return showDelete(res, person, refusedForm(pageContext(res).t, form), 422)
    if (!people.deleteAccount(person.id, form.data.posts, currentPerson(req).id)) forbidden('other_admin')
    say(req, 'deleted', person)
    res.redirect(303, '/admin/people')
  })

  function handleIn(req: Request): string {
    return String(req.params['handle'])
  }

  function personOf(req: Request): Person {
    return people.findAccount(handleIn(req)) ?? notFound()
  }

  /** An account that this admin may act on. @throws HttpError 403 for one's own and another admin's */
  function administeredAccount(req: Request): Person {
    const person = personOf(req)
    if (person.id === currentPerson(req).id) forbidden('oneself')
    if (person.role === 'admin') forbidden('other_admin')
    return person
  }

  function say(req: Request, key: string, { name }: Person): void {
    addFlash(req, { kind: 'said', key: `people.admin.${key}`, values: { name } })
  }

  function show(req: Request, res: Response, form: Form = emptyForm()): void {
    const who = accountDetails.find(handleIn(req)) ?? notFound()
    const is_self = who.id === currentPerson(req).id
    accountDetailsPage(res, {
      title: who.name,
      area: 'admin',
      status: Object.keys(form.problems).length > 0 ? 422 : 200,
      who,
      may_act: !is_self && who.role !== 'admin',
      is_self,
      roles: SITE_ROLES,
      enrolments: accountDetails.enrolmentsOf(who.id),
      log: auditLog.aboutPerson(who.id).map((entry) => presentLogEntry(pageContext(res), entry, 'admin')),
      form,
      email_change: emailChanges.pending(who.id),
      sends_mail: mail.isSetUp(),
    })
  }

  function showDelete(res: Response, who: Person, form: Form, status = 200): void {
    const title = pageContext(res).t('people.admin.delete.title', { name: who.name })
    deletePage(res, { title, area: 'admin', status, who, contents: accountDetails.contentsOf(who.id), form })
  }
}

function pageOf({ handle }: { handle: string }): string {
  return `/admin/people/${handle}`
}
