import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Services } from '../services.ts'
import { inZone, type ListFile, type ListValue } from '../web/files/list-file.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { email, emptyForm, type Form, idempotencyKey, readForm, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { idParam, queryText } from '../web/http/params.ts'
import { type PageContext, pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { type DirectoryEntry, type DirectoryFilters, type DirectoryLine, STATES } from './directory.ts'
import type { ResetRequest } from './password-reset.ts'
import { admin, SITE_ROLES } from './policy.ts'

const peoplePage = view<{
  people: DirectoryEntry[]
  requests: ResetRequest[]
  filters: DirectoryFilters
  chips: { words: string; href: string }[]
  roles: typeof SITE_ROLES
  states: typeof STATES
  cohorts: { slug: string; title: string }[]
  workplaces: string[]
  parts: typeof INVITED_ROLES
  invite: Form
  file: string
  newer: string | null
  older: string | null
}>('people/directory')
const invitedPage = view<{ email: string; cohort: string; link: string; mail: boolean }>('people/invited')

/** Roles that people can be invited to. */
const INVITED_ROLES = ['learner', 'guide', 'organiser'] as const
const inviteForm = z.object({ email, cohort: z.string().max(200), role: z.enum(INVITED_ROLES), once: idempotencyKey })

/** The list of all people, as a page and as a CSV file, with the form that invites others. */
export function directoryPages(router: Router, services: Services): void {
  const {
    activity,
    cohorts,
    config,
    invitationEmails,
    invitations,
    mail,
    people,
    passwordResets,
    idempotency,
    sendList,
  } = services

  router.get('/admin/people', admin, noStore, (req, res) => show(req, res))

  router.get('/admin/people.csv', admin, noStore, async (req, res) => {
    const filters = filtersIn(req)
    // the log holds the filters, but not the search text: that may be a person's name
    const { q, ...asked } = filters
    activity.record('people.exported', { person_id: currentPerson(req).id, detail: { ...asked, searched: q ? 1 : 0 } })
    await sendList(res, peopleList(pageContext(res), people.directoryLines(filters)))
  })

  router.post('/admin/invitations', admin, noStore, (req, res) => {
    const { t } = pageContext(res)
    const form = readForm(inviteForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(t, form))
    const { email, role } = form.data
    const cohort = cohorts.findJoinable(form.data.cohort)
    if (!cohort) return show(req, res, { values: { email, role }, problems: { cohort: t('problems.choice') } })
    const made: { token?: string } = {}
    const location = idempotency.run(currentPerson(req).id, form.data.once, () => {
      made.token = invitations.make({ cohort_id: cohort.id, email, role, by: currentPerson(req).id })
      invitationEmails.send([{ token: made.token, email, name: '' }])
      return '/admin/people'
    })
    // the link is shown once: the same form sent again redirects to the list
    if (!made.token) return res.redirect(303, location)
    const link = `${config.base_url}/invite/${made.token}`
    const title = t('people.admin.invited.title')
    invitedPage(res, { title, area: 'admin', email, cohort: cohort.title, link, mail: mail.isSetUp() })
  })

  function show(req: Request, res: Response, invite: Form = emptyForm({ role: 'learner' })): void {
    const filters = filtersIn(req)
    const page = people.directory(filters, sideIn(req))
    const cohorts = people.cohortsToChoose()
    const at = (side: string, id: number | null) => (id === null ? null : addressOf(filters, { [side]: String(id) }))
    peoplePage(res, {
      title: pageContext(res).t('people.admin.title'),
      area: 'admin',
      status: Object.keys(invite.problems).length > 0 ? 422 : 200,
      people: page.people,
      filters,
      chips: chipsOf(pageContext(res), filters, cohorts),
      roles: SITE_ROLES,
      states: STATES,
      cohorts,
      workplaces: people.workplaces(),
      parts: INVITED_ROLES,
      invite,
      file: addressOf(filters, {}, '/admin/people.csv'),
      newer: at('after', page.newer),
      older: at('before', page.older),
      requests: passwordResets.requests(),
    })
  }
}

/** The filters in the query; unknown values are ignored. */
function filtersIn(req: Request): DirectoryFilters {
  return {
    q: (queryText(req, 'q') ?? '').trim().slice(0, 120),
    role: SITE_ROLES.find((role) => role === queryText(req, 'role')) ?? null,
    state: STATES.find((state) => state === queryText(req, 'state')) ?? null,
    cohort: queryText(req, 'cohort'),
    workplace: queryText(req, 'workplace'),
  }
}

function sideIn(req: Request): { before?: number; after?: number } {
  const [before, after] = [queryText(req, 'before'), queryText(req, 'after')]
  if (after !== null) return { after: idParam(after) }
  return before === null ? {} : { before: idParam(before) }
}

function addressOf(filters: DirectoryFilters, more: Record<string, string> = {}, at = '/admin/people'): string {
  const asked = Object.entries({ ...filters, ...more }).filter((pair): pair is [string, string] => Boolean(pair[1]))
  const search = new URLSearchParams(asked)
  return search.size > 0 ? `${at}?${search}` : at
}

/** The active filters, each with the address of the list without it. */
function chipsOf({ t }: PageContext, filters: DirectoryFilters, cohorts: { slug: string; title: string }[]) {
  const { q, role, state, cohort, workplace } = filters
  const words = {
    q,
    role: role && t(`people.role.${role}`),
    state: state && t(`people.admin.state.${state}`),
    cohort: cohort && (cohorts.find(({ slug }) => slug === cohort)?.title ?? cohort),
    workplace,
  }
  return Object.entries(words).flatMap(([name, words]) =>
    words ? [{ words, href: addressOf({ ...filters, [name]: name === 'q' ? '' : null }) }] : [],
  )
}

/** The people with headings that the import of people reads. */
function peopleList(frame: PageContext, people: Iterable<DirectoryLine>): ListFile {
  const { t, dates } = frame
  const columns = ['name', 'email', 'handle', 'workplace', 'role', 'since', 'deactivated', 'cohorts'] as const

  function* rows(): Generator<ListValue[]> {
    for (const { name, email, handle, workplace, role, created_at, deactivated_at, cohorts } of people) {
      const ended = deactivated_at && dates.dateOf(deactivated_at)
      yield [name, email, handle, workplace, t(`people.role.${role}`), dates.dateOf(created_at), ended, cohorts]
    }
  }

  return {
    name: { words: [], otherwise: 'people', plain: 'people' },
    title: t('people.admin.title'),
    columns: columns.map((column) => {
      const heading = t(`people.file.${column}`)
      const dated = column === 'since' || column === 'deactivated'
      return dated ? { heading: inZone(frame, heading), holds: 'date' } : { heading }
    }),
    rows: rows(),
  }
}
