import type { Router } from 'express'
import type { CourseContent } from '../../courses/course-content.ts'
import { courseAt } from '../../courses/policy.ts'
import { author } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { noStore } from '../../web/http/headers.ts'
import { HttpError } from '../../web/http/http-error.ts'
import { addFlash } from '../../web/render/flash.ts'
import { type LocaleContext, pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import { inCourse, titlesIn } from '../badge-page.ts'
import { drawPlain } from '../presenter.ts'
import { NO_FACTS } from '../rules/rule-facts.ts'
import { ruleSentence } from '../rules/rule-sentence.ts'
import { progressOf } from '../rules/rules.ts'
import { badgeAt } from './badge-in-address.ts'
import { BadgeInUse, type BadgeState, type BadgeVersion, type EditedBadge, stateOf } from './editing.ts'

interface BadgeListItem {
  badge: EditedBadge
  sentence: string
  drawing_html: string
  /** The only cohort that has it. */
  cohort: string | null
}

const listPage = view<{
  course: CourseContent
  groups: { state: BadgeState; badges: BadgeListItem[] }[]
}>('badges/list')
const versionsPage = view<{
  course: CourseContent
  badge: EditedBadge
  versions: { version: BadgeVersion; sentence: string; drawing_html: string }[]
}>('badges/versions')
const deletePage = view<{ course: CourseContent; badge: EditedBadge }>('badges/delete')

/** All badges of a course for its authors: their order, what each was before, and taking away what nobody has. */
export function badgeListPages(router: Router, services: Services): void {
  const { badgeEditing: editing, courses } = services

  router.get('/admin/courses/:slug/badges', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const frame = pageContext(res)
    const titles = new Map(editing.cohorts(course.id).map(({ id, title }) => [id, title]))
    const lines = editing.list(course.id).map((badge) => ({
      badge,
      cohort: badge.cohort_id === null ? null : (titles.get(badge.cohort_id) ?? null),
      ...lookOf(frame, course, badge),
    }))
    const groups = (['on', 'draft', 'off'] as const).map((state) => ({
      state,
      badges: lines.filter(({ badge }) => stateOf(badge) === state),
    }))
    listPage(res, { title: frame.t('badges.list.title', { title: course.title }), area: 'admin', course, groups })
  })

  router.post('/admin/courses/:slug/badges/:badge/move', author, noStore, (req, res) => {
    const { course, badge } = badgeAt(services, req)
    const { by } = Object(req.body)
    if (by !== 'up' && by !== 'down') throw new HttpError(422)
    editing.move(course.id, badge.slug, by === 'up' ? -1 : 1)
    res.redirect(303, `/admin/courses/${course.slug}/badges#badge-${badge.slug}`)
  })

  router.get('/admin/courses/:slug/badges/:badge/versions', author, noStore, (req, res) => {
    const { course, badge } = badgeAt(services, req)
    const frame = pageContext(res)
    const versions = editing.versions(badge.id).map((version) => ({ version, ...lookOf(frame, course, version) }))
    const title = frame.t('badges.versions.title', { title: badge.title })
    versionsPage(res, { title, area: 'admin', course, badge, versions })
  })

  router.get('/admin/courses/:slug/badges/:badge/delete', author, noStore, (req, res) => {
    const { course, badge } = badgeAt(services, req)
    if (badge.ever > 0) throw new HttpError(409, 'badge_held')
    deletePage(res, {
      title: pageContext(res).t('badges.delete.title', { title: badge.title }),
      area: 'admin',
      course,
      badge,
    })
  })

  router.post('/admin/courses/:slug/badges/:badge/delete', author, noStore, (req, res) => {
    const { course, badge } = badgeAt(services, req)
    try {
      editing.remove(course.id, badge.slug, currentPerson(req).id)
    } catch (error) {
      if (error instanceof BadgeInUse) throw new HttpError(409, 'badge_held')
      throw error
    }
    addFlash(req, { kind: 'said', key: 'badges.said.deleted', values: { title: badge.title } })
    res.redirect(303, `/admin/courses/${course.slug}/badges`)
  })
}

function lookOf(voice: LocaleContext, course: CourseContent, badge: EditedBadge | BadgeVersion) {
  const rule = inCourse(badge.rule, course)
  return {
    sentence: ruleSentence(voice, rule, titlesIn(course)),
    drawing_html: drawPlain(voice, badge, progressOf(rule, NO_FACTS).of),
  }
}
