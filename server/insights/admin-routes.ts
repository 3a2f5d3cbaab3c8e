import type { Request, Router } from 'express'
import type { Cohort } from '../enrolments/enrolments.ts'
import type { Pod } from '../pods/queries.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { noStore } from '../web/http/headers.ts'
import { queryText, wholeNumber } from '../web/http/params.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { Translate } from '../web/text/i18n.ts'
import { CELL_STATES, type CellState } from './grid.ts'
import { GRID_SORTS, type GridPage, type GridQuery } from './grid-rows.ts'
import { PERSON_STATES } from './inactivity.ts'
import { gridList, thingList } from './lists.ts'

const gridPage = view<{
  cohort: Cohort
  grid: GridPage
  question: GridQuery
  /** Explanation of each sign, in display order. */
  signs: Record<CellState, string>
  sorts: typeof GRID_SORTS
  states: typeof PERSON_STATES
  pods: Pod[]
  /** Active filters, each with the address without it. */
  chips: { words: string; off: string }[]
  before: string | null
  after: string | null
}>('insights/grid')

const LONGEST_NAME = 120

/** People by things, on a page and as files. */
export function insightsAdminRoutes(router: Router, { insights, may, pods, sendList }: Services): void {
  router.get('/admin/cohorts/:cohort/grid', may.organising, noStore, (req, res) => {
    const enrolment = currentEnrolment(req)
    const { cohort } = enrolment
    const { t } = pageContext(res)
    const all = pods.list(cohort.id, { first: [wholeNumber(queryText(req, 'pod'))] })
    const asked = questionIn(req, all)
    const grid = insights.grid(enrolment, asked)
    const to = (page: number) => (page < 1 || page > grid.pages ? null : gridAddress(cohort, { ...asked, page }))
    gridPage(res, {
      title: t('insights.grid.title'),
      area: 'admin',
      cohort,
      grid,
      question: asked,
      signs: signsIn(t),
      sorts: GRID_SORTS,
      states: PERSON_STATES,
      pods: all,
      chips: chipsOf(t, cohort, asked, all),
      before: to(grid.page - 1),
      after: to(grid.page + 1),
    })
  })

  router.get('/admin/cohorts/:cohort/grid.csv', may.organising, noStore, async (req, res) => {
    const enrolment = currentEnrolment(req)
    const { cohort } = enrolment
    const columns = insights.columns(enrolment)
    const frame = pageContext(res)
    const title = frame.t('insights.grid.title')
    await sendList(res, {
      name: { words: [cohort.title, title], otherwise: 'grid', plain: `${cohort.slug}-people-by-things` },
      title,
      ...gridList(frame, columns, insights.everybody(cohort.id, columns)),
    })
  })

  router.get('/admin/cohorts/:cohort/things.csv', may.organising, noStore, async (req, res) => {
    const enrolment = currentEnrolment(req)
    const { cohort } = enrolment
    const frame = pageContext(res)
    const title = frame.t('insights.file.things')
    await sendList(res, {
      name: { words: [cohort.title, title], otherwise: 'things', plain: `${cohort.slug}-things` },
      title,
      ...thingList(frame, insights.things(enrolment)),
    })
  })
}

/** Sort and filters of the query; unknown values are ignored. */
function questionIn(req: Request, pods: readonly Pod[]): GridQuery {
  const sort = GRID_SORTS.find((known) => known === queryText(req, 'sort')) ?? 'name'
  const q = (queryText(req, 'q') ?? '').trim().slice(0, LONGEST_NAME)
  const page = queryText(req, 'page') ?? ''
  const in_pod = queryText(req, 'pod')
  const pod = in_pod === 'none' ? 0 : (pods.find(({ id }) => String(id) === in_pod)?.id ?? null)
  const state = PERSON_STATES.find((known) => known === queryText(req, 'state')) ?? null
  return { sort, q, pod, state, page: /^[1-9]\d{0,5}$/.test(page) ? Number(page) : 1 }
}

function signsIn(t: Translate): Record<CellState, string> {
  const signs = CELL_STATES.map((state) => [state, t(`insights.grid.state.${state}`)])
  return Object.fromEntries(signs) as Record<CellState, string>
}

function chipsOf(
  t: Translate,
  cohort: Cohort,
  asked: GridQuery,
  pods: readonly Pod[],
): { words: string; off: string }[] {
  const { q, pod, state } = asked
  const off = (without: Partial<GridQuery>) => gridAddress(cohort, { ...asked, page: 1, ...without })
  const name = pod === 0 ? t('insights.grid.no_pod') : pods.find(({ id }) => id === pod)?.name
  return [
    ...(q === '' ? [] : [{ words: q, off: off({ q: '' }) }]),
    ...(name === undefined ? [] : [{ words: name, off: off({ pod: null }) }]),
    ...(state === null ? [] : [{ words: t(`insights.grid.person.${state}`), off: off({ state: null }) }]),
  ]
}

function gridAddress({ slug }: Cohort, { sort, q, pod, state, page }: GridQuery): string {
  const kept = [
    ['sort', sort === 'name' ? '' : sort],
    ['q', q],
    ['pod', pod === null ? '' : pod === 0 ? 'none' : String(pod)],
    ['state', state ?? ''],
    ['page', page === 1 ? '' : String(page)],
  ].filter(([, value]) => value !== '')
  return `/admin/cohorts/${slug}/grid${kept.length > 0 ? `?${new URLSearchParams(kept)}` : ''}`
}
