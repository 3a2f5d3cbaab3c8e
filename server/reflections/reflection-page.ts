import type { Request, Response } from 'express'
import type { Services } from '../services.ts'
import { numberIn } from '../web/current.ts'
import { takeAwards } from '../web/flash.ts'
import { emptyForm, type Form } from '../web/forms.ts'
import { frameOf, standIn } from '../web/frame.ts'
import { notFound } from '../web/refusal.ts'
import { view } from '../web/view.ts'
import type { Comment } from './comments.ts'
import type { ReflectionPage } from './reflections.ts'

type Moment = NonNullable<ReturnType<Services['badges']['moment']>>

const page = view<{
  reflection: ReflectionPage
  comments: Comment[]
  moments: Moment[]
  answer: Form
  /** The comment that is being changed, where its form was refused. */
  editing: { id: number; form: Form } | null
}>('reflections/reflection')

/**
 * Shows one reflection as its reader may see it; also the page that a refused answer comes back on.
 * @param refused the form that was refused: a new answer, or the change of the comment `editing`
 */
export function showReflection(
  { badges, comments, reflections }: Services,
  req: Request,
  res: Response,
  refused: { reflection_id: number; form: Form; editing?: number } | null = null,
): void {
  const viewer = req.user?.id ?? 0
  const reflection = reflections.page(refused?.reflection_id ?? numberIn(req.params['id']), viewer) ?? notFound()
  const talk = comments.list(reflection.id, viewer)
  const latest = talk.findLast((comment) => !comment.mine)
  if (reflection.mine && latest) reflections.readTo(reflection.id, viewer, latest.id)
  standIn(res, reflection.cohort)
  page(res, {
    title: reflection.title,
    area: 'read',
    here: 'read',
    alone: reflection.role === null,
    status: refused ? 422 : 200,
    reflection,
    comments: talk,
    moments: takeAwards(req).flatMap((award_id) => badges.moment(award_id, viewer, frameOf(res)) ?? []),
    answer: refused && refused.editing === undefined ? refused.form : emptyForm(),
    editing: refused?.editing === undefined ? null : { id: refused.editing, form: refused.form },
  })
}
