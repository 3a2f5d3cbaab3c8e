import type { ActivityLog } from '../activity/activity.ts'
import type { Courses } from '../courses/courses.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { Images } from '../images/images.ts'
import type { Progress } from '../progress/progress.ts'
import type { Mentions } from './comments/mentions.ts'
import type { Drafts, DraftText } from './editor/drafts.ts'
import { titleAndExcerpt } from './markdown/excerpt.ts'
import type { RenderMarkdown } from './markdown/markdown-renderer.ts'

interface OwnReflection extends DraftText {
  id: number
  answered: 0 | 1
  revision: number
  published_at: string
}

export interface PublisherDeps {
  activity: ActivityLog
  courses: Pick<Courses, 'content'>
  drafts: Drafts
  images: Pick<Images, 'usedIn' | 'setUses'>
  mentions: Mentions
  progress: Pick<Progress, 'complete'>
  renderMarkdown: RenderMarkdown
}

/** What preparePublication made: the reflection, and the activity by which awards know what earned them. */
interface Published {
  reflection_id: number
  activity_id: number
  /** True when the thing is complete now, by the course's rule. */
  is_done: boolean
  /** True when a mention stays plain text because of the writer's hourly limit. */
  too_many: boolean
}

/** Publishes drafts as reflections, and new versions of published ones. */
export function createPublisher(
  db: Database,
  clock: Clock,
  { activity, courses, drafts, images, mentions, progress, renderMarkdown }: PublisherDeps,
) {
  const own = db.prepare<[number, number], OwnReflection>(
    `SELECT id, title, body, audience, revision, published_at,
            EXISTS (SELECT 1 FROM comment WHERE reflection_id = reflection.id) AS answered
       FROM reflection
      WHERE enrolment_id = ? AND thing_id = ? AND source = 'hosted'`,
  )
  const insert = db.prepare(`
    INSERT INTO reflection (enrolment_id, cohort_id, person_id, thing_id, title, body, html, excerpt, renderer, audience, published_at)
    VALUES (:enrolment_id, :cohort_id, :person_id, :thing_id, :title, :body, :html, :excerpt, :renderer, :audience, :now)`)
  const keepRevision = db.prepare(`
    INSERT INTO reflection_revision (reflection_id, revision, title, body, audience, replaced_at)
    SELECT id, revision, title, body, audience, :now FROM reflection WHERE id = :id`)
  const update = db.prepare(`
    UPDATE reflection
       SET title = :title, body = :body, html = :html, excerpt = :excerpt, renderer = :renderer, audience = :audience,
           revision = revision + 1, edited_at = :now
     WHERE id = :id`)

  /**
   * Renders a person's text about a thing; the returned function publishes it. When they have
   * published before, the earlier text is kept as a revision. A reflection without a title takes the first words of its
   * text, or the thing's title where it has none.
   * @param seen the draft's version that the text was written on
   * @returns the function that publishes; it throws DraftConflict
   */
  function preparePublication(enrolment: Enrolment, thing_id: number, text: DraftText, seen?: number): () => Published {
    const pictures = images.usedIn(text.body, enrolment.person_id)
    const { id: enrolment_id, person_id, cohort } = enrolment
    const place = { enrolment_id, cohort_id: cohort.id }
    const known = own.get(enrolment_id, thing_id)
    const named = mentions.prepare(
      { ...place, reflection_id: known?.id ?? 0, author_id: person_id, audience: text.audience, state: 'published' },
      person_id,
      known ? { reflection_id: known.id } : null,
    )
    const rendered = renderMarkdown(text.body, { pictures, mentions: named.links })
    const { course_id, course_revision } = cohort
    const thingTitle = () =>
      courses.content(course_id, course_revision, enrolment.language).thing(thing_id)?.title ?? ''
    const row = { ...text, ...rendered, ...titleAndExcerpt(text.title, rendered.html, thingTitle), now: nowText(clock) }
    const facts = { person_id, cohort_id: cohort.id }
    const act = (): Published => {
      drafts.close(enrolment_id, thing_id, text.audience, seen ?? drafts.current(enrolment_id, thing_id).version)
      const before = own.get(enrolment_id, thing_id)
      if (before) {
        keepRevision.run({ id: before.id, now: row.now })
        update.run({ ...row, id: before.id })
        images.setUses(before.id, row.html)
        named.save({ reflection_id: before.id })
        const is_done = progress.complete(enrolment_id, thing_id)
        const activity_id = activity.record('reflection.edited', { ...facts, subject_id: before.id })
        return { reflection_id: before.id, activity_id, is_done, too_many: named.too_many }
      }
      const reflection_id = Number(insert.run({ ...row, ...place, person_id, thing_id }).lastInsertRowid)
      images.setUses(reflection_id, row.html)
      named.save({ reflection_id })
      const is_done = progress.complete(enrolment_id, thing_id)
      const what = { ...facts, subject_id: reflection_id, detail: { thing_id } }
      const activity_id = activity.record('reflection.published', what)
      return { reflection_id, activity_id, is_done, too_many: named.too_many }
    }
    return () => transaction(db, act)
  }

  return {
    /** A person's published text about a thing, as Markdown, for the editor. */
    own: (enrolment_id: number, thing_id: number): OwnReflection | null => own.get(enrolment_id, thing_id) ?? null,

    preparePublication,

    /** Publishes at once. @throws DraftConflict */
    publish: (...what: Parameters<typeof preparePublication>): Published => preparePublication(...what)(),
  }
}
