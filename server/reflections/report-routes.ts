import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Services } from '../services.ts'
import { signedIn } from '../web/http/access.ts'
import { authorise } from '../web/http/authorisation.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { idempotencyKey, type Problems, readForm, refusedForm, text } from '../web/http/forms.ts'
import { forbidden, notFound } from '../web/http/http-error.ts'
import { idParam } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { readableReflection } from './reflection-access.ts'
import { showReflection } from './reflection-page.ts'

const reportForm = z.object({ reason: text({ max: 500 }), once: idempotencyKey })

/** Routes for reporting a reflection or comment that the person may read. */
export function reportRoutes(router: Router, services: Services): void {
  const { comments, moderation, idempotency, reflections } = services

  router.post('/reflections/:id/report', signedIn, (req, res) => {
    const reflection = readableReflection(req, reflections)
    if (reflection.mine || !reflection.is_open) forbidden()
    report(req, res, { kind: 'reflection', id: reflection.id, reflection_id: reflection.id })
  })

  router.post('/comments/:id/report', signedIn, (req, res) => {
    const id = idParam(req.params['id'])
    const { reflection_id, mine } = authorise(() => comments.readable(id, currentPerson(req).id) ?? notFound())
    if (mine) forbidden()
    report(req, res, { kind: 'comment', id, reflection_id })
  })

  function report(
    req: Request,
    res: Response,
    { reflection_id, ...post }: { kind: 'reflection' | 'comment'; id: number; reflection_id: number },
  ): void {
    const { id: person_id } = currentPerson(req)
    const refuse = (form: { values: Record<string, string>; problems: Problems }, status: number) =>
      showReflection(services, req, res, {
        reflection_id,
        reporting: post.kind === 'comment' ? post.id : null,
        status,
        form: refusedForm(pageContext(res).t, form),
      })
    const form = readForm(reportForm, req.body)
    if (!form.ok) return refuse(form, 422)
    const { reason } = form.data
    // a repeated request has the same response
    const done: { told: ReturnType<typeof moderation.report> } = { told: 'told' }
    const location = idempotency.run(person_id, form.data.once, () => {
      done.told = moderation.report(post, person_id, reason)
      return `/reflections/${reflection_id}`
    })
    const { told } = done
    if (told === null) notFound()
    if (told === 'too_many') {
      return refuse({ values: { reason }, problems: { reason: { key: 'moderation.report.too_many' } } }, 429)
    }
    addFlash(req, { kind: 'said', key: `moderation.said.${told}` })
    res.redirect(303, location)
  }
}
