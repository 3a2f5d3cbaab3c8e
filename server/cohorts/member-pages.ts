import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Cohort } from '../enrolments/enrolments.ts'
import { isClosed, ROLES } from '../enrolments/policy.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { checkbox, emptyForm, type Form, readForm, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { forbidden, notFound } from '../web/http/http-error.ts'
import { queryNumber, queryText } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { Member } from './members.ts'
import type { WaitingPerson } from './waiting-list.ts'

const peoplePage = view<{
  cohort: Cohort
  people: Member[]
  q: string
  /** Cursor of the next page. */
  next: string | null
  roles: typeof ROLES
  blocked: ReturnType<Services['blocks']['list']>
  /** The waiting list. */
  waiting: WaitingPerson[]
  form: Form
}>('cohorts/people')
const removePage = view<{ cohort: Cohort; member: Member; form: Form }>('cohorts/remove')

const LONGEST_SEARCH = 254

const roleForm = z.object({ role: z.enum(ROLES) })
const removeForm = z.object({ posts: z.enum(['stay', 'go']), block: checkbox })

/** The people of a cohort, for its organisers: list, roles, removal, blocks and waiting list. */
export function memberPages(router: Router, services: Services): void {
  const { blocks, clock, cohorts, may, members, people, waitingList } = services

  router.get('/admin/cohorts/:cohort/people', may.organising, noStore, (req, res) => show(req, res, emptyForm()))

  router.post('/admin/cohorts/:cohort/people/:handle/role', may.organising, noStore, (req, res) => {
    const { t } = pageContext(res)
    const member = memberIn(req)
    const form = readForm(roleForm, req.body)
    if (!form.ok) return show(req, res, { values: {}, problems: { '': t('problems.choice') } })
    const { cohort, person_id } = currentEnrolment(req)
    const { role } = form.data
    if (role !== member.role && !members.setRole(cohort.id, member, role, person_id)) {
      return show(req, res, { values: {}, problems: { '': t('cohorts.people.last_organiser', { name: member.name }) } })
    }
    addFlash(req, { kind: 'said', key: `cohorts.said.role.${role}`, values: { name: member.name } })
    const stepped_down = member.person_id === person_id && role !== 'organiser'
    res.redirect(303, stepped_down ? `/cohorts/${cohort.slug}` : `/admin/cohorts/${cohort.slug}/people`)
  })

  router.get('/admin/cohorts/:cohort/people/:handle/remove', may.organising, noStore, (req, res) => {
    const member = memberIn(req)
    const form = isOneself(req, member) ? oneself(req, res, member) : emptyForm({ posts: 'stay' })
    showRemoving(req, res, member, form, 200)
  })

  router.post('/admin/cohorts/:cohort/people/:handle/remove', may.organising, noStore, (req, res) => {
    const { t } = pageContext(res)
    const member = memberIn(req)
    if (isOneself(req, member)) return showRemoving(req, res, member, oneself(req, res, member))
    const form = readForm(removeForm, req.body)
    if (!form.ok) return showRemoving(req, res, member, refusedForm(t, form))
    const { cohort, person_id } = currentEnrolment(req)
    const { block, posts } = form.data
    const remove = block ? blocks.block : members.remove
    if (!remove(cohort.id, member, posts, person_id)) {
      const words = t(`cohorts.people.${block ? 'not_blocked' : 'last_organiser'}`, { name: member.name })
      return showRemoving(req, res, member, { values: { posts }, problems: { '': words } })
    }
    addFlash(req, { kind: 'said', key: `cohorts.said.${block ? 'blocked' : 'removed'}`, values: { name: member.name } })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/people`)
  })

  router.post('/admin/cohorts/:cohort/people/:handle/unblock', may.organising, noStore, (req, res) => {
    const { cohort, person_id } = currentEnrolment(req)
    const person = people.findByHandle(String(req.params['handle'])) ?? notFound()
    blocks.unblock(cohort.id, person.id, person_id)
    addFlash(req, { kind: 'said', key: 'cohorts.said.unblocked', values: { name: person.name } })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/people`)
  })

  router.post('/admin/cohorts/:cohort/waiting/:handle/let-in', may.organising, noStore, (req, res) => {
    const { cohort } = currentEnrolment(req)
    const person = people.findByHandle(String(req.params['handle'])) ?? notFound()
    if (isClosed(cohort, clock.now())) forbidden('cohort_closed')
    if (!waitingList.admit(cohort.id, person.id)) notFound()
    addFlash(req, { kind: 'said', key: 'cohorts.said.let_in', values: { name: person.name } })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/people`)
  })

  router.post('/admin/cohorts/:cohort/waiting/:handle/take-off', may.organising, noStore, (req, res) => {
    const { cohort } = currentEnrolment(req)
    const person = people.findByHandle(String(req.params['handle'])) ?? notFound()
    waitingList.leave(cohort.id, person.id)
    addFlash(req, { kind: 'said', key: 'cohorts.said.taken_off', values: { name: person.name } })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/people`)
  })

  function isOneself(req: Request, member: Member): boolean {
    return member.person_id === currentEnrolment(req).person_id
  }

  /** One leaves by oneself, on the page that says what becomes of one's own posts. */
  function oneself(req: Request, res: Response, { name }: Member): Form {
    const alone = cohorts.counts(currentEnrolment(req).cohort.id).organisers === 1
    return {
      values: {},
      problems: { '': pageContext(res).t(`cohorts.people.${alone ? 'last_organiser' : 'yourself'}`, { name }) },
    }
  }

  function memberIn(req: Request): Member {
    return members.findByHandle(currentEnrolment(req).cohort.id, String(req.params['handle'])) ?? notFound()
  }

  function show(req: Request, res: Response, form: Form): void {
    const { cohort } = currentEnrolment(req)
    const q = (queryText(req, 'q') ?? '').slice(0, LONGEST_SEARCH)
    const { people, next } = members.page(cohort.id, { q, after: queryNumber(req, 'after') })
    peoplePage(res, {
      title: pageContext(res).t('cohorts.people.title'),
      area: 'admin',
      status: statusOf(form),
      cohort,
      people,
      q,
      next: next === null ? null : `?${new URLSearchParams({ ...(q ? { q } : {}), after: String(next) })}`,
      roles: ROLES,
      blocked: blocks.list(cohort.id),
      waiting: waitingList.listOfCohort(cohort.id),
      form,
    })
  }

  function showRemoving(req: Request, res: Response, member: Member, form: Form, status = 422): void {
    const { cohort } = currentEnrolment(req)
    const title = pageContext(res).t('cohorts.remove.title', { name: member.name })
    removePage(res, { title, area: 'admin', status, cohort, member, form })
  }
}

function statusOf(form: Form): number {
  return Object.keys(form.problems).length > 0 ? 422 : 200
}
