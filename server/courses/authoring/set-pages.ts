import type { Response, Router } from 'express'
import { z } from 'zod'
import { EditConflict } from '../../db/edit-conflict-error.ts'
import { author } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { type Form, line, type Problems, refusedForm } from '../../web/http/forms.ts'
import { noStore } from '../../web/http/headers.ts'
import { numberedFields, readRows, typedRows } from '../../web/http/numbered-rows.ts'
import { addFlash } from '../../web/render/flash.ts'
import { HUES } from '../../web/render/hues.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import type { CourseContent } from '../course-content.ts'
import { courseAt } from '../policy.ts'
import { SetInUse, setsFingerprint } from './sets.ts'

/** The map of a course has room for as many columns. */
const SETS_MAX = 8
const PARTS = ['slug', 'title', 'hue'] as const
type TypedSet = Record<(typeof PARTS)[number], string>

const rowForm = z.object({
  slug: line({ min: 0, max: 60 }).optional().default(''),
  title: line({ max: 200 }),
  hue: z.enum(HUES),
})

interface SetFields {
  number: number
  slug: string
  hue: string
  title: string
  /** How many things are in it. */
  things: number
}

const setsPage = view<{
  course: CourseContent
  form: Form
  rows: SetFields[]
  hues: readonly string[]
  seen: string
  /** The titles of the saved sets, where somebody else changed them meanwhile. */
  now: string[]
  full: boolean
}>('courses/authoring/sets')

/** The page of a course's sets: their titles, colours and order. */
export function setPages(router: Router, { courses, courseAuthoring, idempotency }: Services): void {
  router.get('/admin/courses/:slug/sets', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    show(res, course, course.sets)
  })

  router.post('/admin/courses/:slug/sets', author, noStore, (req, res) => {
    const course = courseAt(courses, req)
    const sent: Record<string, unknown> = { ...req.body }
    const max = Math.max(SETS_MAX, course.sets.length)
    const typed = typedRows(sent, 'set', PARTS, max)
    const intent = String(sent['intent'] ?? 'save')
    const seen = String([sent['seen']].flat()[0] ?? '')
    const again = (problems: Problems, { rows = typed, status = 422, now = [] as string[], fingerprint = seen } = {}) =>
      show(res, course, rows, { problems, status, now, seen: fingerprint })
    if (intent !== 'save') {
      const arranged = rowsAfter(typed, intent)
      return arranged ? again({}, { rows: arranged, status: 200 }) : again({ '': { key: 'problems.choice' } })
    }
    const { rows, problems } = readRows(sent, 'set', rowForm, max)
    if (Object.keys(problems).length > 0) return again(problems)
    if (rows.length === 0) return again({ '': { key: 'courses.sets.none_left' } })
    if (rows.length > max) return again({ '': { key: 'courses.sets.too_many', values: { max } } })
    const by = currentPerson(req).id
    const { t } = pageContext(res)
    try {
      const location = idempotency.run(by, String(sent['once'] ?? '').slice(0, 64), () => {
        const changed = courseAuthoring.changeSets(course.id, rows, {
          seen,
          by,
          meaning: (set) => t('courses.sets.badge', { set }),
        })
        addFlash(req, { kind: 'said', key: changed ? 'courses.said.sets' : 'courses.said.unchanged' })
        return `/admin/courses/${course.slug}/sets`
      })
      res.redirect(303, location)
    } catch (error) {
      if (error instanceof SetInUse) {
        const titles = course.sets.filter(({ slug }) => error.sets.includes(slug)).map(({ title }) => title)
        return again({ '': { key: 'courses.sets.in_use', values: { sets: titles.join(', ') } } })
      }
      if (!(error instanceof EditConflict)) throw error
      const now = courseAuthoring.sets(course.id)
      again({}, { status: 409, now: now.map(({ title }) => title), fingerprint: setsFingerprint(now) })
    }
  })

  function show(
    res: Response,
    course: CourseContent,
    rows: readonly TypedSet[],
    {
      problems = {},
      status = 200,
      now = [],
      seen = setsFingerprint(course.sets),
    }: { problems?: Problems; status?: number; now?: string[]; seen?: string } = {},
  ): void {
    const { t } = pageContext(res)
    const fields = rows.map(({ slug, title, hue }) => ({ slug, title, hue }))
    setsPage(res, {
      title: t('courses.sets.title', { title: course.title }),
      area: 'admin',
      status,
      course,
      form: refusedForm(t, { values: numberedFields('set', fields), problems }),
      rows: rows.map(({ slug, title, hue }, index) => {
        return { number: index + 1, slug, title, hue, things: thingsIn(course, slug) }
      }),
      hues: HUES,
      seen,
      now,
      full: rows.length >= Math.max(SETS_MAX, course.sets.length),
    })
  }
}

function thingsIn({ things }: CourseContent, slug: string): number {
  return slug === '' ? 0 : things.filter(({ set }) => set.slug === slug).length
}

const ACT = /^(?<act>up|down|out)-(?<number>[1-9]\d?)$/

/** The rows after the button `intent` was pressed; null for a button that the form does not have. */
function rowsAfter(rows: readonly TypedSet[], intent: string): TypedSet[] | null {
  if (intent === 'add') {
    const hue = HUES.find((hue) => rows.every((row) => row.hue !== hue)) ?? HUES[0]
    return [...rows, { slug: '', title: '', hue }]
  }
  const { act, number } = ACT.exec(intent)?.groups ?? {}
  const at = Number(number) - 1
  const row = rows[at]
  if (!act || !row) return null
  if (act === 'out') return rows.toSpliced(at, 1)
  const to = Math.min(Math.max(at + (act === 'up' ? -1 : 1), 0), rows.length - 1)
  return rows.toSpliced(at, 1).toSpliced(to, 0, row)
}
