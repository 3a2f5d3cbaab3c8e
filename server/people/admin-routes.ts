import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import type { Services } from '../services.ts'
import { currentPerson, numberIn, queryText } from '../web/current.ts'
import { addFlash } from '../web/flash.ts'
import { emptyForm, type Form, once, readForm, refusedForm } from '../web/forms.ts'
import { frameOf } from '../web/frame.ts'
import { keepNothing } from '../web/headers.ts'
import { forbidden, notFound, Refusal } from '../web/refusal.ts'
import { view } from '../web/view.ts'
import type { DirectoryEntry } from './directory.ts'
import type { SiteRole } from './people.ts'
import { admin } from './policy.ts'
import type { ResetRequest } from './resets.ts'

interface Row extends DirectoryEntry {
  /** The roles that may be given to this person by who is looking: none for another admin. */
  roles: readonly SiteRole[]
  may_reset: boolean
}

const peoplePage = view<{
  form: Form
  people: Row[]
  requests: ResetRequest[]
  q: string
  newer: string | null
  older: string | null
}>('people/directory')
const linkPage = view<{ name: string; email: string; link: string }>('people/reset-link')

const ROLES = ['member', 'author', 'admin'] as const
const roleForm = z.object({ role: z.enum(ROLES) })
const linkForm = z.object({ once })

export function peopleAdminRoutes({ people, resets, signIns, once: onceOnly, config }: Services): Router {
  const router = Router()

  router.get('/admin/people', admin, keepNothing, (req, res) => show(req, res))

  router.post('/admin/people/:handle/role', admin, keepNothing, (req, res) => {
    const form = readForm(roleForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(frameOf(res).t, form))
    const [person, me] = [personOf(req), currentPerson(req)]
    if (person.role === 'admin' && person.id !== me.id) forbidden('other_admin')
    if (!people.setRole(person, form.data.role, me.id)) throw new Refusal(422, 'last_admin')
    if (person.id === me.id) signIns.start(req, me, req.session.shared)
    const key = `people.admin.role_saved.${form.data.role}`
    addFlash(req, { kind: 'said', key, values: { name: person.name } })
    res.redirect(303, person.id === me.id ? '/me' : rowOf(person))
  })

  router.post('/admin/people/:handle/reset-link', admin, keepNothing, (req, res) => {
    const form = readForm(linkForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(frameOf(res).t, form))
    const [person, me] = [personOf(req), currentPerson(req)]
    const made: { token?: string } = {}
    const location = onceOnly.run(me.id, form.data.once, () => {
      made.token = resets.make(person.id, me.id) ?? forbidden('other_admin')
      return rowOf(person)
    })
    // the link is shown once: the same form sent again finds it made, and leads back to the list
    if (!made.token) return res.redirect(303, location)
    const { name, email } = person
    linkPage(res, {
      title: title(res, 'link_title'),
      area: 'admin',
      name,
      email,
      link: `${config.base_url}/reset/${made.token}`,
    })
  })

  function personOf(req: Request) {
    return people.findAccount(String(req.params['handle'])) ?? notFound()
  }

  function show(req: Request, res: Response, form: Form = emptyForm()): void {
    const q = (queryText(req, 'q') ?? '').trim().slice(0, 120)
    const page = people.directory(q, sideIn(req))
    const at = (side: string, id: number | null) => (id === null ? null : listAddress({ q, [side]: String(id) }))
    peoplePage(res, {
      title: title(res, 'title'),
      area: 'admin',
      status: Object.keys(form.problems).length > 0 ? 422 : 200,
      form,
      q,
      people: page.people.map((person) => rowFor(person, currentPerson(req))),
      newer: at('after', page.newer),
      older: at('before', page.older),
      requests: resets.requests(),
    })
  }

  return router
}

function rowFor(person: DirectoryEntry, me: { id: number }): Row {
  const another = person.role === 'admin' && person.id !== me.id
  return { ...person, roles: another ? [] : ROLES, may_reset: person.role !== 'admin' }
}

function sideIn(req: Request): { before?: number; after?: number } {
  const [before, after] = [queryText(req, 'before'), queryText(req, 'after')]
  if (after !== null) return { after: numberIn(after) }
  return before === null ? {} : { before: numberIn(before) }
}

function rowOf(person: { handle: string }): string {
  return listAddress({ q: person.handle })
}

function listAddress(query: Record<string, string>): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''))
  return search.size > 0 ? `/admin/people?${search}` : '/admin/people'
}

function title(res: Response, key: string): string {
  return frameOf(res).t(`people.admin.${key}`)
}
