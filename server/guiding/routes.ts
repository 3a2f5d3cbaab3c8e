import type { Request, Router } from 'express'
import { z } from 'zod'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { onOrOff, readForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { HttpError } from '../web/http/http-error.ts'
import { idParam, queryText } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { QueueScope, ReplyPace, ReplyQueuePage } from './reply-queue.ts'
import { savedReplyPages } from './saved-reply-pages.ts'

const queuePage = view<{
  enrolment: Enrolment
  queue: ReplyQueuePage
  whose: QueueScope
  pace: ReplyPace
  /** The percentage answered in time; null without data. */
  share: number | null
  reports: number
  /** The number of pending badge claims. */
  claims: number
  /** True when guides confirm completions in this course. */
  confirms: boolean
  base: string
  older: string | null
}>('guiding/queue')

const takingForm = z.object({ done: onOrOff })

/** Routes of the reply queue, for guides and organisers. */
export function guidingRoutes(router: Router, services: Services): void {
  const { claims, courses, may, moderation, replyQueue } = services

  router.get('/admin/cohorts/:cohort/queue', may.guiding, noStore, (req, res) => {
    const enrolment = currentEnrolment(req)
    const { cohort } = enrolment
    const asked = questionIn(req)
    const found = replyQueue.page(enrolment, asked)
    const whose = asked.whose ?? (found.has_share ? 'share' : 'all')
    const pace = replyQueue.pace(cohort.id)
    const base = baseOf(enrolment)
    queuePage(res, {
      title: pageContext(res).t('guiding.title'),
      area: 'admin',
      enrolment,
      queue: found,
      whose,
      pace,
      share: pace.posts === 0 ? null : Math.floor((pace.in_time * 100) / pace.posts),
      confirms: courses.content(cohort.course_id, cohort.course_revision).completion.by === 'guide',
      claims: claims.countWaiting(cohort.id),
      reports: moderation.countOpen(cohort.id, enrolment.person_id),
      base,
      older: found.next === null ? null : `${base}?${new URLSearchParams({ whose, after: found.next })}`,
    })
  })

  router.post('/admin/cohorts/:cohort/queue/:reflection/taking', may.guiding, (req, res) => {
    const enrolment = currentEnrolment(req)
    const id = idParam(req.params['reflection'])
    const form = readForm(takingForm, req.body)
    if (!form.ok) throw new HttpError(422)
    if (!form.data.done) {
      replyQueue.release(enrolment, id)
      addFlash(req, { kind: 'said', key: 'guiding.said.released' })
      return res.redirect(303, baseOf(enrolment))
    }
    const won = replyQueue.take(enrolment, id)
    addFlash(req, { kind: 'said', key: won ? 'guiding.said.taken' : 'guiding.said.too_late' })
    res.redirect(303, won ? `/reflections/${id}#answer` : baseOf(enrolment))
  })

  savedReplyPages(router, services)
}

/** Parses the query string; unknown values are ignored. */
function questionIn(req: Request): { whose: QueueScope | null; after: string | null } {
  const whose = (['share', 'all'] as const).find((known) => known === queryText(req, 'whose')) ?? null
  const after = queryText(req, 'after')
  return { whose, after: after !== null && /^(?:first|then)-\d{1,15}$/.test(after) ? after : null }
}

function baseOf({ cohort }: Enrolment): string {
  return `/admin/cohorts/${cohort.slug}/queue`
}
