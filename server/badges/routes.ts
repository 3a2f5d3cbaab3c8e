import type { Response, Router } from 'express'
import type { Services } from '../services.ts'
import { anybody } from '../web/http/access.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { notFound } from '../web/http/http-error.ts'
import { pageContext, setPageCohort } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { ActiveWeeks } from './active-weeks.ts'
import { badgeListPages } from './authoring/badge-list-pages.ts'
import { editorPages } from './authoring/editor-pages.ts'
import { awardPages } from './awards/award-pages.ts'
import { claimPages } from './awards/claim-pages.ts'
import type { Claim } from './awards/claims.ts'
import { dryRunPages } from './awards/dry-run-pages.ts'
import { manualAwardPages } from './awards/manual-award-pages.ts'
import type { BadgePage } from './badge-page.ts'
import { type BadgeWall, wallLead } from './badge-wall.ts'

const wallPage = view<{ wall: BadgeWall; lead: string; weeks: ActiveWeeks }>('badges/wall')
const calmPage = view<{ text: string; map_href: string; settings: boolean }>('badges/calm')
const badgePage = view<{
  badge: BadgePage
  /** Where a learner claims it, and the open claim. */
  ask: { href: string; claim: Claim | null } | null
  wall_href: string | null
}>('badges/badge')

export function badgeRoutes(router: Router, services: Services): void {
  const { badges, activeWeeks, claims, enrolments, may, notices } = services

  awardPages(router, services)
  badgeListPages(router, services)
  editorPages(router, services)
  dryRunPages(router, services)
  manualAwardPages(router, services)
  claimPages(router, services)

  router.get('/cohorts/:cohort/badges', may.enrolled, (req, res) => {
    const frame = pageContext(res)
    if (frame.calm) return showCalm(res)
    const enrolment = currentEnrolment(req)
    const wall = badges.wall(enrolment, frame)
    wallPage(res, {
      title: frame.t('badges.wall.title'),
      area: 'badges',
      here: 'badges',
      wall,
      lead: wallLead(frame, wall),
      weeks: activeWeeks(enrolment, frame),
    })
  })

  router.get('/badges/:slug', anybody, (req, res) => {
    const slug = String(req.params['slug'])
    const facing = badges.find(slug, req.user?.id ?? 0) ?? notFound()
    const all = req.user ? enrolments.listOfPerson(req.user.id) : []
    const where = facing.held_in ?? facing.cohort_id
    const here = all.filter(({ cohort }) => cohort.course_id === facing.course_id)
    const enrolment = here.find(({ cohort }) => cohort.id === where) ?? here[0] ?? null
    if (enrolment) setPageCohort(res, enrolment.cohort)
    const badge = badges.page(facing, enrolment, pageContext(res)) ?? notFound()
    if (pageContext(res).calm) return req.user ? showCalm(res) : notFound()
    if (req.user && !req.impersonation) notices.markSeen(req.user, { badge_id: facing.id })
    const asking = badge.mine?.asks && enrolment?.role === 'learner' && !req.impersonation ? enrolment : null
    const ask = asking && {
      href: `/cohorts/${asking.cohort.slug}/badges/${slug}/ask`,
      claim: claims.openClaim(facing.id, asking.person_id, asking.cohort.id),
    }
    const wall_href = enrolment && `/cohorts/${enrolment.cohort.slug}/badges`
    const { title, meaning: description } = badge
    badgePage(res, { title, description, area: 'badges', here: 'badges', alone: !req.user, badge, ask, wall_href })
  })
}

/** Shown instead of badges in calm mode: why, and where to change it for a viewer who may. */
function showCalm(res: Response): void {
  const { t, cohort, person, site } = pageContext(res)
  const why = site.calm ? 'site' : person?.calm ? 'mine' : 'cohort'
  calmPage(res, {
    title: t('badges.calm.title'),
    area: 'badges',
    text: t(`badges.calm.${why}`, { cohort: cohort?.title }),
    map_href: cohort ? `/cohorts/${cohort.slug}` : '/home',
    settings: why === 'mine',
  })
}
