import type { Request, Response, Router } from 'express'
import type { CourseContent } from '../../courses/course-content.ts'
import { BADGE_HUES, BADGE_SHAPES, courseAt } from '../../courses/policy.ts'
import { EditConflict } from '../../db/edit-conflict-error.ts'
import { author } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { emptyForm, type Form, type Problems, refusedForm } from '../../web/http/forms.ts'
import { noStore } from '../../web/http/headers.ts'
import { HttpError, notFound } from '../../web/http/http-error.ts'
import { addFlash } from '../../web/render/flash.ts'
import { iconNames } from '../../web/render/icons.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import { REPLY_TARGETS } from '../rules/kinds.ts'
import { EMPTY_ROW, kindOptions, MOST_ROWS, type RuleRow, rowsAfter, ruleFields } from '../rules/rule-form.ts'
import { badgeFields, readBadgeForm, sentBadge, type TypedBadge } from './badge-form.ts'
import { badgeAt } from './badge-in-address.ts'
import { BadgeInUse, type BadgeState, type EditedBadge, markOf, stateOf } from './editing.ts'
import { type EditorPreview, impossibleIn, previewOf } from './editor-preview.ts'
import { badgePicturePages } from './picture-pages.ts'

const NEW: TypedBadge = {
  values: { shape: 'circle', hue: 'teal', icon: 'award', together: 'all-of', seen: '' },
  rows: [EMPTY_ROW],
}

const editPage = view<
  EditorPreview & {
    course: CourseContent
    /** Null while it is being made. */
    badge: EditedBadge | null
    state: BadgeState | null
    form: Form
    rows: RuleRow[]
    full: boolean
    kinds: ReturnType<typeof kindOptions>
    reply_targets: readonly string[]
    shapes: readonly string[]
    hues: readonly string[]
    icons: string[]
    cohorts: { id: number; title: string }[]
    /** The saved values of the fields that another author changed meanwhile. */
    now: { name: string; value: string }[]
  }
>('badges/edit')

interface BadgeFormView {
  problems?: Problems
  status?: number
  now?: { name: string; value: string }[]
}

/** One badge as its authors make and change it. */
export function editorPages(router: Router, services: Services): void {
  const { badgeEditing: editing, courses, idempotency } = services

  router.get('/admin/courses/:slug/new-badge', author, noStore, (req, res) =>
    show(res, courseAt(courses, req), null, NEW),
  )

  router.post('/admin/courses/:slug/badges', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const typed = sentBadge({ ...req.body })
    if (arranged(req, res, course, null, typed)) return
    const read = readWords(req, course)
    if (read.words === null) return show(res, course, null, typed, { problems: read.problems, status: 422 })
    const { words, once: token } = read
    const by = currentPerson(req).id
    const location = idempotency.run(by, token, () => {
      const slug = editing.create(course.id, words, by)
      addFlash(req, { kind: 'said', key: 'badges.said.made', values: { title: words.title } })
      return `/admin/courses/${course.slug}/badges/${slug}`
    })
    res.redirect(303, location)
  })

  router.get('/admin/courses/:slug/badges/:badge', author, noStore, (req, res) => {
    const { course, badge } = badgeAt(services, req)
    show(res, course, badge, badgeFields(badge))
  })

  router.post('/admin/courses/:slug/badges/:badge', author, noStore, (req, res) => {
    const { course, badge } = badgeAt(services, req)
    const typed = sentBadge({ ...req.body })
    if (arranged(req, res, course, badge, typed)) return
    const read = readWords(req, course)
    if (read.words === null) return show(res, course, badge, typed, { problems: read.problems, status: 422 })
    const { words, seen, once: token } = read
    const by = currentPerson(req).id
    try {
      const location = idempotency.run(by, token, () => {
        const changed = editing.change(course.id, badge.slug, words, { seen, by }) ?? notFound()
        addFlash(req, { kind: 'said', key: changed ? 'badges.said.changed' : 'courses.said.unchanged' })
        return `/admin/courses/${course.slug}/badges/${badge.slug}`
      })
      res.redirect(303, location)
    } catch (error) {
      if (error instanceof BadgeInUse)
        return show(res, course, badge, typed, { problems: { cohort: { key: 'badges.form.held' } }, status: 422 })
      if (!(error instanceof EditConflict)) throw error
      const now = badgeAt(services, req).badge
      const values = { ...typed.values, seen: markOf(now) }
      show(res, course, now, { ...typed, values }, { status: 409, now: otherThan(typed, now, course, res) })
    }
  })

  router.post('/admin/courses/:slug/badges/:badge/state', author, noStore, (req, res) => {
    const { course, badge } = badgeAt(services, req)
    const state = (['draft', 'on', 'off'] as const).find((name) => name === Object(req.body).state)
    if (!state) throw new HttpError(422)
    const problems = state === 'on' ? impossibleIn(badge, course, editing.cohorts(course.id)) : {}
    if (Object.keys(problems).length > 0) return show(res, course, badge, badgeFields(badge), { problems, status: 422 })
    try {
      const changed = editing.setState(course.id, badge.slug, state, currentPerson(req).id)
      const key = changed ? `badges.said.${state}` : 'courses.said.unchanged'
      addFlash(req, { kind: 'said', key, values: { title: badge.title } })
    } catch (error) {
      if (!(error instanceof BadgeInUse)) throw error
      throw new HttpError(409, 'badge_held')
    }
    res.redirect(303, `/admin/courses/${course.slug}/badges/${badge.slug}`)
  })

  badgePicturePages(router, services, (res, course, badge, picture) =>
    show(res, course, badge, badgeFields(badge), { problems: { picture }, status: 422 }),
  )

  /** Answers a button that arranges the rule or asks for a look, and saves nothing. */
  function arranged(
    req: Request,
    res: Response,
    course: CourseContent,
    badge: EditedBadge | null,
    typed: TypedBadge,
  ): boolean {
    const intent = String([Object(req.body).intent].flat()[0] ?? 'save')
    if (intent === 'save') return false
    const rows = intent === 'preview' ? typed.rows : rowsAfter(typed.rows, intent)
    if (rows === null) throw new HttpError(422)
    show(res, course, badge, { ...typed, rows })
    return true
  }

  function readWords(req: Request, course: CourseContent): ReturnType<typeof readBadgeForm> {
    const read = readBadgeForm({ ...req.body })
    if (read.words === null) return read
    const problems = impossibleIn(read.words, course, editing.cohorts(course.id))
    return Object.keys(problems).length > 0 ? { words: null, problems } : read
  }

  function show(
    res: Response,
    course: CourseContent,
    badge: EditedBadge | null,
    typed: TypedBadge,
    { problems = {}, status = 200, now = [] }: BadgeFormView = {},
  ): void {
    const frame = pageContext(res)
    const { t } = frame
    const cohorts = editing.cohorts(course.id)
    const rows = typed.rows.length > 0 ? typed.rows : NEW.rows
    const values = { ...typed.values, ...ruleFields(rows) }
    editPage(res, {
      title: badge ? t('badges.form.title', { title: badge.title }) : t('badges.form.title_new'),
      area: 'admin',
      status,
      course,
      badge,
      state: badge && stateOf(badge),
      form: Object.keys(problems).length > 0 ? refusedForm(t, { values, problems }) : emptyForm(values),
      rows,
      full: rows.length >= MOST_ROWS,
      kinds: kindOptions(),
      reply_targets: ['', ...REPLY_TARGETS],
      shapes: BADGE_SHAPES,
      hues: BADGE_HUES,
      icons: iconNames(),
      cohorts,
      now,
      ...previewOf(frame, course, { values, rows }, cohorts, badge?.picture ?? null),
    })
  }

  /** What of a badge as it is now differs from what was sent. */
  function otherThan(typed: TypedBadge, now: EditedBadge, course: CourseContent, res: Response) {
    const kept = badgeFields(now)
    const of = (name: string) => ({ name, value: kept.values[name] ?? '' })
    const names = ['title', 'meaning', 'shape', 'hue', 'icon', 'number', 'ring_text', 'hint'] as const
    const other = names.filter((name) => kept.values[name] !== (typed.values[name] ?? '')).map(of)
    const { sentence } = previewOf(pageContext(res), course, kept, editing.cohorts(course.id), now.picture)
    return [...other, { name: 'rule', value: sentence ?? '' }]
  }
}
