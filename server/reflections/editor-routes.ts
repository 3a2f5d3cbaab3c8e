import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import type { Enrolment } from '../cohorts/enrolments.ts'
import type { Services } from '../services.ts'
import { signedIn } from '../web/access.ts'
import { currentEnrolment, currentPerson, numberIn, queryText, wantsJson } from '../web/current.ts'
import { addAwards, addFlash } from '../web/flash.ts'
import { emptyForm, line, once, readForm, text } from '../web/forms.ts'
import { frameOf } from '../web/frame.ts'
import { forbidden, notFound, Refusal } from '../web/refusal.ts'
import { refuseText, showClash, showEditor, type Work } from './editor-page.ts'
import { renderMarkdown } from './markdown.ts'
import { AUDIENCES, audiencesIn } from './policy.ts'

const shared = {
  title: line({ min: 0, max: 200 }).optional().default(''),
  audience: z.enum(AUDIENCES).optional(),
  version: z
    .string()
    .regex(/^\d{0,15}$/)
    .optional()
    .default('')
    .transform(Number),
  once,
}
const draftForm = z.object({ ...shared, body: text({ min: 0, max: 40_000 }) })
const publishForm = z.object({ ...shared, body: text({ max: 40_000 }) })
const previewForm = z.object({ body: text({ min: 0, max: 40_000 }) })
const intent = z.object({ intent: z.enum(['draft', 'publish']) })

export function editorRoutes(services: Services): Router {
  const { badges, drafts, may, once: doOnce, progress, enrolments, reflections } = services
  const router = Router()
  const address = '/cohorts/:cohort/things/:n/reflection'

  router.get('/write', signedIn, (req, res) => {
    const latest = enrolments.allOf(currentPerson(req).id)[0]
    if (!latest) return res.redirect(303, '/home')
    const next = progress.nextThing(latest)
    if (next === null) {
      addFlash(req, { kind: 'said', key: 'reflections.said.nothing_next' })
      return res.redirect(303, `/cohorts/${latest.cohort.slug}`)
    }
    res.redirect(303, `/cohorts/${latest.cohort.slug}/things/${next}/reflection`)
  })

  router.get(address, may.enrolled, (req, res) => {
    const work = workOn(req)
    const { draft, version } = drafts.of(work.enrolment.id, work.thing.id)
    const start = draft ?? work.published ?? { title: '', body: '', audience: 'cohort' }
    const body = withPrompt(start.body, work.thing.prompts[Number(queryText(req, 'prompt')) - 1])
    const values = { title: start.title, body, audience: start.audience, version: String(version) }
    showEditor(services, res, work, { form: emptyForm(values), saved_at: draft?.saved_at ?? null })
  })

  router.post(address, may.enrolled, (req, res) => {
    const work = workOn(req)
    const chosen = readForm(intent, req.body)
    if (!chosen.ok) return refuseText(services, req, res, work, chosen)
    if (chosen.data.intent === 'draft') return saveDraft(req, res, work)
    publish(req, res, work)
  })

  router.post('/preview', signedIn, (req, res) => {
    const form = readForm(previewForm, req.body)
    if (!form.ok) throw new Refusal(422)
    res.type('html').send(renderMarkdown(form.data.body).html)
  })

  function saveDraft(req: Request, res: Response, work: Work): void {
    const form = readForm(draftForm, req.body)
    if (!form.ok) return refuseText(services, req, res, work, form)
    const { title, body, version, audience = audienceNow(work) } = form.data
    try {
      const saved = drafts.save(work.enrolment.id, work.thing.id, { title, body, audience }, version)
      if (wantsJson(req)) {
        res.json({ ...saved, saved_at_words: frameOf(res).dates.clock(saved.saved_at) })
        return
      }
      addFlash(req, { kind: 'said', key: 'reflections.said.kept' })
      res.redirect(303, work.action)
    } catch (error) {
      showClash(services, req, res, work, error)
    }
  }

  function publish(req: Request, res: Response, work: Work): void {
    const form = readForm(publishForm, req.body)
    if (!form.ok) return refuseText(services, req, res, work, form)
    const { title, body, version, audience = audienceNow(work), once } = form.data
    if (!audiencesIn(work.enrolment.cohort).includes(audience)) {
      const problems = { audience: { key: 'problems.choice' } }
      return refuseText(services, req, res, work, { values: {}, problems })
    }
    // rendered here, before the transaction that once begins
    const act = reflections.publishing(work.enrolment, work.thing.id, { title, body, audience }, version)
    try {
      const location = doOnce.run(work.enrolment.person_id, once, () => {
        const done = act()
        addAwards(req, badges.earnedBy(done.activity_id))
        return `/reflections/${done.reflection_id}`
      })
      res.redirect(303, location)
    } catch (error) {
      showClash(services, req, res, work, error)
    }
  }

  /** Who reads it where the form does not say: those who were chosen before, so that nothing widens by itself. */
  function audienceNow({ enrolment, thing, published }: Work) {
    return drafts.of(enrolment.id, thing.id).draft?.audience ?? published?.audience ?? 'cohort'
  }

  /** The thing to write about; only one that is open to this person. */
  function workOn(req: Request): Work {
    const enrolment = currentEnrolment(req)
    const number = numberIn(req.params['n'])
    const thing = progress.openThing(enrolment, number) ?? refuseThing(enrolment, number)
    const action = `/cohorts/${enrolment.cohort.slug}/things/${number}/reflection`
    return { enrolment, thing, number, action, published: reflections.own(enrolment.id, thing.id) }
  }

  /** A thing that opens later is told so; a number without a thing is not found. */
  function refuseThing(enrolment: Enrolment, number: number): never {
    const opens_later = progress.map(enrolment).tiles.some((tile) => tile.number === number)
    return opens_later ? forbidden('closed') : notFound()
  }

  return router
}

/** The text with a prompt's question put in place, once, as a line to write under. */
function withPrompt(body: string, prompt: string | undefined): string {
  if (!prompt || body.includes(prompt)) return body
  return `${body ? `${body}\n\n` : ''}**${prompt}**\n\n`
}
