import { instantText, nowText } from '../db/clock.ts'
import type { Services } from '../services.ts'
import { instantAt } from './dates.ts'

export interface BulkMember {
  person_id: number
  enrolment_id: number
}

/**
 * Writes reflections, comments and cheers of thousands of generated people directly by SQL, as copies of written ones
 * with their HTML. Accounts, enrolments, completions and activities (and so awards) go through the services.
 */
export function createBulkWriter({ db, clock, people, members, progress, activity }: Services, password_hash: string) {
  const now = () => nowText(clock)
  const post = db.prepare(`
    INSERT INTO reflection (enrolment_id, cohort_id, person_id, thing_id, title, body, html, excerpt, renderer, audience, published_at)
    SELECT :enrolment_id, :cohort_id, :person_id, thing_id, title, body, html, excerpt, renderer, :audience, :now
      FROM reflection WHERE id = :source`)
  const closeDraft = db.prepare(`
    INSERT INTO draft (enrolment_id, thing_id, title, body, audience, version, open, saved_at)
    VALUES (:enrolment_id, :thing_id, '', '', :audience, 1, 0, :now)`)
  const draft = db.prepare(`
    INSERT INTO draft (enrolment_id, thing_id, title, body, audience, version, open, saved_at)
    SELECT :enrolment_id, thing_id, title, substr(body, 1, 160), 'cohort', 1, 1, :now FROM reflection WHERE id = :source`)
  const ticks = db.prepare(`
    INSERT INTO tick (enrolment_id, thing_id, step, ticked_at)
    SELECT :enrolment_id, thing_id, slug, :now FROM step
     WHERE thing_id = :thing_id AND (depth = 'start' OR (id + :enrolment_id) % 3 = 0)`)
  const answer = db.prepare(`
    INSERT INTO comment (reflection_id, person_id, parent_id, body, html, renderer, audience, written_at)
    SELECT reflection.id, :person_id, :parent_id, comment.body, comment.html, comment.renderer, reflection.audience, :now
      FROM reflection JOIN comment ON comment.id = :source
     WHERE reflection.id = :reflection_id`)
  const cheer = db.prepare(
    'INSERT INTO cheer (reflection_id, person_id, cheered_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const seen = db.prepare('UPDATE enrolment SET seen_at = ? WHERE id = ?')
  const read = db.prepare<[number]>(`
    INSERT INTO reading (person_id, reflection_id, read_to)
    SELECT following.person_id, following.reflection_id, max(comment.id)
      FROM enrolment
      JOIN following ON following.person_id = enrolment.person_id
      JOIN comment ON comment.reflection_id = following.reflection_id AND comment.written_at <= enrolment.seen_at
     WHERE enrolment.id = ? GROUP BY following.reflection_id
    ON CONFLICT DO UPDATE SET read_to = excluded.read_to`)

  return {
    /** Creates an account and its enrolment. @param seen_at milliseconds since the epoch */
    join(
      { email, ...facts }: { email: string; name: string; workplace: string },
      { cohort_id, ...part }: { cohort_id: number; role: 'learner' | 'guide'; goal: number },
      seen_at: number,
    ): BulkMember {
      const person_id = people.create({ email, password_hash, ...facts })
      const enrolment_id = members.enrol({ cohort_id, person_id, ...part })
      seen.run(instantText(instantAt(seen_at)), enrolment_id)
      return { person_id, enrolment_id }
    },

    /** @param source id of the reflection whose text is copied */
    post(
      { person_id, enrolment_id }: BulkMember,
      place: { cohort_id: number; thing_id: number },
      text: { source: number; audience: string },
    ): number {
      const row = { person_id, enrolment_id, ...place, ...text, now: now() }
      const { thing_id, cohort_id, audience } = row
      ticks.run({ enrolment_id, thing_id, now: row.now })
      closeDraft.run({ enrolment_id, thing_id, audience, now: row.now })
      const { source } = text
      const made = post.run({ enrolment_id, cohort_id, person_id, audience, source, now: row.now })
      const subject_id = Number(made.lastInsertRowid)
      progress.complete(enrolment_id, thing_id)
      activity.record('reflection.published', { person_id, cohort_id, subject_id, detail: { thing_id } })
      return subject_id
    },

    draft({ enrolment_id }: BulkMember, source: number): void {
      draft.run({ enrolment_id, source, now: now() })
    },

    /**
     * @param source id of the comment whose text is copied
     * @param parent_id the comment to which it replies
     */
    comment(
      { person_id }: BulkMember,
      { cohort_id, reflection_id, parent_id }: { cohort_id: number; reflection_id: number; parent_id: number | null },
      source: number,
    ): number {
      const made = answer.run({ person_id, reflection_id, parent_id, source, now: now() })
      const subject_id = Number(made.lastInsertRowid)
      activity.record('comment.written', { person_id, cohort_id, subject_id, detail: { reflection_id } })
      return subject_id
    },

    cheer({ person_id }: BulkMember, reflection_id: number, at: number): void {
      cheer.run(reflection_id, person_id, instantText(instantAt(at)))
    },

    /** Marks the comments as read that were written before the person was last seen. */
    read({ enrolment_id }: BulkMember): void {
      read.run(enrolment_id)
    },
  }
}
