import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { CompletionRule } from '../../courses/completion.ts'
import { asksForReflection } from '../../courses/policy.ts'
import type { Enrolment } from '../../enrolments/enrolments.ts'
import type { Services } from '../../services.ts'
import { signedIn } from '../../web/http/access.ts'
import { addRule } from '../../web/http/authorisation.ts'
import { currentEnrolment, currentPerson } from '../../web/http/current-user.ts'
import { emptyForm, idempotencyKey, line, markdownText, readForm, text } from '../../web/http/forms.ts'
import { forbidden, HttpError, notFound } from '../../web/http/http-error.ts'
import { idParam, queryText, wantsJson } from '../../web/http/params.ts'
import { sendBody, sendJson } from '../../web/http/send-body.ts'
import { addAwards, addFlash } from '../../web/render/flash.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { audienceChangeNote } from '../audience-text.ts'
import { readerScope, TOO_MANY_MENTIONS } from '../comments/mention-routes.ts'
import { countWords } from '../markdown/word-count.ts'
import { AUDIENCES, type Audience, audiencesIn, audienceWithin } from '../policy.ts'
import {
  type EditedReflection,
  refusePictures,
  refuseText,
  showConflict,
  showEditor,
  showTyped,
} from './editor-page.ts'
import { receivePictures } from './editor-pictures.ts'
import { appendOnce, writingTemplates } from './templates.ts'

const shared = {
  title: line({ min: 0, max: 200 }).optional().default(''),
  audience: z.enum(AUDIENCES).optional(),
  version: z
    .string()
    .regex(/^\d{0,15}$/)
    .optional()
    .default('')
    .transform(Number),
  once: idempotencyKey,
}
const draftForm = z.object({ ...shared, body: text({ min: 0, max: 40_000 }) })
const publishForm = z.object({ ...shared, body: markdownText({ max: 40_000 }) })
const previewForm = z.object({
  body: text({ min: 0, max: 40_000 }),
  cohort: z.string().max(200).optional(),
  audience: z.enum(AUDIENCES).optional().catch(undefined),
})
const intent = z.object({ intent: z.enum(['draft', 'publish', 'picture']) })

export function editorRoutes(router: Router, services: Services): void {
  const { badges, courses, drafts, images, markdown, may, mentions, idempotency } = services
  const { progress, enrolments, reflections } = services

  router.get('/write', signedIn, (req, res) => {
    const latest = enrolments.listOfPerson(currentPerson(req).id)[0]
    if (!latest) return res.redirect(303, '/home')
    const next = progress.nextThing(latest)
    if (next === null) {
      addFlash(req, { kind: 'said', key: 'reflections.said.nothing_next' })
      return res.redirect(303, `/cohorts/${latest.cohort.slug}`)
    }
    res.redirect(303, `/cohorts/${latest.cohort.slug}/things/${next}/reflection`)
  })

  router.get('/cohorts/:cohort/things/:n/reflection', may.enrolled, (req, res) => {
    const work = workOn(req)
    const { draft, version } = drafts.current(work.enrolment.id, work.thing.id)
    const start = draft ?? work.published ?? { title: '', body: '', audience: 'cohort' as const }
    const prompt = work.thing.prompts[Number(queryText(req, 'prompt')) - 1]
    const asked = appendOnce(start.body, prompt && `**${prompt}**\n\n`)
    const body = appendOnce(asked, templateText(res, work, queryText(req, 'template')))
    const audience = audienceWithin(work.enrolment, start.audience)
    const values = { title: start.title, body, audience, version: String(version) }
    showEditor(services, res, work, { form: emptyForm(values), saved_at: draft?.saved_at ?? null, unsaved: false })
  })

  router.post('/cohorts/:cohort/things/:n/reflection', may.enrolled, async (req, res) => {
    workOn(req)
    const rejected = await receivePictures(services, req, res)
    // checked after the pictures, which take time to process
    const work = workOn(req)
    const template = templateText(res, work, req.body?.template)
    if (template) req.body.body = appendOnce(String([req.body.body ?? ''].flat()[0]), template)
    if (template && !rejected) return showTyped(services, req, res, work)
    const chosen = readForm(intent, req.body)
    if (!chosen.ok) return refuseText(services, req, res, work, chosen)
    if (rejected) return refusePictures(services, req, res, work, rejected)
    if (chosen.data.intent === 'picture') return showTyped(services, req, res, work)
    if (chosen.data.intent === 'draft') return saveDraft(req, res, work)
    await publish(req, res, work)
  })

  router.post('/preview', signedIn, async (req, res) => {
    const form = readForm(previewForm, req.body)
    if (!form.ok) throw new HttpError(422)
    const { body, cohort, audience = 'me' } = form.data
    const { id } = currentPerson(req)
    const pictures = images.usedIn(body, id)
    await markdown.prepare([body], { pictures })
    const enrolment = cohort ? enrolments.find(id, cohort) : null
    if (!enrolment) return sendBody(res.type('html'), markdown.render(body, { pictures }).html)
    const { links } = mentions.prepare(readerScope(enrolment, audienceWithin(enrolment, audience)), id)
    sendBody(res.type('html'), markdown.render(body, { pictures, mentions: links }).html)
  })

  function saveDraft(req: Request, res: Response, work: EditedReflection): void {
    const form = readForm(draftForm, req.body)
    if (!form.ok) return refuseText(services, req, res, work, form)
    const { title, body, version, audience = audienceNow(work) } = form.data
    try {
      const saved = drafts.save(work.enrolment.id, work.thing.id, { title, body, audience }, version)
      if (wantsJson(req)) {
        sendJson(res, { ...saved, saved_at_words: pageContext(res).dates.clock(saved.saved_at) })
        return
      }
      addFlash(req, { kind: 'said', key: 'reflections.said.kept' })
      res.redirect(303, work.action)
    } catch (error) {
      showConflict(services, req, res, work, error)
    }
  }

  async function publish(req: Request, res: Response, work: EditedReflection): Promise<void> {
    const form = readForm(publishForm, req.body)
    if (!form.ok) return refuseText(services, req, res, work, form)
    const { title, body, version, audience = audienceNow(work), once } = form.data
    if (!audiencesIn(work.enrolment).includes(audience)) {
      const problems = { audience: { key: 'problems.choice' } }
      return refuseText(services, req, res, work, { values: {}, problems })
    }
    addRule(() => audiencesIn(currentEnrolment(req)).includes(audience) || forbidden())
    // rendered here, before `once` begins its transaction
    await markdown.prepare([body], { pictures: images.usedIn(body, work.enrolment.person_id) })
    const act = reflections.preparePublication(work.enrolment, work.thing.id, { title, body, audience }, version)
    try {
      const location = idempotency.run(work.enrolment.person_id, once, () => {
        const done = act()
        addAwards(req, badges.earnedBy(done.activity_id))
        if (done.too_many) addFlash(req, TOO_MANY_MENTIONS)
        if (!done.is_done) addFlash(req, notDoneYetFlash(work.completion, body))
        flashNewReaders(req, res, work, audience)
        return `/reflections/${done.reflection_id}`
      })
      res.redirect(303, location)
    } catch (error) {
      showConflict(services, req, res, work, error)
    }
  }

  /** The message for the next page when a published text has a new audience. */
  function flashNewReaders(
    req: Request,
    res: Response,
    { enrolment, published }: EditedReflection,
    now: Audience,
  ): void {
    if (!published || published.audience === now) return
    const change = { before: published.audience, now, circle: progress.readersOf(enrolment) }
    const words = audienceChangeNote(pageContext(res), { ...change, answered: published.answered === 1 })
    addFlash(req, { kind: 'said', key: 'reflections.said.words', values: { words } })
  }

  /** The audience when the form has none: the previous one, so that nothing widens by itself. */
  function audienceNow({ enrolment, thing, published }: EditedReflection) {
    const chosen = drafts.current(enrolment.id, thing.id).draft?.audience ?? published?.audience ?? 'cohort'
    return audienceWithin(enrolment, chosen)
  }

  /** The thing to write about; it has to be open to the person. */
  function workOn(req: Request): EditedReflection {
    const enrolment = currentEnrolment(req)
    const number = idParam(req.params['n'])
    const thing = progress.openThing(enrolment, number) ?? refuseThing(enrolment, number)
    const action = `/cohorts/${enrolment.cohort.slug}/things/${number}/reflection`
    const { course_id, course_revision } = enrolment.cohort
    const { completion } = courses.content(course_id, course_revision)
    return { enrolment, thing, number, action, completion, published: reflections.own(enrolment.id, thing.id) }
  }

  /** Explains that a thing opens later; an unknown number is a 404. */
  function refuseThing(enrolment: Enrolment, number: number): never {
    const opens_later = progress.map(enrolment).tiles.some((tile) => tile.number === number)
    return opens_later ? forbidden('closed') : notFound()
  }
}

/** What a published text still needs for its thing to be done. */
function notDoneYetFlash(rule: CompletionRule, body: string) {
  const { by, min_words } = rule
  const short = asksForReflection(rule) && countWords(body) < min_words
  const key = `progress.said.not_yet_${short ? 'words' : by === 'guide' ? 'guide' : 'steps'}`
  return { kind: 'said' as const, key, values: { count: min_words } }
}

/** The questions of a template; empty for an unknown name. */
function templateText(res: Response, { thing }: EditedReflection, name: unknown): string | undefined {
  return writingTemplates(pageContext(res).t, thing.prompts).find((start) => start.name === name)?.text
}
