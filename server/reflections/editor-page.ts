import type { Request, Response } from 'express'
import type { Enrolment } from '../cohorts/enrolments.ts'
import type { Thing } from '../courses/courses.ts'
import type { Services } from '../services.ts'
import { wantsJson } from '../web/current.ts'
import { emptyForm, type Form, refusedForm } from '../web/forms.ts'
import { frameOf } from '../web/frame.ts'
import { view } from '../web/view.ts'
import { DraftClash } from './drafts.ts'
import { type Audience, audiencesIn } from './policy.ts'

/** What somebody writes about, and where the form goes. */
export interface Work {
  enrolment: Enrolment
  thing: Thing
  number: number
  action: string
  /** What she has published about it. */
  published: { id: number; title: string; body: string; audience: Audience; published_at: string } | null
}

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

type Asked = Pick<Services, 'progress' | 'drafts' | 'clock'>

export function showEditor(
  { progress }: Asked,
  res: Response,
  work: Work,
  page: { form: Form; status?: number; saved_at?: string | null; other?: OtherText },
): void {
  const { t, once } = frameOf(res)
  const circle = progress.circleOf(work.enrolment)
  const guides = circle.guides.join(', ') || t('reflections.audience.no_guides')
  editorPage(res, {
    title: t('reflections.editor.title', { title: work.thing.title }),
    area: 'write',
    here: 'write',
    audiences: audiencesIn(work.enrolment.cohort).map((name) => ({
      name,
      icon: RUNGS[name],
      note: t(`reflections.audience.${name}_note`, { count: circle.people, guides }),
    })),
    saved_at: null,
    other: null,
    once: once(),
    thing: work.thing,
    number: work.number,
    action: work.action,
    published: work.published,
    ...page,
  })
}

/** The editor again, filled as typed, with the problems beside the fields. */
export function refuseText(
  asked: Asked,
  req: Request,
  res: Response,
  work: Work,
  refused: Parameters<typeof refusedForm>[1],
): void {
  const values = { ...typed(req), ...refused.values }
  const form = refusedForm(frameOf(res).t, { values, problems: refused.problems })
  if (wantsJson(req)) {
    res.status(422).json({ problems: form.problems })
    return
  }
  showEditor(asked, res, work, { status: 422, form })
}

/**
 * Both texts on one page: the one in the form stays as typed and carries the number that saving it now needs.
 * @throws what is no DraftClash
 */
export function showClash(asked: Asked, req: Request, res: Response, work: Work, error: unknown): void {
  if (!(error instanceof DraftClash)) throw error
  const { draft } = asked.drafts.of(work.enrolment.id, work.thing.id)
  const { published } = work
  const other = draft ?? (published && { ...published, saved_at: published.published_at })
  if (wantsJson(req)) {
    res.status(409).json({ version: error.version, other })
    return
  }
  const form = emptyForm({ ...typed(req), version: String(error.version) })
  const empty = { title: '', body: '', saved_at: asked.clock.now().toString() }
  showEditor(asked, res, work, { status: 409, form, other: other ?? empty })
}

/** What came in the editor's own fields, one value each, to fill the form again. */
function typed(req: Request): Record<string, string> {
  const body: Record<string, unknown> = req.body ?? {}
  const fields = ['title', 'body', 'audience', 'version'].map((name) => [name, [body[name]].flat()[0]])
  return Object.fromEntries(fields.filter(([, value]) => typeof value === 'string'))
}
