import type { Request, Response } from 'express'
import { leads } from '../cohorts/policy.ts'
import type { NewAnswers } from '../reflections/following.ts'
import type { StreamItem } from '../reflections/item.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/current.ts'
import { emptyForm, type Form } from '../web/forms.ts'
import { frameOf } from '../web/frame.ts'
import { view } from '../web/view.ts'
import { type GoalChoice, goalChoices, goalTicks, goalWords } from './goal.ts'
import type { CourseMap } from './map.ts'
import {
  type Cell,
  cellsOf,
  columnsOf,
  greeting,
  type NextCard,
  nextCard,
  openWords,
  type PodLine,
  podLine,
  type RestNote,
  restNote,
  yourCell,
} from './map-words.ts'

const page = view<{
  base: string
  map: CourseMap
  hello: string
  far: string
  ticks: boolean[]
  pod: PodLine | null
  /** Where guides find what waits for an answer. */
  queue: string | null
  next: NextCard
  open: string
  cells: Cell[]
  columns: number
  /** Where the learner's own cell stands, after the last thing. */
  you: { hue: string; column: number } | null
  rest: RestNote | null
  answers: NewAnswers[]
  latest: StreamItem[]
  badges: ReturnType<Services['badges']['few']>
  choices: GoalChoice[]
  goal: Form
}>('progress/map')

/** Shows the map of one's cohort. @param refused the form for the goal, where it was refused */
export function showMap(services: Services, req: Request, res: Response, refused: Form | null = null): void {
  const { badges, following, progress, stream } = services
  const enrolment = currentEnrolment(req)
  const frame = frameOf(res)
  const map = progress.map(enrolment)
  const base = `/cohorts/${enrolment.cohort.slug}`
  const choices = goalChoices(map.total)
  const far = { done: map.done, goal: enrolment.goal, total: map.total }
  page(res, {
    title: frame.t('progress.map.title'),
    area: 'map',
    here: 'map',
    status: refused ? 422 : 200,
    base,
    map,
    hello: greeting(frame, enrolment, map),
    far: goalWords(frame.t, frame.locale, far),
    ticks: goalTicks(far),
    pod: podLine(frame, enrolment),
    queue: leads(enrolment.role) ? `/admin${base}/queue` : null,
    next: nextCard(frame, map, base),
    open: openWords(frame, map),
    cells: cellsOf(frame, map, base),
    columns: columnsOf(map),
    you: yourCell(map),
    rest: restNote(frame, map.rest),
    answers: following.newAnswers(enrolment),
    latest: stream.latest(enrolment),
    badges: badges.few(enrolment, frame),
    choices,
    goal: refused ?? emptyForm({ goal: choices.find(({ goal }) => goal >= enrolment.goal)?.value ?? 'all' }),
  })
}
