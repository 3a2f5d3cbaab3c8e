import type { Request, Router } from 'express'
import { z } from 'zod'
import type { Enrolment } from '../../enrolments/enrolments.ts'
import type { Services } from '../../services.ts'
import { signedIn } from '../../web/http/access.ts'
import { currentEnrolment, currentPerson } from '../../web/http/current-user.ts'
import { line, readForm } from '../../web/http/forms.ts'
import { forbidden, HttpError, notFound } from '../../web/http/http-error.ts'
import { idParam } from '../../web/http/params.ts'
import { sendJson } from '../../web/http/send-body.ts'
import { type Audience, audiencesIn } from '../policy.ts'
import type { ReaderScope } from './mentions.ts'

/** The message for a writer who has reached the hourly mention limit. */
export const TOO_MANY_MENTIONS = { kind: 'said', key: 'reflections.said.too_many_mentions' } as const

const q = line({ min: 0, max: 60 }).optional().default('')

/** Mention suggestions for the list opened by "@"; JSON only, since the list needs JavaScript. */
export function mentionRoutes(router: Router, { may, mentions, comments, reflections }: Services): void {
  router.get('/reflections/:id/people', signedIn, (req, res) => {
    const { id, role } = reflections.page(idParam(req.params['id']), currentPerson(req).id) ?? notFound()
    if (role === null) forbidden()
    const target = comments.replyTarget(id, currentPerson(req).id) ?? forbidden()
    sendJson(res, { people: mentions.suggest(target, currentPerson(req).id, asked(req, z.object({ q })).q) })
  })

  router.get('/cohorts/:cohort/people.json', may.enrolled, (req, res) => {
    const enrolment = currentEnrolment(req)
    const allowed = z.enum(audiencesIn(enrolment)).optional().default('cohort')
    const { q: typed, audience } = asked(req, z.object({ q, audience: allowed }))
    const scope = readerScope(enrolment, audience)
    sendJson(res, { people: mentions.suggest(scope, enrolment.person_id, typed) })
  })
}

/** The reader scope of an unpublished text. */
export function readerScope(enrolment: Enrolment, audience: Audience): ReaderScope {
  return {
    reflection_id: 0,
    author_id: enrolment.person_id,
    enrolment_id: enrolment.id,
    cohort_id: enrolment.cohort.id,
    audience,
    state: 'published',
  }
}

function asked<Shape extends z.ZodRawShape>(req: Request, schema: z.ZodObject<Shape>): z.infer<z.ZodObject<Shape>> {
  const form = readForm(schema, req.query)
  if (!form.ok) throw new HttpError(422)
  return form.data
}
