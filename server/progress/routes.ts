import type { Request, RequestHandler, Response, Router } from 'express'
import { z } from 'zod'
import type { Services } from '../services.ts'
import { currentEnrolment, currentPerson } from '../web/http/current-user.ts'
import { line, onOrOff, readForm, refusedForm } from '../web/http/forms.ts'
import { forbidden, HttpError, notFound } from '../web/http/http-error.ts'
import { idParam, wantsJson } from '../web/http/params.ts'
import { sendJson } from '../web/http/send-body.ts'
import { addAwards, addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { greetingName } from '../web/text/person-names.ts'
import { goalChoices } from './goal.ts'
import { showMap } from './map-page.ts'
import { type OpenThing, showClosed, showThing } from './thing-page.ts'

const stepForm = z.object({ done: onOrOff })

const skipForm = z
  .object({ done: onOrOff, reason: line({ min: 0, max: 500 }).optional().default('') })
  .refine(({ done, reason }) => !done || reason !== '', { path: ['reason'], error: 'problems.empty' })

const pulseForm = z.object({
  useful: z.enum(['yes', 'some', 'no']),
  will_use: z.enum(['yes', 'perhaps', 'no']),
  line: line({ min: 0, max: 280 }).optional().default(''),
})

export function progressRoutes(router: Router, services: Services): void {
  const { badges, may, members, pauses, progress } = services

  router.get('/cohorts/:cohort', may.enrolled, (req, res) => showMap(services, req, res))

  router.post('/cohorts/:cohort/goal', may.enrolled, (req, res) => {
    const enrolment = currentEnrolment(req)
    const choices = goalChoices(progress.map(enrolment).total)
    const form = readForm(z.object({ goal: z.enum(choices.map(({ value }) => value)) }), req.body)
    if (!form.ok) return showMap(services, req, res, refusedForm(pageContext(res).t, form))
    const chosen = choices.find(({ value }) => value === form.data.goal) ?? notFound()
    members.setGoal(enrolment.id, chosen.goal)
    addFlash(req, { kind: 'said', key: 'progress.said.goal' })
    res.redirect(303, `/cohorts/${enrolment.cohort.slug}`)
  })

  router.post('/cohorts/:cohort/pause', may.enrolled, (req, res) => {
    const enrolment = currentEnrolment(req)
    const form = readForm(z.object({ done: onOrOff }), req.body)
    if (!form.ok) throw new HttpError(422)
    if (enrolment.role !== 'learner' && form.data.done) forbidden()
    const name = greetingName(currentPerson(req).name)
    if (pauses.pause(enrolment, form.data.done)) {
      addFlash(req, {
        kind: 'said',
        key: `progress.said.${form.data.done ? 'paused' : 'welcome_back'}`,
        values: { name },
      })
    }
    res.redirect(303, `/cohorts/${enrolment.cohort.slug}`)
  })

  const visiting = inOpenThing((_req, res, visit) => showThing(services, res, visit))
  router.get('/cohorts/:cohort/things/:n', may.enrolled, visiting)

  const ticking = inOpenThing((req, res, { enrolment, tile, href }) => {
    const step = tile.thing.steps.find(({ slug }) => slug === req.params['step']) ?? notFound()
    const form = readForm(stepForm, req.body)
    if (!form.ok) throw new HttpError(422)
    const activity_id = progress.tick(enrolment.id, tile.thing.id, step.slug, form.data.done)
    if (activity_id !== null) {
      addAwards(req, badges.earnedBy(activity_id))
      addFlash(req, { kind: 'said', key: 'progress.said.done_by_steps' })
    }
    if (wantsJson(req)) sendJson(res, { done: form.data.done, thing_done: activity_id !== null })
    else res.redirect(303, `${href}#step-${step.slug}`)
  })
  router.post('/cohorts/:cohort/things/:n/steps/:step', may.enrolled, ticking)

  const skipping = inOpenThing((req, res, visit) => {
    const form = readForm(skipForm, req.body)
    if (!form.ok) return showThing(services, res, visit, { skip: refusedForm(pageContext(res).t, form) })
    const { enrolment, map, tile, href, map_href } = visit
    const { done, reason } = form.data
    if (done && !map.completion.skip) forbidden('no_skip')
    if (!done) progress.unskip(enrolment.id, tile.thing.id)
    else if (!progress.skip(enrolment.id, tile.thing.id, reason)) return res.redirect(303, href)
    addFlash(req, { kind: 'said', key: done ? 'progress.said.skipped' : 'progress.said.back' })
    res.redirect(303, done ? map_href : href)
  })
  router.post('/cohorts/:cohort/things/:n/skip', may.enrolled, skipping)

  const givingPulse = inOpenThing((req, res, visit) => {
    const form = readForm(pulseForm, req.body)
    if (!form.ok) return showThing(services, res, visit, { pulse: refusedForm(pageContext(res).t, form) })
    const { enrolment, tile, href } = visit
    const pulse = { ...form.data, line: form.data.line || null }
    if (!progress.pulse(enrolment.id, tile.thing.id, pulse)) forbidden('not_done')
    addFlash(req, { kind: 'said', key: 'progress.said.pulse' })
    res.redirect(303, href)
  })
  router.post('/cohorts/:cohort/things/:n/pulse', may.enrolled, givingPulse)

  /** Loads the thing of the address; answers every request about a closed one with a page that shows its date. */
  function inOpenThing(handle: (req: Request, res: Response, visit: OpenThing) => void): RequestHandler {
    return (req, res) => {
      const enrolment = currentEnrolment(req)
      const number = idParam(req.params['n'])
      const map = progress.map(enrolment)
      const tile = map.tiles.find((tile) => tile.number === number) ?? notFound()
      const map_href = `/cohorts/${enrolment.cohort.slug}`
      const visit = { enrolment, map, tile, map_href, href: `${map_href}/things/${number}` }
      if (tile.open) handle(req, res, visit)
      else showClosed(res, visit)
    }
  }
}
