import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import type { Enrolment } from '../cohorts/enrolments.ts'
import type { Thing } from '../courses/courses.ts'
import type { Services } from '../services.ts'
import { signedIn } from '../web/access.ts'
import { currentEnrolment, currentPerson, numberIn, queryText, wantsJson } from '../web/current.ts'
import { addAwards, addFlash } from '../web/flash.ts'
import { emptyForm, type Form, line, once, readForm, refusedForm, text } from '../web/forms.ts'
import { frameOf } from '../web/frame.ts'
import { forbidden, notFound, Refusal } from '../web/refusal.ts'
import { view } from '../web/view.ts'
import { DraftClash } from './drafts.ts'
import { renderMarkdown } from './markdown.ts'
import { AUDIENCES, type Audience, audiencesIn } from './policy.ts'

/** The text that somebody saved meanwhile, beside the one in the form. */
interface OtherText {
  title: string
  body: string
  saved_at: string
}

const editorPage = view<{
  form: Form
  thing: Thing
  number: number
  action: string
  once: string
  audiences: { name: Audience; icon: string; note: string }[]
  saved_at: string | null
  published: { id: number } | null
  other: OtherText | null
}>('reflections/editor')

const RUNGS: Record<Audience, string> = {
  me: 'lock',
  guides: 'eye',
  pod: 'users-round',
  cohort: 'users',
  world: 'globe',
}

const shared = {
  title: line({ min: 0, max: 200 }).optional().default(''),
  version: z
    .string()
    .regex(/^\d{0,15}$/)
    .optional()
    .default('')
    .transform(Number),
  once,
}
const draftForm = z.object({ ...shared, body: text({ min: 0, max: 40_000 }), audience: z.enum(AUDIENCES).optional() })
const publishForm = z.object({ ...shared, body: text({ max: 40_000 }), audience: z.enum(AUDIENCES).optional() })
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
    const published = reflections.own(work.enrolment.id, work.thing.id)
    const start = draft ?? published ?? { title: '', body: '', audience: 'cohort' }
    const body = withPrompt(start.body, work.thing.prompts[Number(queryText(req, 'prompt')) - 1])
    const values = { title: start.title, body, audience: start.audience, version: String(version) }
    show(res, work, { form: emptyForm(values), published, saved_at: draft?.saved_at ?? null })
  })

  router.post(address, may.enrolled, (req, res) => {
    const work = workOn(req)
    const chosen = readForm(intent, req.body)
    if (!chosen.ok) return refuse(req, res, work, chosen)
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
    if (!form.ok) return refuse(req, res, work, form)
    const { title, body, version, audience = 'cohort' } = form.data
    try {
      const saved = drafts.save(work.enrolment.id, work.thing.id, { title, body, audience }, version)
      if (wantsJson(req)) {
        res.json({ ...saved, saved_at_words: frameOf(res).dates.clock(saved.saved_at) })
        return
      }
      addFlash(req, { kind: 'said', key: 'reflections.said.kept' })
      res.redirect(303, work.action)
    } catch (error) {
      showClash(req, res, work, error)
    }
  }

  function publish(req: Request, res: Response, work: Work): void {
    const form = readForm(publishForm, req.body)
    if (!form.ok) return refuse(req, res, work, form)
    const { title, body, version, audience = 'cohort', once } = form.data
    if (!audiencesIn(work.enrolment.cohort).includes(audience)) {
      return refuse(req, res, work, { values: typed(req), problems: { audience: { key: 'problems.choice' } } })
    }
    try {
      const location = doOnce.run(work.enrolment.person_id, once, () => {
        const done = reflections.publish(work.enrolment, work.thing.id, { title, body, audience }, version)
        addAwards(req, badges.earnedBy(done.activity_id))
        return `/reflections/${done.reflection_id}`
      })
      res.redirect(303, location)
    } catch (error) {
      showClash(req, res, work, error)
    }
  }

  interface Work {
    enrolment: Enrolment
    thing: Thing
    number: number
    action: string
  }

  /** The thing to write about; only one that is open to this person. */
  function workOn(req: Request): Work {
    const enrolment = currentEnrolment(req)
    const number = numberIn(req.params['n'])
    const thing = progress.openThing(enrolment, number) ?? refuseThing(enrolment, number)
    return { enrolment, thing, number, action: `/cohorts/${enrolment.cohort.slug}/things/${number}/reflection` }
  }

  /** A thing that opens later is told so; a number without a thing is not found. */
  function refuseThing(enrolment: Enrolment, number: number): never {
    const opens_later = progress.map(enrolment).tiles.some((tile) => tile.number === number)
    return opens_later ? forbidden('closed') : notFound()
  }

  function show(
    res: Response,
    work: Work,
    page: {
      form: Form
      published: { id: number } | null
      status?: number
      saved_at?: string | null
      other?: OtherText
    },
  ): void {
    const { t, once: newOnce } = frameOf(res)
    const circle = progress.circleOf(work.enrolment)
    editorPage(res, {
      title: t('reflections.editor.title', { title: work.thing.title }),
      area: 'write',
      here: 'write',
      audiences: audiencesIn(work.enrolment.cohort).map((name) => ({
        name,
        icon: RUNGS[name],
        note: t(`reflections.audience.${name}_note`, {
          count: circle.people,
          guides: circle.guides.join(', ') || t('reflections.audience.no_guides'),
        }),
      })),
      saved_at: null,
      other: null,
      once: newOnce(),
      thing: work.thing,
      number: work.number,
      action: work.action,
      ...page,
    })
  }

  type Refused = Parameters<typeof refusedForm>[1]

  function refuse(req: Request, res: Response, work: Work, refused: Refused): void {
    const { t } = frameOf(res)
    const values = { ...typed(req), ...refused.values }
    const form = refusedForm(t, { values, problems: refused.problems })
    if (wantsJson(req)) {
      res.status(422).json({ problems: form.problems })
      return
    }
    show(res, work, { status: 422, form, published: reflections.own(work.enrolment.id, work.thing.id) })
  }

  /** Both texts on one page: the one in the form stays as typed and carries the number that saving it now needs. */
  function showClash(req: Request, res: Response, work: Work, error: unknown): void {
    if (!(error instanceof DraftClash)) throw error
    const { draft } = drafts.of(work.enrolment.id, work.thing.id)
    const published = reflections.own(work.enrolment.id, work.thing.id)
    const other = draft ?? (published && { ...published, saved_at: published.published_at })
    if (wantsJson(req)) {
      res.status(409).json({ version: error.version, other })
      return
    }
    const form = emptyForm({ ...typed(req), version: String(error.version) })
    const empty = { title: '', body: '', saved_at: services.clock.now().toString() }
    show(res, work, { status: 409, form, published, other: other ?? empty })
  }

  return router
}

/** What came in the editor's own fields, one value each, to fill the form again. */
function typed(req: Request): Record<string, string> {
  const body: Record<string, unknown> = req.body ?? {}
  const fields = ['title', 'body', 'audience', 'version'].map((name) => [name, [body[name]].flat()[0]])
  return Object.fromEntries(fields.filter(([, value]) => typeof value === 'string'))
}

/** The text with a prompt's question put in place, once, as a line to write under. */
function withPrompt(body: string, prompt: string | undefined): string {
  if (!prompt || body.includes(prompt)) return body
  return `${body ? `${body}\n\n` : ''}**${prompt}**\n\n`
}
