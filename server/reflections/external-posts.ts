import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { Progress } from '../progress/progress.ts'
import { titleAndExcerpt } from './markdown/excerpt.ts'
import { plainText } from './markdown/markdown.ts'
import type { Audience } from './policy.ts'

/** A sanitised post of an external blog. */
interface ExternalPost {
  title: string
  html: string
  renderer: string
  source_url: string
  published_at: string
}

interface PostTarget {
  enrolment_id: number
  person_id: number
  cohort_id: number
  thing_id: number
}

const LONGEST = 40_000

/** Reflections ingested from external blogs: they follow the original, and are never edited here. */
export function createExternalPosts(
  db: Database,
  clock: Clock,
  { activity, progress }: { activity: ActivityLog; progress: Pick<Progress, 'complete' | 'uncomplete'> },
) {
  const insert = db.prepare(`
    INSERT INTO reflection (enrolment_id, cohort_id, person_id, thing_id, title, body, html, excerpt, renderer, audience,
                            published_at, source, source_url)
    VALUES (:enrolment_id, :cohort_id, :person_id, :thing_id, :title, :body, :html, :excerpt, :renderer, :audience,
            :published_at, 'outside', :source_url)`)
  const update = db.prepare<object, PostTarget>(`
    UPDATE reflection
       SET title = :title, body = :body, html = :html, excerpt = :excerpt, renderer = :renderer,
           source_url = :source_url, revision = revision + 1, edited_at = :now
     WHERE id = :id AND source = 'outside' AND renderer = :renderer AND (body <> :body OR title <> :title)
    RETURNING person_id, cohort_id, enrolment_id, thing_id`)
  const relink = db.prepare(`
    UPDATE reflection
       SET title = :title, body = :body, html = :html, excerpt = :excerpt, renderer = :renderer, source_url = :source_url
     WHERE id = :id AND source = 'outside' AND (html <> :html OR title <> :title OR source_url <> :source_url)`)
  const place = db.prepare<[number], PostTarget>(
    "SELECT enrolment_id, person_id, cohort_id, thing_id FROM reflection WHERE id = ? AND source = 'outside'",
  )
  const setThing = db.prepare('UPDATE reflection SET thing_id = ? WHERE id = ?')
  const setAudience = db.prepare(
    "UPDATE reflection SET audience = :audience WHERE id = :id AND source = 'outside' AND audience <> :audience",
  )

  function rowOf(post: ExternalPost, otherwise: string) {
    return { ...post, ...titleAndExcerpt(post.title, post.html, () => otherwise), body: plainText(post.html, LONGEST) }
  }

  return {
    /**
     * Publishes the post as a reflection about the thing.
     * @param otherwise the title when there is neither title nor text
     */
    add(
      enrolment: Pick<Enrolment, 'id' | 'person_id'> & { cohort_id: number },
      thing: { id: number; title: string },
      post: ExternalPost,
      audience: Audience,
    ): { reflection_id: number; activity_id: number } {
      const { id: enrolment_id, person_id, cohort_id } = enrolment
      return transaction(db, () => {
        const place = { enrolment_id, cohort_id, person_id, thing_id: thing.id, audience }
        const reflection_id = Number(insert.run({ ...rowOf(post, thing.title), ...place }).lastInsertRowid)
        progress.complete(enrolment_id, thing.id)
        const what = { person_id, cohort_id, subject_id: reflection_id, detail: { thing_id: thing.id } }
        return { reflection_id, activity_id: activity.record('reflection.published', what) }
      })
    },

    /**
     * Updates the reflection from its original. It does not count as changed where the words are the same, as after a
     * move of the blog to https, or where it was rendered by an earlier version of this program.
     * @returns false when no words have changed
     */
    update(id: number, post: ExternalPost): boolean {
      return transaction(db, () => {
        const row = { ...rowOf(post, post.title), id }
        const found = update.get({ ...row, now: nowText(clock) })
        if (!found) {
          relink.run(row)
          return false
        }
        const { person_id, cohort_id, enrolment_id, thing_id } = found
        progress.complete(enrolment_id, thing_id)
        activity.record('reflection.edited', { person_id, cohort_id, subject_id: id })
        return true
      })
    },

    /** Moves the reflection to another thing. @returns the activity, for awards */
    moveToThing(id: number, thing_id: number): number | null {
      return transaction(db, () => {
        const before = place.get(id)
        if (!before || before.thing_id === thing_id) return null
        const { enrolment_id, person_id, cohort_id } = before
        setThing.run(thing_id, id)
        progress.uncomplete(enrolment_id, before.thing_id)
        progress.complete(enrolment_id, thing_id)
        return activity.record('reflection.published', { person_id, cohort_id, subject_id: id, detail: { thing_id } })
      })
    },

    setAudience: (id: number, audience: Audience): void => {
      setAudience.run({ id, audience })
    },
  }
}

export type ExternalPosts = ReturnType<typeof createExternalPosts>
