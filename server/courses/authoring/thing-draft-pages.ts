import type { Response, Router } from 'express'
import { EditConflict } from '../../db/edit-conflict-error.ts'
import { author } from '../../people/policy.ts'
import type { Services } from '../../services.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { noStore } from '../../web/http/headers.ts'
import { wholeNumber } from '../../web/http/params.ts'
import { addFlash } from '../../web/render/flash.ts'
import { pageContext } from '../../web/render/page-context.ts'
import { view } from '../../web/render/view.ts'
import type { CourseContent } from '../course-content.ts'
import { courseAt, thingAt } from '../policy.ts'
import type { PartChange } from '../text-diff.ts'
import { draftsFingerprint, type PendingDraft } from './thing-drafts.ts'

interface WaitingDraft
  extends Pick<PendingDraft, 'slug' | 'title' | 'position' | 'version' | 'behind' | 'changed_by' | 'changed_at'> {
  changes: PartChange[]
}

const draftsPage = view<{
  course: CourseContent
  drafts: WaitingDraft[]
  /** The fingerprint of the drafts that are shown. */
  seen: string
  behind: boolean
  /** The drafts had changed when they were to be published. */
  conflict: boolean
}>('courses/authoring/drafts')

/** The page of a course's drafts, which are published together or discarded one by one. */
export function draftPages(
  router: Router,
  { courses, courseMarkdown, courseAuthoring, courseDiff, idempotency }: Services,
): void {
  router.get('/admin/courses/:slug/changes', author, noStore, (req, res) => show(res, courseAt(courses, req)))

  router.post('/admin/courses/:slug/changes/publish', author, noStore, async (req, res) => {
    const course = courseAt(courses, req)
    const { seen, once: token } = Object(req.body)
    const by = currentPerson(req).id
    await courseMarkdown.prepare(courseAuthoring.drafts(course.id).map(({ outline }) => outline))
    try {
      const location = idempotency.run(by, typeof token === 'string' ? token.slice(0, 64) : '', () => {
        const count = courseAuthoring.publishDrafts(course.id, String(seen), by)
        addFlash(req, { kind: 'said', key: 'courses.said.published', values: { count } })
        return `/admin/courses/${course.slug}`
      })
      res.redirect(303, location)
    } catch (error) {
      if (!(error instanceof EditConflict)) throw error
      await show(res, course, true)
    }
  })

  router.post('/admin/courses/:slug/changes/:thing/drop', author, noStore, async (req, res) => {
    const course = courseAt(courses, req)
    const thing = thingAt(course, req)
    try {
      courseAuthoring.discardDraft(thing.id, wholeNumber(Object(req.body).version) ?? 0, currentPerson(req).id)
      addFlash(req, { kind: 'said', key: 'courses.said.draft_dropped', values: { title: thing.title } })
      res.redirect(303, `/admin/courses/${course.slug}/changes`)
    } catch (error) {
      if (!(error instanceof EditConflict)) throw error
      await show(res, course, true)
    }
  })

  async function show(res: Response, course: CourseContent, conflict = false): Promise<void> {
    const waiting = courseAuthoring.drafts(course.id)
    const changes = await courseDiff.things(waiting.map(({ published, outline }) => [published, outline]))
    const drafts = waiting.map(({ outline, published, ...draft }, at) => ({ ...draft, changes: changes[at] ?? [] }))
    draftsPage(res, {
      title: pageContext(res).t('courses.changes.title', { title: course.title }),
      area: 'write',
      status: conflict ? 409 : 200,
      course,
      drafts,
      seen: draftsFingerprint(waiting),
      behind: drafts.some(({ behind }) => behind),
      conflict,
    })
  }
}
