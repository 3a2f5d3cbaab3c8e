import type { ActivityLog } from '../activity/activity.ts'
import type { Enrolment, EnrolmentRole } from '../cohorts/enrolments.ts'
import type { Courses } from '../courses/courses.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { PersonName } from '../people/people.ts'
import type { Progress } from '../progress/progress.ts'
import type { Drafts, Text } from './drafts.ts'
import { plainText, type renderMarkdown } from './markdown.ts'
import { type Audience, MAY_READ } from './policy.ts'
import { type Tag, tagOf } from './tag.ts'

/** A reflection as its own page shows it to one viewer. */
export interface ReflectionPage {
  id: number
  title: string
  html: string
  audience: Audience
  state: 'published' | 'hidden'
  published_at: string
  edited_at: string | null
  person: PersonName
  cohort: { id: number; slug: string; title: string; time_zone: string; world_allowed: 0 | 1 }
  tag: Tag
  thing_href: string
  cheers: number
  cheered: boolean
  mine: boolean
  /** The viewer's role in the cohort; null for guests and strangers, who read and no more. */
  role: EnrolmentRole | null
}

interface PageRow extends Omit<ReflectionPage, 'person' | 'cohort' | 'tag' | 'thing_href' | 'cheered' | 'mine'> {
  person_id: number
  name: string
  handle: string
  workplace: string | null
  cohort_id: number
  slug: string
  cohort_title: string
  time_zone: string
  world_allowed: 0 | 1
  course_id: number
  course_revision: number
  thing_id: number
  number: number
  cheered: 0 | 1
}

interface Own extends Text {
  id: number
  revision: number
  published_at: string
}

interface Helpers {
  activity: ActivityLog
  courses: Courses
  drafts: Drafts
  progress: Progress
  renderMarkdown: typeof renderMarkdown
}

/** What publishing made: the reflection, and the activity by which awards know what earned them. */
interface Published {
  reflection_id: number
  activity_id: number
}

const EXCERPT = 220
const TITLE_FROM_BODY = 70

export function createReflections(
  db: Database,
  clock: Clock,
  { activity, courses, drafts, progress, renderMarkdown }: Helpers,
) {
  const own = db.prepare<[number, number], Own>(
    'SELECT id, title, body, audience, revision, published_at FROM reflection WHERE enrolment_id = ? AND thing_id = ?',
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
  const remove = db.prepare<[number, number], { enrolment_id: number; cohort_id: number; thing_id: number }>(
    'DELETE FROM reflection WHERE id = ? AND person_id = ? RETURNING enrolment_id, cohort_id, thing_id',
  )
  const page = db.prepare<{ id: number; viewer: number }, PageRow>(`
    SELECT r.id, r.title, r.html, r.audience, r.state, r.published_at, r.edited_at, r.thing_id,
           person.id AS person_id, person.name, person.handle, person.workplace,
           cohort.id AS cohort_id, cohort.slug, cohort.title AS cohort_title, cohort.time_zone, cohort.world_allowed,
           course.id AS course_id, course.revision AS course_revision, calendar_entry.number,
           (SELECT count(*) FROM cheer WHERE reflection_id = r.id) AS cheers,
           EXISTS (SELECT 1 FROM cheer WHERE reflection_id = r.id AND cheer.person_id = :viewer) AS cheered,
           (SELECT role FROM enrolment WHERE cohort_id = r.cohort_id AND person_id = :viewer AND left_at IS NULL) AS role
      FROM reflection AS r
      JOIN person ON person.id = r.person_id
      JOIN cohort ON cohort.id = r.cohort_id
      JOIN course ON course.id = cohort.course_id
      JOIN calendar_entry ON calendar_entry.cohort_id = r.cohort_id AND calendar_entry.thing_id = r.thing_id
     WHERE r.id = :id AND ${MAY_READ}`)
  const addCheer = db.prepare(
    'INSERT INTO cheer (reflection_id, person_id, cheered_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const dropCheer = db.prepare('DELETE FROM cheer WHERE reflection_id = ? AND person_id = ?')
  const readTo = db.prepare(`
    UPDATE reflection SET answers_read_to = :comment_id
     WHERE id = :id AND person_id = :viewer AND answers_read_to < :comment_id`)

  /**
   * Gets ready what a person wrote about a thing, rendered; the act that comes back publishes it. Where she had
   * published before, the earlier text is kept as a revision. A reflection without a title takes the first words of its
   * text, or the thing's title where it has none.
   * @param seen the draft's version that the text was written on
   * @returns an act that throws DraftClash
   */
  function publishing(enrolment: Enrolment, thing_id: number, text: Text, seen?: number): () => Published {
    const rendered = renderMarkdown(text.body)
    const { course_id, course_revision } = enrolment.cohort
    const thingTitle = () => courses.content(course_id, course_revision).thing(thing_id)?.title ?? ''
    const title = text.title || plainText(rendered.html, TITLE_FROM_BODY) || thingTitle()
    const row = { ...text, ...rendered, title, excerpt: plainText(rendered.html, EXCERPT), now: nowText(clock) }
    const { id: enrolment_id, person_id, cohort } = enrolment
    const facts = { person_id, cohort_id: cohort.id }
    const act = (): Published => {
      drafts.close(enrolment_id, thing_id, text.audience, seen ?? drafts.of(enrolment_id, thing_id).version)
      const before = own.get(enrolment_id, thing_id)
      if (before) {
        keepRevision.run({ id: before.id, now: row.now })
        update.run({ ...row, id: before.id })
        const activity_id = activity.record('reflection.edited', { ...facts, subject_id: before.id })
        return { reflection_id: before.id, activity_id }
      }
      const place = { enrolment_id, cohort_id: cohort.id, person_id, thing_id }
      const reflection_id = Number(insert.run({ ...row, ...place }).lastInsertRowid)
      progress.complete(enrolment_id, thing_id)
      const what = { ...facts, subject_id: reflection_id, detail: { thing_id } }
      return { reflection_id, activity_id: activity.record('reflection.published', what) }
    }
    return () => transaction(db, act)
  }

  return {
    /** The text somebody has published about a thing, to go on writing. */
    own: (enrolment_id: number, thing_id: number): Own | null => own.get(enrolment_id, thing_id) ?? null,

    publishing,

    /** Publishes at once. @throws DraftClash */
    publish: (...what: Parameters<typeof publishing>): Published => publishing(...what)(),

    /** @param viewer id of who reads; 0 for a guest */
    page(id: number, viewer: number): ReflectionPage | null {
      const row = page.get({ id, viewer })
      if (!row) return null
      const { person_id, name, handle, workplace, cohort_id, slug, cohort_title, time_zone, world_allowed, ...rest } =
        row
      const { course_id, course_revision, thing_id, number, ...reflection } = rest
      return {
        ...reflection,
        cheered: row.cheered === 1,
        mine: person_id === viewer,
        person: { id: person_id, name, handle, workplace },
        cohort: { id: cohort_id, slug, title: cohort_title, time_zone, world_allowed },
        tag: tagOf(courses.content(course_id, course_revision), thing_id, number),
        thing_href: `/cohorts/${slug}/things/${number}`,
      }
    },

    /** Deleting one's own takes the completion along; awards stay. @returns false where it is not hers */
    remove(id: number, person_id: number): boolean {
      return transaction(db, () => {
        const row = remove.get(id, person_id)
        if (!row) return false
        progress.uncomplete(row.enrolment_id, row.thing_id)
        activity.record('reflection.deleted', { person_id, cohort_id: row.cohort_id, subject_id: id })
        return true
      })
    },

    cheer(id: number, person_id: number, done: boolean): void {
      transaction(db, () => (done ? addCheer.run(id, person_id, nowText(clock)) : dropCheer.run(id, person_id)))
    },

    /** Notes up to which answer the author has read; the answers after it are new to her. */
    readTo(id: number, viewer: number, comment_id: number): void {
      readTo.run({ id, viewer, comment_id })
    },
  }
}
