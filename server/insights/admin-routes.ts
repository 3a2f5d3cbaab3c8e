import { type Request, Router } from 'express'
import type { Cohort } from '../cohorts/enrolments.ts'
import type { Services } from '../services.ts'
import { sendCsv } from '../web/csv.ts'
import { currentEnrolment, queryText } from '../web/current.ts'
import { frameOf } from '../web/frame.ts'
import { keepNothing } from '../web/headers.ts'
import { view } from '../web/view.ts'
import type { Translate } from '../web/words.ts'
import { gridLines, thingLines } from './files.ts'
import { CELL_STATES, type CellState } from './grid.ts'
import { type GridPage, type GridQuestion, SORTS } from './grid-rows.ts'

const gridPage = view<{
  cohort: Cohort
  grid: GridPage
  question: GridQuestion
  /** What each sign means, in the order in which they are explained. */
  signs: Record<CellState, string>
  sorts: typeof SORTS
  before: string | null
  after: string | null
}>('insights/grid')

const LONGEST_NAME = 120

/** People by things, on a page and as files. */
export function insightsAdminRoutes({ insights, may }: Services): Router {
  const router = Router()
  const at = '/admin/cohorts/:cohort'

  router.get(`${at}/grid`, may.organising, keepNothing, (req, res) => {
    const { cohort } = currentEnrolment(req)
    const { t } = frameOf(res)
    const asked = questionIn(req)
    const grid = insights.grid(cohort, asked)
    const to = (page: number) => (page < 1 || page > grid.pages ? null : gridAddress(cohort, { ...asked, page }))
    gridPage(res, {
      title: t('insights.grid.title'),
      area: 'admin',
      cohort,
      grid,
      question: asked,
      signs: signsIn(t),
      sorts: SORTS,
      before: to(grid.page - 1),
      after: to(grid.page + 1),
    })
  })

  router.get(`${at}/grid.csv`, may.organising, keepNothing, async (req, res) => {
    const { cohort } = currentEnrolment(req)
    const lines = gridLines(frameOf(res), insights.columns(cohort), insights.everybody(cohort.id))
    await sendCsv(res, `${cohort.slug}-people-by-things`, lines)
  })

  router.get(`${at}/things.csv`, may.organising, keepNothing, async (req, res) => {
    const enrolment = currentEnrolment(req)
    await sendCsv(res, `${enrolment.cohort.slug}-things`, thingLines(frameOf(res), insights.things(enrolment)))
  })

  return router
}

/** What of the query is known; anything else is as if it were not there. */
function questionIn(req: Request): GridQuestion {
  const sort = SORTS.find((known) => known === queryText(req, 'sort')) ?? 'name'
  const q = (queryText(req, 'q') ?? '').trim().slice(0, LONGEST_NAME)
  const page = queryText(req, 'page') ?? ''
  return { sort, q, page: /^[1-9]\d{0,5}$/.test(page) ? Number(page) : 1 }
}

function signsIn(t: Translate): Record<CellState, string> {
  const signs = CELL_STATES.map((state) => [state, t(`insights.grid.state.${state}`)])
  return Object.fromEntries(signs) as Record<CellState, string>
}

function gridAddress({ slug }: Cohort, { sort, q, page }: GridQuestion): string {
  const kept = [
    ['sort', sort === 'name' ? '' : sort],
    ['q', q],
    ['page', page === 1 ? '' : String(page)],
  ].filter(([, value]) => value !== '')
  return `/admin/cohorts/${slug}/grid${kept.length > 0 ? `?${new URLSearchParams(kept)}` : ''}`
}
