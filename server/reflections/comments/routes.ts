import type { Request, Router } from 'express'
import { z } from 'zod'
import type { Services } from '../../services.ts'
import { signedIn } from '../../web/http/access.ts'
import { postHref } from '../../web/http/address.ts'
import { authorise } from '../../web/http/authorisation.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { idempotencyKey, markdownText, readForm, refusedForm } from '../../web/http/forms.ts'
import { forbidden, notFound } from '../../web/http/http-error.ts'
import { idParam } from '../../web/http/params.ts'
import { addAwards, addFlash } from '../../web/render/flash.ts'
import { pageContext, setPageCohort } from '../../web/render/page-context.ts'
import { openReflection } from '../reflection-access.ts'
import { showReflection } from '../reflection-page.ts'
import { TOO_MANY_MENTIONS } from './mention-routes.ts'

const body = markdownText({ max: 10_000 })
/** An unreadable comment is answered like a deleted one. */
const parent = z
  .unknown()
  .optional()
  .transform((value) =>
    value === undefined || value === '' ? null : /^\d{1,15}$/.test(String(value)) ? Number(value) : 0,
  )
const commentForm = z.object({ body, parent, once: idempotencyKey })
const editForm = z.object({ body })

export function commentRoutes(router: Router, services: Services): void {
  const { badges, comments, markdown, idempotency, reflections } = services

  router.post('/reflections/:id/comments', signedIn, async (req, res) => {
    const person = currentPerson(req)
    const reflection = openReflection(req, reflections)
    setPageCohort(res, reflection.cohort)
    const refuse = (form: Parameters<typeof refusedForm>[1]) =>
      showReflection(services, req, res, { reflection_id: reflection.id, form: refusedForm(pageContext(res).t, form) })
    const form = readForm(commentForm, req.body)
    if (!form.ok) return refuse(form)
    await markdown.prepare([form.data.body])
    const target = comments.replyTarget(reflection.id, person.id, form.data.parent)
    if (!target && !idempotency.done(person.id, form.data.once)) {
      const problems = { body: { key: 'reflections.comment.parent_gone' } }
      return refuse({ values: { body: form.data.body }, problems })
    }
    // rendered here, before `once` begins its transaction
    const act = target && comments.prepareComment(target, person.id, form.data.body)
    const location = idempotency.run(person.id, form.data.once, () => {
      const done = act?.() ?? notFound()
      const earned = badges.earnedBy(done.activity_id)
      addAwards(req, earned)
      if (done.too_many) addFlash(req, TOO_MANY_MENTIONS)
      // an award celebration is at the top of the page
      return `/reflections/${reflection.id}${earned.length > 0 && !pageContext(res).calm ? '' : `#comment-${done.comment_id}`}`
    })
    res.redirect(303, location)
  })

  router.post('/comments/:id/edit', signedIn, async (req, res) => {
    const person = currentPerson(req)
    const comment = authorise(() => {
      const own = ownComment(req)
      if (!own.may_edit) forbidden()
      return own
    })
    const form = readForm(editForm, req.body)
    if (!form.ok) {
      const refused = {
        reflection_id: comment.reflection_id,
        editing: comment.id,
        form: refusedForm(pageContext(res).t, form),
      }
      return showReflection(services, req, res, refused)
    }
    await markdown.prepare([form.data.body])
    const { too_many } = comments.edit(comment, person.id, form.data.body)
    if (too_many) addFlash(req, TOO_MANY_MENTIONS)
    res.redirect(303, postHref(comment.reflection_id, comment.id))
  })

  router.post('/comments/:id/delete', signedIn, (req, res) => {
    const person = currentPerson(req)
    const comment = authorise(() => ownComment(req))
    comments.remove(comment.id, person.id)
    addFlash(req, { kind: 'said', key: 'reflections.said.comment_deleted' })
    res.redirect(303, `/reflections/${comment.reflection_id}#talk`)
  })

  function ownComment(req: Request) {
    return comments.own(idParam(req.params['id']), currentPerson(req).id) ?? notFound()
  }
}
