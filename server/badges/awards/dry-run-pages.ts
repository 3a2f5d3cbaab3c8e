import type { Router } from 'express'
import type { CourseContent } from '../../courses/course-content.ts'
import { localDate } from '../../db/clock.ts'
import { author } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { noStore } from '../../web/http/headers.ts'
import { HttpError, notFound } from '../../web/http/http-error.ts'
import { queryNumber } from '../../web/http/params.ts'
import { addFlash } from '../../web/render/flash.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import { badgeAt } from '../authoring/badge-in-address.ts'
import { type EditedBadge, stateOf } from '../authoring/editing.ts'
import type { DryRun } from './dry-run.ts'
import type { RetroactiveRun } from './retroactive-awards.ts'

interface TriedCohort {
  id: number
  title: string
}

const tryPage = view<{
  course: CourseContent
  badge: EditedBadge
  cohorts: TriedCohort[]
  cohort: TriedCohort | null
  trial: DryRun | null
  /** May who looks read who they are? */
  named: boolean
}>('badges/dry-run')
const replayPage = view<{ course: CourseContent; badge: EditedBadge; replay: RetroactiveRun | null }>(
  'badges/retroactive',
)

/** Trying a badge before it is switched on, and awarding it to those who had earned it already. */
export function dryRunPages(router: Router, services: Services): void {
  const { badgeEditing: editing, badges, clock, dryRun, enrolments, retroactiveAwards } = services

  router.get('/admin/courses/:slug/badges/:badge/try', author, noStore, async (req, res) => {
    const { course, badge } = badgeAt(services, req)
    const person = currentPerson(req)
    const cohorts = editing.cohorts(course.id)
    const today = localDate(clock.now(), 'UTC')
    const asked = queryNumber(req, 'cohort')
    // the last one that is over tells most, else the one that has run for longest
    const cohort =
      asked === null
        ? (cohorts.find(({ ends_on }) => ends_on < today) ?? cohorts.at(-1) ?? null)
        : (cohorts.find(({ id }) => id === asked) ?? notFound())
    const kept = badges.badge(badge.id) ?? notFound()
    const role = cohort && enrolments.listOfPerson(person.id).find((mine) => mine.cohort.id === cohort.id)?.role
    tryPage(res, {
      title: pageContext(res).t('badges.try.title', { title: badge.title }),
      area: 'admin',
      course,
      badge,
      cohorts,
      cohort,
      trial: cohort && (await dryRun(kept, cohort.id)),
      named: person.role === 'admin' || role === 'guide' || role === 'organiser',
    })
  })

  router.get('/admin/courses/:slug/badges/:badge/replay', author, noStore, (req, res) => {
    const { course, badge } = badgeAt(services, req)
    const title = pageContext(res).t('badges.replay.title', { title: badge.title })
    replayPage(res, { title, area: 'admin', course, badge, replay: retroactiveAwards.latest(badge.id) })
  })

  router.post('/admin/courses/:slug/badges/:badge/replay', author, noStore, (req, res) => {
    const { course, badge } = badgeAt(services, req)
    const { act } = Object(req.body)
    if (act === 'stop') {
      const running = retroactiveAwards.latest(badge.id)
      if (running) retroactiveAwards.cancel(running.id)
      addFlash(req, { kind: 'said', key: 'badges.replay.said.stopped' })
    } else if (act === 'start') {
      if (stateOf(badge) !== 'on') throw new HttpError(409, 'badge_not_on')
      const begun = retroactiveAwards.start(badge.id, currentPerson(req).id)
      addFlash(req, { kind: 'said', key: `badges.replay.said.${begun ? 'begun' : 'running'}` })
    } else throw new HttpError(422)
    res.redirect(303, `/admin/courses/${course.slug}/badges/${badge.slug}/replay`)
  })
}
