import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { PersonName } from '../people/people.ts'
import type { renderMarkdown } from './markdown.ts'
import { MAY_READ, MAY_READ_COMMENT } from './policy.ts'

export interface Comment {
  id: number
  /** The text as it was typed; only of one's own. */
  body: string
  html: string
  written_at: string
  edited_at: string | null
  person: PersonName
  mine: boolean
}

interface CommentRow extends Omit<Comment, 'person' | 'mine'> {
  person_id: number
  name: string
  handle: string
  workplace: string | null
}

interface Written {
  comment_id: number
  activity_id: number
}

interface Helpers {
  activity: ActivityLog
  renderMarkdown: typeof renderMarkdown
}

export function createComments(db: Database, clock: Clock, { activity, renderMarkdown }: Helpers) {
  const list = db.prepare<{ reflection_id: number; viewer: number }, CommentRow>(`
    SELECT k.id, CASE k.person_id WHEN :viewer THEN k.body ELSE '' END AS body, k.html, k.written_at, k.edited_at, person.id AS person_id, person.name, person.handle, person.workplace
      FROM comment AS k
      JOIN reflection AS r ON r.id = k.reflection_id
      JOIN person ON person.id = k.person_id
     WHERE k.reflection_id = :reflection_id AND ${MAY_READ} AND ${MAY_READ_COMMENT}
     ORDER BY k.id`)
  // the audience is that of the reflection at this moment, in the same statement
  const insert = db.prepare<object, { id: number; cohort_id: number }>(`
    INSERT INTO comment (reflection_id, person_id, body, html, renderer, audience, written_at)
    SELECT r.id, :viewer, :body, :html, :renderer, r.audience, :now
      FROM reflection AS r
     WHERE r.id = :reflection_id AND ${MAY_READ}
       AND EXISTS (SELECT 1 FROM enrolment WHERE cohort_id = r.cohort_id AND person_id = :viewer AND left_at IS NULL)
    RETURNING id, (SELECT cohort_id FROM reflection WHERE id = reflection_id) AS cohort_id`)
  const own = db.prepare<{ id: number; viewer: number }, { id: number; reflection_id: number; cohort_id: number }>(`
    SELECT k.id, k.reflection_id, r.cohort_id
      FROM comment AS k JOIN reflection AS r ON r.id = k.reflection_id
     WHERE k.id = :id AND k.person_id = :viewer AND ${MAY_READ}`)
  const update = db.prepare(
    'UPDATE comment SET body = :body, html = :html, renderer = :renderer, edited_at = :now WHERE id = :id',
  )
  const remove = db.prepare('DELETE FROM comment WHERE id = ?')

  /** Gets an answer ready, rendered; the act that comes back writes it, or answers null where the person may not. */
  function writing(reflection_id: number, person_id: number, body: string): () => Written | null {
    const rendered = renderMarkdown(body)
    return () =>
      transaction(db, () => {
        const row = insert.get({ reflection_id, viewer: person_id, body, ...rendered, now: nowText(clock) })
        if (!row) return null
        const facts = { person_id, cohort_id: row.cohort_id, subject_id: row.id, detail: { reflection_id } }
        return { comment_id: row.id, activity_id: activity.record('comment.written', facts) }
      })
  }

  return {
    /** What the viewer may read under a reflection, oldest first. */
    list: (reflection_id: number, viewer: number): Comment[] =>
      list.all({ reflection_id, viewer }).map(({ person_id, name, handle, workplace, ...comment }) => ({
        ...comment,
        person: { id: person_id, name, handle, workplace },
        mine: person_id === viewer,
      })),

    writing,

    /** Writes at once. */
    write: (...what: Parameters<typeof writing>): Written | null => writing(...what)(),

    /** The person's own comment, as long as she may read what it stands under. */
    own: (id: number, person_id: number) => own.get({ id, viewer: person_id }) ?? null,

    edit(id: number, person_id: number, body: string): void {
      const rendered = renderMarkdown(body)
      transaction(db, () => {
        update.run({ id, body, ...rendered, now: nowText(clock) })
        activity.record('comment.edited', { person_id, subject_id: id })
      })
    },

    remove(id: number, person_id: number): void {
      transaction(db, () => {
        remove.run(id)
        activity.record('comment.deleted', { person_id, subject_id: id })
      })
    },
  }
}
