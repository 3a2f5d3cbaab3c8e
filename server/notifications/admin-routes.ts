import type { Router } from 'express'
import { pageOf } from '../db/page.ts'
import type { DeadJob, WaitingJob } from '../jobs/job-store.ts'
import { admin } from '../people/policy.ts'
import type { Services } from '../services.ts'
import { noStore } from '../web/http/headers.ts'
import { idParam } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { Translate } from '../web/text/i18n.ts'

interface NamedJob {
  /** What it is, in words. */
  name: string
}

const outboxPage = view<{
  waiting: (WaitingJob & NamedJob)[]
  more: boolean
  dead: (DeadJob & NamedJob)[]
  mail: boolean
}>('notifications/outbox')

const MOST = 50
const NAMED = new Set([
  'mail.invitation',
  'mail.reset',
  'mail.answers',
  'notices.gather',
  'notices.clean',
  'feeds.read',
  'feeds.read_due',
  'images.clean',
  'courses.clean',
  'backups.make',
  'backups.look',
])

/** Waiting and failed background jobs. */
export function outboxRoutes(router: Router, { jobs, mail }: Services): void {
  router.get('/admin/outbox', admin, noStore, (_req, res) => {
    const { t } = pageContext(res)
    const waiting = pageOf(jobs.waiting(MOST + 1), MOST)
    outboxPage(res, {
      title: t('outbox.title'),
      area: 'admin',
      waiting: waiting.items.map((job) => ({ ...job, name: nameOf(t, job.kind) })),
      more: waiting.next !== null,
      dead: jobs.dead(MOST).map((job) => ({ ...job, name: nameOf(t, job.kind) })),
      mail: mail.isSetUp(),
    })
  })

  router.post('/admin/outbox/:id/again', admin, noStore, (req, res) => {
    // a repeated request adds it once
    if (jobs.requeue(idParam(req.params['id']))) addFlash(req, { kind: 'said', key: 'outbox.said.again' })
    res.redirect(303, '/admin/outbox')
  })

  router.post('/admin/outbox/:id/drop', admin, noStore, (req, res) => {
    if (jobs.deleteDead(idParam(req.params['id']))) addFlash(req, { kind: 'said', key: 'outbox.said.dropped' })
    res.redirect(303, '/admin/outbox')
  })
}

/** Known kinds of job have a translated name; others show their internal one. */
function nameOf(t: Translate, kind: string): string {
  return NAMED.has(kind) ? t(`outbox.kind.${kind.replace('.', '_')}`) : kind
}
