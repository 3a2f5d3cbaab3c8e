import type { Request, Response } from 'express'
import type { CompletionRule } from '../../courses/completion.ts'
import type { Thing } from '../../courses/course-content.ts'
import { asksForReflection } from '../../courses/policy.ts'
import type { Enrolment } from '../../enrolments/enrolments.ts'
import type { Services } from '../../services.ts'
import { emptyForm, type Form, refusedForm } from '../../web/http/forms.ts'
import { wantsJson } from '../../web/http/params.ts'
import { sendJson } from '../../web/http/send-body.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import { audienceNote } from '../audience-text.ts'
import { countWords } from '../markdown/word-count.ts'
import { type Audience, audiencesIn, WRITE_FIRST_WORDS } from '../policy.ts'
import { DraftConflict } from './drafts.ts'
import type { RejectedPictures } from './editor-pictures.ts'
import { type WritingTemplate, writingTemplates } from './templates.ts'

/** The subject of the text, and the action of the form. */
export interface EditedReflection {
  enrolment: Enrolment
  thing: Thing
  number: number
  action: string
  /** The course's rule for completing the thing. */
  completion: CompletionRule
  /** The person's published reflection about it. */
  published: {
    id: number
    title: string
    body: string
    audience: Audience
    published_at: string
    answered: 0 | 1
  } | null
}

/** The text saved meanwhile in another window, shown beside the one in the form. */
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
  /** With "write first": how many words open others' reflections, and how many are missing. */
  write_first: { needed: number; left: number } | null
  /** The words a reflection needs to complete the thing, if there is a minimum. */
  done_from: { needed: number; left: number } | null
  saved_at: string | null
  /** True when the form differs from the saved draft. */
  unsaved: boolean
  published: { id: number } | null
  other: OtherText | null
  starts: WritingTemplate[]
  /** The account whose unsaved text this device stores; null on a shared computer. */
  account: number | null
  /** The subject that the unsaved text is stored for. */
  place: string
  zone: string
}>('reflections/editor')

const AUDIENCE_ICONS: Record<Audience, string> = {
  me: 'lock',
  guides: 'eye',
  pod: 'users-round',
  cohort: 'users',
  world: 'globe',
}

type EditorDeps = Pick<Services, 'progress' | 'drafts' | 'clock'>

export function showEditor(
  { progress }: EditorDeps,
  res: Response,
  work: EditedReflection,
  page: { form: Form; status?: number; saved_at?: string | null; unsaved?: boolean; other?: OtherText },
): void {
  const frame = pageContext(res)
  const { t, newIdempotencyKey } = frame
  const circle = progress.readersOf(work.enrolment)
  editorPage(res, {
    title: t('reflections.editor.title', { title: work.thing.title }),
    area: 'write',
    here: 'write',
    audiences: audiencesIn(work.enrolment).map((name) => ({
      name,
      icon: AUDIENCE_ICONS[name],
      note: audienceNote(frame, name, circle),
    })),
    write_first: writeFirst(work, page.form),
    done_from: doneFrom(work, page.form),
    saved_at: null,
    unsaved: true,
    other: null,
    starts: writingTemplates(t, work.thing.prompts),
    account: res.req.session.shared ? null : work.enrolment.person_id,
    place: `${work.enrolment.id}/${work.thing.id}`,
    zone: work.enrolment.cohort.time_zone,
    once: newIdempotencyKey(),
    thing: work.thing,
    number: work.number,
    action: work.action,
    published: work.published,
    ...page,
  })
}

function writeFirst({ enrolment, published }: EditedReflection, form: Form): { needed: number; left: number } | null {
  if (!enrolment.cohort.write_first || enrolment.role !== 'learner' || published) return null
  return { needed: WRITE_FIRST_WORDS, left: Math.max(0, WRITE_FIRST_WORDS - countWords(form.values['body'] ?? '')) }
}

function doneFrom({ completion }: EditedReflection, form: Form): { needed: number; left: number } | null {
  const { min_words } = completion
  if (min_words === 0 || !asksForReflection(completion)) return null
  return { needed: min_words, left: Math.max(0, min_words - countWords(form.values['body'] ?? '')) }
}

/** Shows the editor again as typed, with the problems beside the fields. */
export function refuseText(
  asked: EditorDeps,
  req: Request,
  res: Response,
  work: EditedReflection,
  refused: Parameters<typeof refusedForm>[1],
): void {
  const values = { ...typed(req), ...refused.values }
  const form = refusedForm(pageContext(res).t, { values, problems: refused.problems })
  if (wantsJson(req)) {
    sendJson(res.status(422), { problems: form.problems })
    return
  }
  showEditor(asked, res, work, { status: 422, form })
}

/** Shows the editor again as typed. */
export function showTyped(asked: EditorDeps, req: Request, res: Response, work: EditedReflection): void {
  showEditor(asked, res, work, { form: emptyForm(typed(req)) })
}

/** Shows the editor again with the added pictures in its text, and the reasons for refused ones. */
export function refusePictures(
  asked: EditorDeps,
  req: Request,
  res: Response,
  work: EditedReflection,
  { reasons, status }: RejectedPictures,
): void {
  const form = { values: typed(req), problems: { picture: reasons.join(' ') } }
  if (wantsJson(req)) {
    sendJson(res.status(status), { problems: form.problems })
    return
  }
  showEditor(asked, res, work, { status, form })
}

/**
 * Shows both texts on one page: the form stays as typed and carries the version that saving it now needs.
 * @throws any error but DraftConflict
 */
export function showConflict(
  asked: EditorDeps,
  req: Request,
  res: Response,
  work: EditedReflection,
  error: unknown,
): void {
  if (!(error instanceof DraftConflict)) throw error
  const { draft } = asked.drafts.current(work.enrolment.id, work.thing.id)
  const { published } = work
  const other = draft ?? (published && { ...published, saved_at: published.published_at })
  if (wantsJson(req)) {
    sendJson(res.status(409), { version: error.version, other })
    return
  }
  const form = emptyForm({ ...typed(req), version: String(error.version) })
  const empty = { title: '', body: '', saved_at: asked.clock.now().toString() }
  showEditor(asked, res, work, { status: 409, form, other: other ?? empty })
}

/** The submitted values of the editor's fields, to fill the form again. */
function typed(req: Request): Record<string, string> {
  const body: Record<string, unknown> = req.body ?? {}
  const fields = ['title', 'body', 'audience', 'version'].map((name) => [name, [body[name]].flat()[0]])
  return Object.fromEntries(fields.filter(([, value]) => typeof value === 'string'))
}
