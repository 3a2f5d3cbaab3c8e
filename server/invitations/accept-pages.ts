import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { JoinableCohort } from '../cohorts/cohorts.ts'
import { isUniqueViolation } from '../db/open.ts'
import type { Services } from '../services.ts'
import { anybody } from '../web/http/access.ts'
import { authorise } from '../web/http/authorisation.ts'
import { currentPassword, emptyForm, type Form, line, newPassword, readForm, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { forbidden, notFound } from '../web/http/http-error.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { Invitation } from './invitations.ts'

interface InvitationView {
  invitation: Invitation
  /** Null where it is to the site alone. */
  cohort: JoinableCohort | null
  /** The address belongs to the signed-in person, to another account, or to none. */
  account: 'mine' | 'known' | 'new'
}

const invitePage = view<InvitationView & { form: Form; workplaces: string[] }>('invitations/accept')
const overPage = view('invitations/over')

const knownForm = z.object({ password: currentPassword })
const newForm = z.object({
  name: line({ max: 120 }),
  password: newPassword,
  workplace: line({ min: 0, max: 120 }).optional(),
})

/** A personal invitation. Looking at it does not use it up; whose it is says the invitation, never a form. */
export function acceptPages(router: Router, services: Services): void {
  const { blocks, cohorts, enrolments, guess, invitations, people, signIns } = services

  router.get('/invite/:token', anybody, noStore, (req, res) => {
    const invited = whoIsInvited(req)
    if (!invited) return showExpired(res)
    const { name, workplace } = invited.invitation
    show(res, invited, emptyForm({ name, workplace: workplace ?? '' }))
  })

  router.post('/invite/:token', anybody, noStore, async (req, res) => {
    const invited = await guess({ kind: 'token', ip: req.ip, account: null }, () => whoIsInvited(req))
    if (!invited) return showExpired(res)
    if (invited.account === 'mine') {
      const person_id = refuseBlocked(invited, req.user?.id ?? notFound())
      return enter(req, res, invited, () => person_id)
    }
    return invited.account === 'known' ? enterKnown(req, res, invited) : enterNew(req, res, invited)
  })

  async function enterKnown(req: Request, res: Response, invited: InvitationView): Promise<void> {
    const form = readForm(knownForm, req.body)
    if (!form.ok) return show(res, invited, refusedForm(pageContext(res).t, form))
    const person = await signIns.check(req, invited.invitation.email)
    if (!person) return show(res, invited, { values: {}, problems: { '': pageContext(res).t('people.sign_in.wrong') } })
    const person_id = refuseBlocked(invited, person.id)
    return enter(req, res, invited, () => person_id)
  }

  /** An invitation from before does not bring back who was blocked since. */
  function refuseBlocked({ cohort }: InvitationView, person_id: number): number {
    authorise(() => cohort && blocks.isBlocked(cohort.id, person_id) && forbidden('blocked'))
    return person_id
  }

  async function enterNew(req: Request, res: Response, invited: InvitationView): Promise<void> {
    const form = readForm(newForm, req.body)
    if (!form.ok) return show(res, invited, refusedForm(pageContext(res).t, form))
    const { name, password } = form.data
    const workplace = (form.data.workplace ?? invited.invitation.workplace) || null
    const made = await people.newPassword(password, { name, email: invited.invitation.email })
    if (!made.ok) {
      const refused = { values: { name, workplace: workplace ?? '' }, problems: { password: made.problem } }
      return show(res, invited, refusedForm(pageContext(res).t, refused))
    }
    const account = { name, workplace, password_hash: made.password_hash }
    try {
      enter(req, res, invited, (email) => people.create({ ...account, email }))
    } catch (error) {
      // an account for this address was made meanwhile: the page now asks for its password
      if (!isUniqueViolation(error)) throw error
      res.redirect(303, req.originalUrl)
    }
  }

  function enter(req: Request, res: Response, invited: InvitationView, personOf: (email: string) => number): void {
    const person_id = invitations.accept(invited.invitation.id, personOf)
    if (person_id === null) return showExpired(res)
    if (invited.account !== 'mine') signIns.start(req, people.findSignedIn(person_id) ?? notFound())
    const { cohort } = invited
    if (!cohort) return res.redirect(303, '/home')
    const is_in = enrolments.find(person_id, cohort.slug) !== null
    const key = is_in ? 'cohorts.said.joined' : 'cohorts.said.waits'
    addFlash(req, { kind: 'said', key, values: { cohort: cohort.title } })
    res.redirect(303, is_in ? `/cohorts/${cohort.slug}` : `/join/${cohort.slug}`)
  }

  function whoIsInvited(req: Request): InvitationView | null {
    const invitation = invitations.find(tokenIn(req))
    if (!invitation) return null
    const cohort = invitation.cohort_slug === null ? null : cohorts.findJoinable(invitation.cohort_slug)
    const mine = req.user?.email.toLowerCase() === invitation.email.toLowerCase()
    return { invitation, cohort, account: mine ? 'mine' : people.credentials(invitation.email) ? 'known' : 'new' }
  }

  function show(res: Response, invited: InvitationView, form: Form): void {
    const { t, site_name } = pageContext(res)
    const title = t('cohorts.invite.title', { cohort: invited.cohort?.title ?? site_name })
    const status = Object.keys(form.problems).length > 0 ? 422 : 200
    const workplaces = invited.account === 'new' ? people.workplaces() : []
    invitePage(res, { title, area: 'front', alone: true, status, form, workplaces, ...invited })
  }
}

function tokenIn(req: Request): string {
  return String(req.params['token'])
}

/** Unknown, used and too old look the same. */
function showExpired(res: Response): void {
  overPage(res, { status: 404, title: pageContext(res).t('cohorts.invite.over.title'), area: 'front', alone: true })
}
