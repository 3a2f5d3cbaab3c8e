import { Router } from 'express'
import type { Services } from '../services.ts'
import { anybody } from '../web/access.ts'
import { currentEnrolment } from '../web/current.ts'
import { frameOf, standIn } from '../web/frame.ts'
import { notFound } from '../web/refusal.ts'
import { view } from '../web/view.ts'
import type { BadgePage } from './badge-page.ts'
import { type Wall, wallWords } from './wall.ts'

const wallPage = view<{ wall: Wall; lead: string }>('badges/wall')
const badgePage = view<{ badge: BadgePage; wall_href: string | null }>('badges/badge')

export function badgeRoutes({ badges, enrolments, may, notices }: Services): Router {
  const router = Router()

  router.get('/cohorts/:cohort/badges', may.enrolled, (req, res) => {
    const frame = frameOf(res)
    const wall = badges.wall(currentEnrolment(req), frame)
    wallPage(res, {
      title: frame.t('badges.wall.title'),
      area: 'badges',
      here: 'badges',
      wall,
      lead: wallWords(frame, wall),
    })
  })

  router.get('/badges/:slug', anybody, (req, res) => {
    const facing = badges.find(String(req.params['slug'])) ?? notFound()
    const all = req.user ? enrolments.allOf(req.user.id) : []
    const enrolment = all.find(({ cohort }) => cohort.course_id === facing.course_id) ?? null
    if (req.user && !req.seeing) notices.seen(req.user, { badge_id: facing.id })
    if (enrolment) standIn(res, enrolment.cohort)
    const badge = badges.page(facing, enrolment, frameOf(res)) ?? notFound()
    const wall_href = enrolment && `/cohorts/${enrolment.cohort.slug}/badges`
    const { title, meaning: description } = badge
    badgePage(res, { title, description, area: 'badges', here: 'badges', alone: !req.user, badge, wall_href })
  })

  return router
}
