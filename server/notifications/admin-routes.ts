import type { Router } from 'express'
import { pageOf } from '../db/page.ts'
import type { DeadJob, JobTotals, WaitingJob } from '../jobs/job-store.ts'
import { withProblem } from '../mail/email-status.ts'
import type { SmtpProblem } from '../mail/smtp-problem.ts'
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
  /** What the words of the mail server mean; null for other jobs. */
  problem: SmtpProblem | null
}

type OutboxTotals = Pick<JobTotals, 'waiting' | 'retrying' | 'done' | 'dead'>

const outboxPage = view<{
  waiting: (WaitingJob & NamedJob)[]
  more: boolean
  dead: (DeadJob & NamedJob)[]
  mail: boolean
  /** Of all jobs; done ones of the last seven days. */
  totals: OutboxTotals
}>('notifications/outbox')
/** Asks before all failed jobs are deleted. */
const deletePage = view<{ dead: number }>('notifications/delete-failed')

const MOST = 50
/** The range of all jobs. */
const ALL = { kind: '' }

/** Waiting and failed background jobs. */
export function outboxRoutes(router: Router, { jobs, mail }: Services): void {
  router.get('/admin/outbox', admin, noStore, (_req, res) => {
    const { t } = pageContext(res)
    const waiting = pageOf(jobs.waiting(MOST + 1), MOST)
    outboxPage(res, {
      title: t('outbox.title'),
      area: 'admin',
      waiting: waiting.items.map((job) => named(t, job)),
      more: waiting.next !== null,
      dead: jobs.dead(MOST).map((job) => named(t, job)),
      mail: mail.isSetUp(),
      totals: totals(),
    })
  })

  router.post('/admin/outbox/again', admin, noStore, async (req, res) => {
    await jobs.retryAll(ALL)
    addFlash(req, { kind: 'said', key: 'outbox.said.all_again' })
    res.redirect(303, '/admin/outbox')
  })

  router.get('/admin/outbox/drop', admin, noStore, (_req, res) =>
    deletePage(res, { title: pageContext(res).t('outbox.drop_all'), area: 'admin', dead: totals().dead }),
  )

  router.post('/admin/outbox/drop', admin, noStore, async (req, res) => {
    await jobs.deleteAllDead(ALL)
    addFlash(req, { kind: 'said', key: 'outbox.said.all_dropped' })
    res.redirect(303, '/admin/outbox')
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

  function totals(): OutboxTotals {
    const sum = { waiting: 0, retrying: 0, done: 0, dead: 0 }
    for (const kind of jobs.totals(ALL)) {
      sum.waiting += kind.waiting
      sum.retrying += kind.retrying
      sum.done += kind.done
      sum.dead += kind.dead
    }
    return sum
  }
}

function named<Job extends { kind: string; reason: string | null }>(t: Translate, job: Job): Job & NamedJob {
  const { problem } = withProblem(job)
  return {
    ...job,
    name: t(`outbox.kind.${job.kind.replace('.', '_')}`),
    problem: job.kind.startsWith('mail.') ? problem : null,
  }
}
