import type { Request, RequestHandler, Response, Router } from 'express'
import { z } from 'zod'
import type { Enrolment } from '../enrolments/enrolments.ts'
import { admin } from '../people/policy.ts'
import type { Services } from '../services.ts'
import { signedIn } from '../web/http/access.ts'
import { postHref } from '../web/http/address.ts'
import { authorise } from '../web/http/authorisation.ts'
import { currentEnrolment, currentPerson } from '../web/http/current-user.ts'
import { emptyForm, type Form, readForm, refusedForm, text } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { forbidden, notFound } from '../web/http/http-error.ts'
import { idParam, queryNumber, queryText } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { ModeratedPost, ReportablePost } from './moderation.ts'
import type { ReportedPost } from './report-list.ts'

const reportsPage = view<{
  /** Null: of the whole site. */
  enrolment: Enrolment | null
  reports: ReportedPost[]
  settled: boolean
  base: string
  older: string | null
}>('moderation/reports')
const hidePage = view<{ post: ModeratedPost; from: ReportOrigin; form: Form }>('moderation/hide')

/** The page to return to. */
const FROM = ['post', 'cohort', 'site'] as const
type ReportOrigin = (typeof FROM)[number]
const from = z.enum(FROM).optional().default('post')
const hideForm = z.object({ note: text({ max: 500 }), from })
const actForm = z.object({ from })

/** Routes for the report list, hiding and restoring. */
export function moderationRoutes(router: Router, services: Services): void {
  const { may, moderation, notices } = services

  router.get('/reflections/:id/hide', signedIn, noStore, withPost('reflection', askToHide))
  router.post('/reflections/:id/hide', signedIn, noStore, withPost('reflection', hide))
  router.post('/reflections/:id/restore', signedIn, withPost('reflection', restore))
  router.post('/reflections/:id/settle', signedIn, withPost('reflection', settle))
  router.get('/comments/:id/hide', signedIn, noStore, withPost('comment', askToHide))
  router.post('/comments/:id/hide', signedIn, noStore, withPost('comment', hide))
  router.post('/comments/:id/restore', signedIn, withPost('comment', restore))
  router.post('/comments/:id/settle', signedIn, withPost('comment', settle))

  router.get('/admin/cohorts/:cohort/reports', may.guiding, noStore, (req, res) => {
    const enrolment = currentEnrolment(req)
    showReports(req, res, enrolment, `/admin/cohorts/${enrolment.cohort.slug}/reports`)
  })

  router.get('/admin/reports', admin, noStore, (req, res) => showReports(req, res, null, '/admin/reports'))

  function withPost(
    kind: ReportablePost['kind'],
    handle: (req: Request, res: Response, post: ModeratedPost) => void,
  ): RequestHandler {
    return (req, res) => {
      const find = () => moderation.find({ kind, id: idParam(req.params['id']) }, currentPerson(req).id) ?? notFound()
      handle(req, res, authorise(find))
    }
  }

  function askToHide(req: Request, res: Response, post: ModeratedPost): void {
    const asked = FROM.find((known) => known === queryText(req, 'from')) ?? 'post'
    showHiding(res, post, asked, emptyForm())
  }

  function hide(req: Request, res: Response, post: ModeratedPost): void {
    const form = readForm(hideForm, req.body)
    const back = fromIn(req)
    if (!form.ok) return showHiding(res, post, back, refusedForm(pageContext(res).t, form))
    say(req, moderation.hide(post, currentPerson(req).id, form.data.note), 'hidden', post)
    res.redirect(303, placeOf(back, post))
  }

  function restore(req: Request, res: Response, post: ModeratedPost): void {
    say(req, moderation.restore(post, currentPerson(req).id), 'restored', post)
    res.redirect(303, placeOf(fromIn(req), post))
  }

  function settle(req: Request, res: Response, post: ModeratedPost): void {
    say(req, moderation.settle(post, currentPerson(req).id), 'settled', post)
    res.redirect(303, placeOf(fromIn(req), post))
  }

  function showReports(req: Request, res: Response, enrolment: Enrolment | null, base: string): void {
    const person = currentPerson(req)
    const settled = queryText(req, 'settled') === '1'
    const where = {
      cohort_id: enrolment?.cohort.id ?? null,
      settled,
      before: queryNumber(req, 'before'),
    }
    const { reports, next } = moderation.reports(person.id, where)
    notices.markSeen(person, { kinds: ['reported'] })
    reportsPage(res, {
      title: pageContext(res).t('moderation.title'),
      area: 'admin',
      enrolment,
      reports,
      settled,
      base,
      older:
        next === null
          ? null
          : `${base}?${new URLSearchParams({ ...(settled ? { settled: '1' } : {}), before: `${next}` })}`,
    })
  }
}

function fromIn(req: Request): ReportOrigin {
  const form = readForm(actForm, req.body)
  return form.ok ? form.data.from : 'post'
}

function say(req: Request, done: boolean, what: 'hidden' | 'restored' | 'settled', { name }: ModeratedPost): void {
  const key = done ? `moderation.said.${what}` : 'moderation.said.already'
  addFlash(req, { kind: 'said', key, values: { name } })
}

/** An admin outside the cohort cannot read the reported text there once the report is settled. */
function placeOf(back: ReportOrigin, { kind, id, leads, reflection_id, slug }: ModeratedPost): string {
  if (back === 'site' || !leads) return '/admin/reports'
  if (back === 'cohort') return `/admin/cohorts/${slug}/reports`
  return postHref(reflection_id, kind === 'comment' ? id : null)
}

function showHiding(res: Response, post: ModeratedPost, back: ReportOrigin, form: Form): void {
  const { t } = pageContext(res)
  const status = Object.keys(form.problems).length > 0 ? 422 : 200
  if (post.is_hidden) forbidden()
  hidePage(res, {
    title: t(`moderation.hide.title_${post.kind}`, { name: post.name }),
    area: 'read',
    status,
    post,
    from: back,
    form,
  })
}
