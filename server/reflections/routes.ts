import { type Request, Router } from 'express'
import { z } from 'zod'
import type { Thing } from '../courses/courses.ts'
import type { PersonName } from '../people/people.ts'
import type { Services } from '../services.ts'
import { signedIn } from '../web/access.ts'
import { currentEnrolment, currentPerson, numberIn, queryText } from '../web/current.ts'
import { addFlash } from '../web/flash.ts'
import { onOrOff, readForm } from '../web/forms.ts'
import { frameOf, standIn } from '../web/frame.ts'
import { forbidden, notFound, Refusal } from '../web/refusal.ts'
import { view } from '../web/view.ts'
import { byAudience } from './policy.ts'
import { showReflection } from './reflection-page.ts'
import type { StreamItem } from './stream.ts'

const streamPage = view<{
  items: StreamItem[]
  things: { number: number; thing: Thing }[]
  filters: { thing: number | null; unanswered: boolean }
  action: string
  newer: string | null
  older: string | null
}>('reflections/stream')

const personPage = view<{ who: PersonName; items: StreamItem[]; older: string | null; mine: boolean }>(
  'reflections/person',
)

const cheerForm = z.object({ done: onOrOff })

export function reflectionRoutes(services: Services): Router {
  const { may, people, progress, reflections, stream } = services
  const router = Router()

  router.get('/cohorts/:cohort/reflections', may.enrolled, (req, res) => {
    const enrolment = currentEnrolment(req)
    const filters = { thing: wholeNumber(req, 'thing'), unanswered: queryText(req, 'unanswered') === '1' }
    const { items, newer, older } = stream.page(enrolment, filters, cursorIn(req))
    const action = `/cohorts/${enrolment.cohort.slug}/reflections`
    const to = (name: string, id: number | null) => (id === null ? null : `${action}?${query(filters, name, id)}`)
    streamPage(res, {
      title: frameOf(res).t('reflections.stream.title'),
      area: 'read',
      here: 'read',
      items,
      filters,
      action,
      things: progress.openThings(enrolment),
      newer: to('after', newer),
      older: to('before', older),
    })
  })

  router.get('/reflections/:id', byAudience, (req, res) => showReflection(services, req, res))

  router.post('/reflections/:id/cheer', signedIn, (req, res) => {
    const reflection = reflections.page(numberIn(req.params['id']), currentPerson(req).id) ?? notFound()
    const form = readForm(cheerForm, req.body)
    if (!form.ok) throw new Refusal(422)
    if (reflection.mine || reflection.role === null) forbidden()
    reflections.cheer(reflection.id, currentPerson(req).id, form.data.done)
    res.redirect(303, `/reflections/${reflection.id}#cheer`)
  })

  router.post('/reflections/:id/delete', signedIn, (req, res) => {
    const reflection = reflections.page(numberIn(req.params['id']), currentPerson(req).id) ?? notFound()
    if (!reflections.remove(reflection.id, currentPerson(req).id)) forbidden()
    addFlash(req, { kind: 'said', key: 'reflections.said.deleted' })
    res.redirect(303, reflection.role === null ? '/home' : reflection.thing_href)
  })

  router.get('/people/:handle', byAudience, (req, res) => {
    const handle = String(req.params['handle'])
    const viewer = req.user?.id ?? 0
    const person = people.findByHandle(handle)
    if (!person) return res.redirect(301, `/people/${people.currentHandle(handle) ?? notFound()}`)
    const { items, older } = stream.ofPerson(person.id, viewer, wholeNumber(req, 'before') ?? undefined)
    if (items.length === 0 && !stream.together(viewer, person.id)) notFound()
    if (req.user?.last_cohort) standIn(res, req.user.last_cohort)
    personPage(res, {
      title: person.name,
      area: 'read',
      here: person.id === viewer ? 'me' : 'read',
      alone: !req.user,
      who: person,
      items,
      mine: person.id === viewer,
      older: older === null ? null : `/people/${handle}?before=${older}`,
    })
  })

  return router
}

function wholeNumber(req: Request, name: string): number | null {
  const text = queryText(req, name)
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null
}

function cursorIn(req: Request): { before?: number; after?: number } {
  const [before, after] = [wholeNumber(req, 'before'), wholeNumber(req, 'after')]
  return { ...(before === null ? {} : { before }), ...(after === null ? {} : { after }) }
}

function query(filters: { thing: number | null; unanswered: boolean }, cursor: string, id: number): URLSearchParams {
  const kept = [
    ['thing', filters.thing === null ? '' : String(filters.thing)],
    ['unanswered', filters.unanswered ? '1' : ''],
    [cursor, String(id)],
  ]
  return new URLSearchParams(kept.filter(([, value]) => value !== ''))
}
