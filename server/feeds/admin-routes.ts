import type { Router } from 'express'
import type { Cohort } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { noStore } from '../web/http/headers.ts'
import { notFound } from '../web/http/http-error.ts'
import { idParam, queryText } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { FeedHealth } from './feed-health.ts'

const page = view<{ cohort: Cohort; feeds: FeedHealth[]; next: string | null }>('feeds/health')

/** The health of a cohort's external blogs, for its organisers. */
export function feedAdminRoutes(router: Router, { feeds, may }: Services): void {
  router.get('/admin/cohorts/:cohort/blogs', may.organising, noStore, (req, res) => {
    const { cohort } = currentEnrolment(req)
    const [, troubled, id] = /^([01])-([1-9]\d{0,14})$/.exec(queryText(req, 'after') ?? '') ?? []
    const after = id === undefined ? null : { troubled: troubled === '1' ? (1 as const) : (0 as const), id: Number(id) }
    const { feeds: shown, next } = feeds.health(cohort.id, after)
    page(res, { title: pageContext(res).t('feeds.health.title'), area: 'admin', cohort, feeds: shown, next })
  })

  router.post('/admin/cohorts/:cohort/blogs/:id/read', may.organising, noStore, (req, res) => {
    const { cohort } = currentEnrolment(req)
    const owner = feeds.enrolmentOf(idParam(req.params['id']), cohort.id) ?? notFound()
    const feed = feeds.ofEnrolment(owner) ?? notFound()
    const soon = feed.state !== 'stopped' && feeds.readAgain(feed)
    const key = soon ? 'feeds.health.said.again' : 'feeds.health.said.just_read'
    addFlash(req, { kind: 'said', key, values: { blog: feed.title } })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/blogs`)
  })
}
