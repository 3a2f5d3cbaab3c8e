import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Cohort } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { checkbox, emptyForm, type Form, line, markdownText, readForm, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { JOINING } from './cohort-form.ts'
import type { CohortSettings } from './settings.ts'

const page = view<{ cohort: Cohort; form: Form; learners: number; waiting: number }>('cohorts/settings')

/** More people than any course has ever had. */
const MOST = 100_000

const settingsForm = z.object({
  title: line({ max: 200 }),
  joining: z.enum(JOINING),
  world: checkbox,
  calm: checkbox,
  welcome: markdownText({ min: 0, max: 10_000 }).optional().default(''),
  capacity: line({ min: 0, max: 9 })
    .pipe(
      z.string().refine((typed) => typed === '' || (/^[1-9]\d*$/.test(typed) && Number(typed) <= MOST), {
        error: 'cohorts.settings.no_capacity',
      }),
    )
    .optional()
    .default(''),
})

/** The settings of a cohort that its organisers change. */
export function cohortSettingsPages(router: Router, { cohortSettings, markdown, may }: Services): void {
  router.get('/admin/cohorts/:cohort/settings', may.organising, noStore, (req, res) => show(req, res, null))

  router.post('/admin/cohorts/:cohort/settings', may.organising, noStore, async (req, res) => {
    const form = readForm(settingsForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(pageContext(res).t, form))
    const { cohort, person_id } = currentEnrolment(req)
    const { world, calm, capacity, ...facts } = form.data
    const wanted = {
      ...facts,
      world_allowed: world ? 1 : 0,
      calm: calm ? 1 : 0,
      capacity: capacity === '' ? null : Number(capacity),
    } as const
    await markdown.prepare([facts.welcome])
    const changed = cohortSettings.change(cohort.id, wanted, person_id)
    addFlash(req, { kind: 'said', key: changed ? 'cohorts.said.settings' : 'cohorts.said.settings_same' })
    res.redirect(303, `/admin/cohorts/${cohort.slug}/settings`)
  })

  function show(req: Request, res: Response, refused: Form | null): void {
    const { cohort } = currentEnrolment(req)
    const { learners, waiting, ...kept } = cohortSettings.find(cohort.id)
    page(res, {
      title: pageContext(res).t('cohorts.settings.title'),
      area: 'admin',
      status: refused ? 422 : 200,
      cohort,
      learners,
      waiting,
      form: refused ?? emptyForm(asTyped(kept)),
    })
  }
}

function asTyped(settings: CohortSettings): Record<string, string> {
  const { title, joining, world_allowed, calm, welcome, capacity } = settings
  const room = capacity === null ? '' : String(capacity)
  return { title, joining, world: String(world_allowed), calm: String(calm), welcome, capacity: room }
}
