import type { Request, Response } from 'express'
import type { MapAnnouncements } from '../announcements/announcements.ts'
import type { AlumniSummary } from '../cohorts/alumni.ts'
import { leads } from '../enrolments/policy.ts'
import type { NewAnswers } from '../reflections/comments/following.ts'
import type { StreamItem } from '../reflections/stream-item.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { emptyForm, type Form } from '../web/http/forms.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { completionRuleText } from './completion-rule-text.ts'
import { type GoalChoice, goalChoices, goalText, goalTicks, isGoalReached } from './goal.ts'
import type { CourseMap } from './map.ts'
import {
  type BreakNote,
  breakNote,
  columnCount,
  greeting,
  learnerCell,
  type MapCell,
  mapCells,
  type NextCard,
  nextCard,
  openThingsText,
  type PodLink,
  podLink,
} from './map-presenter.ts'

const page = view<{
  base: string
  map: CourseMap
  hello: string
  /** The welcome, until something is done, and announcements, until they are seen. */
  greeting: MapAnnouncements
  /** Null until the cohort is over. */
  looking: AlumniSummary | null
  far: string
  /** The learner's goal is reached; always false in calm mode. */
  crown: boolean
  /** One for each thing of the goal; empty in calm mode. */
  ticks: boolean[]
  pod: PodLink | null
  /** Address of the reply queue; null for learners. */
  queue: string | null
  next: NextCard
  open: string
  /** What makes a thing done. */
  rule: string
  cells: MapCell[]
  columns: number
  /** The learner's own cell, after the last thing. */
  you: { hue: string; column: number } | null
  rest: BreakNote | null
  answers: NewAnswers[]
  latest: StreamItem[]
  /** Null in calm mode. */
  badges: ReturnType<Services['badges']['forMap']> | null
  choices: GoalChoice[]
  goal: Form
  /** The learner's pause: since when, or the offer of one; null for those who lead. */
  pause: { since: string | null } | null
}>('progress/map')

/** Shows the map of the current enrolment. @param refused the form for the goal, where it was refused */
export function showMap(services: Services, req: Request, res: Response, refused: Form | null = null): void {
  const { alumni, announcements, badges, following, progress, stream } = services
  const enrolment = currentEnrolment(req)
  const frame = pageContext(res)
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
    greeting: announcements.forMap(enrolment, { welcome: map.done === 0 && enrolment.role === 'learner' }),
    looking: alumni.summary(enrolment),
    far: goalText(frame.t, frame.locale, far),
    crown: !frame.calm && isGoalReached(far),
    ticks: frame.calm ? [] : goalTicks(far),
    pod: podLink(frame, enrolment),
    queue: leads(enrolment.role) ? `/admin${base}/queue` : null,
    next: nextCard(frame, map, base),
    open: openThingsText(frame, map),
    rule: completionRuleText(frame.t, map.completion),
    cells: mapCells(frame, map, base),
    columns: columnCount(map),
    you: learnerCell(map),
    rest: breakNote(frame, map.break),
    answers: following.newAnswers(enrolment),
    latest: stream.latest(enrolment),
    badges: frame.calm ? null : badges.forMap(enrolment, frame),
    choices,
    pause: enrolment.role === 'learner' ? { since: enrolment.paused_since } : null,
    goal: refused ?? emptyForm({ goal: choices.find(({ goal }) => goal >= enrolment.goal)?.value ?? 'all' }),
  })
}
