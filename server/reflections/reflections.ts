import { READER_LANGUAGE } from '../courses/policy.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { EnrolmentRole } from '../enrolments/enrolments.ts'
import type { PersonName } from '../people/person.ts'
import type { Progress } from '../progress/progress.ts'
import { type Audience, IS_OPEN, MAY_READ } from './policy.ts'
import { createPublisher, type PublisherDeps } from './publish-reflection.ts'
import { type ThingLabel, thingLabel } from './thing-label.ts'

/** A reflection as its own page shows it to one viewer. */
export interface ReflectionPage {
  id: number
  title: string
  excerpt: string
  html: string
  audience: Audience
  state: 'published' | 'hidden'
  /** The note for the author from the moderator who hid it. */
  hidden_note: string | null
  published_at: string
  edited_at: string | null
  /** The URL of the original for an external post, which is not edited here. */
  source_url: string | null
  person: PersonName
  cohort: { id: number; slug: string; title: string; time_zone: string; world_allowed: 0 | 1; calm: 0 | 1 }
  tag: ThingLabel
  thing_href: string
  cheers: number
  cheered: boolean
  /** One other person who gave thanks, shown by name. */
  cheered_by: string | null
  follows: boolean
  mine: boolean
  /** False while "write first" closes it to the viewer: then it has no text. */
  is_open: boolean
  /** The author and whether a guide has confirmed the completion; null if the course needs no confirmation. */
  confirmation: { enrolment_id: number; thing_id: number; is_confirmed: boolean } | null
  /** The viewer's role in the cohort; null for guests and people outside it, who only read. */
  role: EnrolmentRole | null
}

interface PageRow
  extends Omit<
    ReflectionPage,
    'person' | 'cohort' | 'tag' | 'thing_href' | 'cheered' | 'follows' | 'mine' | 'is_open' | 'confirmation'
  > {
  person_id: number
  name: string
  handle: string
  workplace: string | null
  cohort_id: number
  slug: string
  cohort_title: string
  time_zone: string
  world_allowed: 0 | 1
  calm: 0 | 1
  course_id: number
  course_revision: number
  language: string | null
  thing_id: number
  enrolment_id: number
  is_confirmed: 0 | 1
  number: number
  cheered: 0 | 1
  follows: 0 | 1
  is_open: 0 | 1
}

export function createReflections(
  db: Database,
  clock: Clock,
  helpers: PublisherDeps & { progress: Pick<Progress, 'uncomplete'> },
) {
  const { activity, courses, progress } = helpers
  const remove = db.prepare<[number, number], { enrolment_id: number; cohort_id: number; thing_id: number }>(
    'DELETE FROM reflection WHERE id = ? AND person_id = ? RETURNING enrolment_id, cohort_id, thing_id',
  )
  const page = db.prepare<{ id: number; viewer: number }, PageRow>(`
    SELECT r.id, r.title, r.excerpt, r.html, r.audience, r.state, r.hidden_note, r.published_at, r.edited_at, r.source_url, r.thing_id, r.enrolment_id,
           EXISTS (SELECT 1 FROM confirmation AS c
                    WHERE c.enrolment_id = r.enrolment_id AND c.thing_id = r.thing_id AND c.confirmed_at IS NOT NULL) AS is_confirmed,
           person.id AS person_id, person.name, person.handle, person.workplace,
           cohort.id AS cohort_id, cohort.slug, cohort.title AS cohort_title, cohort.time_zone, cohort.world_allowed, cohort.calm,
           course.id AS course_id, course.revision AS course_revision, calendar_entry.number,
           ${READER_LANGUAGE} AS language,
           ${IS_OPEN} AS is_open,
           (SELECT count(*) FROM cheer WHERE reflection_id = r.id) AS cheers,
           EXISTS (SELECT 1 FROM cheer WHERE reflection_id = r.id AND cheer.person_id = :viewer) AS cheered,
           (SELECT fan.name FROM cheer JOIN person AS fan ON fan.id = cheer.person_id
             WHERE reflection_id = r.id AND fan.id <> :viewer ORDER BY cheered_at LIMIT 1) AS cheered_by,
           EXISTS (SELECT 1 FROM following WHERE reflection_id = r.id AND following.person_id = :viewer) AS follows,
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
  const authorOf = db.prepare<[number], { person_id: number; cohort_id: number }>(
    'SELECT person_id, cohort_id FROM reflection WHERE id = ?',
  )
  const dropCheer = db.prepare('DELETE FROM cheer WHERE reflection_id = ? AND person_id = ?')

  return {
    ...createPublisher(db, clock, helpers),

    /** @param viewer person id; 0 for a guest */
    page(id: number, viewer: number): ReflectionPage | null {
      const row = page.get({ id, viewer })
      if (!row) return null
      const { person_id, name, handle, workplace, cohort_id, slug, cohort_title, time_zone, ...rest } = row
      const {
        world_allowed,
        calm,
        course_id,
        course_revision,
        language,
        thing_id,
        number,
        enrolment_id,
        is_confirmed,
        ...reflection
      } = rest
      const content = courses.content(course_id, course_revision, language)
      const asks_guides = content.completion.by === 'guide'
      const is_open = row.is_open === 1
      return {
        ...reflection,
        is_open,
        title: is_open ? row.title : '',
        excerpt: is_open ? row.excerpt : '',
        html: is_open ? row.html : '',
        source_url: is_open ? row.source_url : null,
        cheered: row.cheered === 1,
        // names are shown to people of the cohort only
        cheered_by: row.role === null && person_id !== viewer ? null : row.cheered_by,
        follows: row.follows === 1,
        mine: person_id === viewer,
        person: { id: person_id, name, handle, workplace },
        cohort: { id: cohort_id, slug, title: cohort_title, time_zone, world_allowed, calm },
        tag: thingLabel(content, thing_id, number),
        thing_href: `/cohorts/${slug}/things/${number}`,
        confirmation: asks_guides ? { enrolment_id, thing_id, is_confirmed: is_confirmed === 1 } : null,
      }
    },

    /** Deletes the person's own reflection and its completion; awards stay. @returns false when it is not theirs */
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
      transaction(db, () => {
        if (!done) return dropCheer.run(id, person_id)
        const author = addCheer.run(id, person_id, nowText(clock)).changes === 1 ? authorOf.get(id) : undefined
        if (!author || author.person_id === person_id) return
        const detail = { for: author.person_id }
        activity.record('cheer.given', { person_id, cohort_id: author.cohort_id, subject_id: id, detail })
      })
    },
  }
}
