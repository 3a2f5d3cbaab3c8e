import type { Router } from 'express'
import { z } from 'zod'
import type { BadgeItem } from '../badges/presenter.ts'
import type { PersonName } from '../people/person.ts'
import type { Services } from '../services.ts'
import { signedIn } from '../web/http/access.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { onOrOff, readForm } from '../web/http/forms.ts'
import { forbidden, HttpError, notFound } from '../web/http/http-error.ts'
import { queryText, wholeNumber } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext, setPageCohort } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { byAudience } from './policy.ts'
import { openReflection, readableReflection } from './reflection-access.ts'
import { showReflection } from './reflection-page.ts'
import type { StreamItem } from './stream-item.ts'
import { showStream } from './stream-page.ts'

const personPage = view<{
  who: PersonName
  pods: { id: number; name: string; slug: string }[]
  /** The person's public reflections. */
  badges: BadgeItem[]
  items: StreamItem[]
  older: string | null
  mine: boolean
}>('reflections/person')

const doneForm = z.object({ done: onOrOff })

export function reflectionRoutes(router: Router, services: Services): void {
  const { following, may, people, pods, publicBadges, reflections, stream } = services

  router.get('/cohorts/:cohort/reflections', may.enrolled, (req, res) => showStream(services, req, res))

  router.get('/reflections/:id', byAudience, (req, res) => showReflection(services, req, res))

  router.post('/reflections/:id/cheer', signedIn, (req, res) => {
    const reflection = openReflection(req, reflections)
    if (reflection.mine) forbidden()
    const form = readForm(doneForm, req.body)
    if (!form.ok) throw new HttpError(422)
    reflections.cheer(reflection.id, currentPerson(req).id, form.data.done)
    res.redirect(303, `/reflections/${reflection.id}#cheer`)
  })

  router.post('/reflections/:id/following', signedIn, (req, res) => {
    const reflection = openReflection(req, reflections)
    const form = readForm(doneForm, req.body)
    if (!form.ok) throw new HttpError(422)
    following.set(reflection.id, currentPerson(req).id, form.data.done)
    res.redirect(303, `/reflections/${reflection.id}#talk`)
  })

  router.post('/reflections/:id/delete', signedIn, (req, res) => {
    const reflection = readableReflection(req, reflections)
    if (!reflections.remove(reflection.id, currentPerson(req).id)) forbidden()
    addFlash(req, { kind: 'said', key: 'reflections.said.deleted' })
    res.redirect(303, reflection.role === null ? '/home' : reflection.thing_href)
  })

  router.get('/people/:handle', byAudience, (req, res) => {
    const handle = String(req.params['handle'])
    const viewer = req.user?.id ?? 0
    const person = people.findByHandle(handle) ?? people.findByFormerHandle(handle) ?? notFound()
    const { items, older } = stream.ofPerson(person.id, viewer, wholeNumber(queryText(req, 'before')) ?? undefined)
    if (items.length === 0 && !stream.shareCohort(viewer, person.id)) notFound()
    // after the access check: the redirect of an old handle must not reveal a person
    if (person.handle !== handle) return res.redirect(301, `/people/${person.handle}`)
    if (req.user?.last_cohort) setPageCohort(res, req.user.last_cohort)
    const frame = pageContext(res)
    personPage(res, {
      title: person.name,
      area: 'read',
      here: person.id === viewer ? 'me' : 'read',
      alone: !req.user,
      who: person,
      pods: viewer === 0 ? [] : pods.listShared(viewer, person.id),
      badges: frame.calm ? [] : publicBadges(person.id, viewer, frame),
      items,
      mine: person.id === viewer,
      older: older === null ? null : `/people/${handle}?before=${older}`,
      // feed readers are guests: link the feed only if a guest sees this page
      ...(viewer === 0 ? { feed: `/people/${handle}/feed` } : {}),
    })
  })
}
