import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Services } from '../services.ts'
import { currentEnrolment, numberIn, queryText } from '../web/current.ts'
import { addFlash } from '../web/flash.ts'
import { email, emptyForm, type Form, once, readForm, refusedForm } from '../web/forms.ts'
import { frameOf } from '../web/frame.ts'
import { keepNothing } from '../web/headers.ts'
import { notFound } from '../web/refusal.ts'
import { view } from '../web/view.ts'
import type { Cohort } from './enrolments.ts'
import type { Invitation } from './invitations.ts'
import type { Member } from './members.ts'

const ROLES = ['learner', 'guide', 'organiser'] as const

const peoplePage = view<{
  cohort: Cohort
  people: Member[]
  next: number | null
  roles: typeof ROLES
  open: Pick<Invitation, 'id' | 'email' | 'role' | 'expires_at'>[]
  form: Form
}>('cohorts/people')
const linkPage = view<{ cohort: Cohort; email: string; link: string }>('cohorts/invitation-link')
const removePage = view<{ cohort: Cohort; member: Member; form: Form }>('cohorts/remove')

const inviteForm = z.object({ email, role: z.enum(ROLES).optional().default('learner'), once })
const roleForm = z.object({ role: z.enum(ROLES) })
const removeForm = z.object({ posts: z.enum(['stay', 'go']) })

/** The people of a cohort, for its organisers: parts, invitations, farewells. */
export function memberPages(router: Router, services: Services): void {
  const { cohorts, config, invitations, may, once: onceOnly } = services
  const at = '/admin/cohorts/:cohort'

  router.get(`${at}/people`, may.organising, keepNothing, (req, res) => show(req, res, emptyForm()))

  router.post(`${at}/invitations`, may.organising, keepNothing, (req, res) => {
    const { t } = frameOf(res)
    const form = readForm(inviteForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(t, form))
    const { cohort, person_id } = currentEnrolment(req)
    if (cohorts.hasAddress(cohort.id, form.data.email)) {
      return show(req, res, { values: form.data, problems: { email: t('cohorts.people.already_here') } })
    }
    const made: { token?: string } = {}
    const location = onceOnly.run(person_id, form.data.once, () => {
      made.token = invitations.make({
        cohort_id: cohort.id,
        email: form.data.email,
        role: form.data.role,
        by: person_id,
      })
      return `/admin/cohorts/${cohort.slug}/people`
    })
    // the link is shown once: the same form sent again finds it made, and leads back to the list
    if (!made.token) return res.redirect(303, location)
    const link = `${config.base_url}/invite/${made.token}`
    linkPage(res, { title: t('cohorts.people.link_title'), area: 'admin', cohort, email: form.data.email, link })
  })

  router.post(`${at}/invitations/:id/withdraw`, may.organising, keepNothing, (req, res) => {
    const { cohort } = currentEnrolment(req)
    invitations.withdraw(cohort.id, numberIn(req.params['id']))
    addFlash(req, { kind: 'said', key: 'cohorts.said.withdrawn' })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/people`)
  })

  router.post(`${at}/people/:handle/role`, may.organising, keepNothing, (req, res) => {
    const { t } = frameOf(res)
    const member = memberIn(req)
    const form = readForm(roleForm, req.body)
    if (!form.ok) return show(req, res, { values: {}, problems: { '': t('problems.choice') } })
    const { cohort, person_id } = currentEnrolment(req)
    const { role } = form.data
    if (role !== member.role && !cohorts.setRole(cohort.id, member, role, person_id)) {
      return show(req, res, { values: {}, problems: { '': t('cohorts.people.last_organiser', { name: member.name }) } })
    }
    addFlash(req, { kind: 'said', key: `cohorts.said.role.${role}`, values: { name: member.name } })
    const stepped_down = member.person_id === person_id && role !== 'organiser'
    res.redirect(303, stepped_down ? `/cohorts/${cohort.slug}` : `/admin/cohorts/${cohort.slug}/people`)
  })

  router.get(`${at}/people/:handle/remove`, may.organising, keepNothing, (req, res) => {
    showRemoving(req, res, memberIn(req), emptyForm({ posts: 'stay' }))
  })

  router.post(`${at}/people/:handle/remove`, may.organising, keepNothing, (req, res) => {
    const { t } = frameOf(res)
    const member = memberIn(req)
    const form = readForm(removeForm, req.body)
    if (!form.ok) return showRemoving(req, res, member, refusedForm(t, form))
    const { cohort, person_id } = currentEnrolment(req)
    if (!cohorts.remove(cohort.id, member, form.data.posts, person_id)) {
      const words = t('cohorts.people.last_organiser', { name: member.name })
      return showRemoving(req, res, member, { values: form.data, problems: { '': words } })
    }
    addFlash(req, { kind: 'said', key: 'cohorts.said.removed', values: { name: member.name } })
    res.redirect(303, member.person_id === person_id ? '/home' : `/admin/cohorts/${cohort.slug}/people`)
  })

  function memberIn(req: Request): Member {
    return cohorts.member(currentEnrolment(req).cohort.id, String(req.params['handle'])) ?? notFound()
  }

  function show(req: Request, res: Response, form: Form): void {
    const { cohort } = currentEnrolment(req)
    const after = queryText(req, 'after')
    const page = cohorts.people(cohort.id, after === null ? null : numberIn(after))
    const title = frameOf(res).t('cohorts.people.title')
    const open = invitations.open(cohort.id)
    peoplePage(res, { title, area: 'admin', status: statusOf(form), cohort, ...page, roles: ROLES, open, form })
  }

  function showRemoving(req: Request, res: Response, member: Member, form: Form): void {
    const { cohort } = currentEnrolment(req)
    const title = frameOf(res).t('cohorts.remove.title', { name: member.name })
    removePage(res, { title, area: 'admin', status: statusOf(form), cohort, member, form })
  }
}

function statusOf(form: Form): number {
  return Object.keys(form.problems).length > 0 ? 422 : 200
}
