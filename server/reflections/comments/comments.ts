import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, instantText, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import type { RenderMarkdown } from '../markdown/markdown-renderer.ts'
import { IS_OPEN, MAY_READ, MAY_READ_COMMENT } from '../policy.ts'
import { createCommentPages } from './comment-pages.ts'
import type { Mentions, ReaderScope } from './mentions.ts'

/** The position of a new comment. */
interface ReplyTarget extends ReaderScope {
  reflection_id: number
  /** The first comment of the thread, for a reply. */
  parent_id: number | null
}

interface WrittenComment {
  comment_id: number
  activity_id: number
  /** True when a mention stays plain text because of the writer's hourly limit. */
  too_many: boolean
}

interface OwnComment extends ReaderScope {
  id: number
  reflection_id: number
  written_at: string
  /** People who left the cohort may delete their comments, but not change or add any. */
  may_edit: 0 | 1
}

interface CommentsDeps {
  activity: ActivityLog
  mentions: Mentions
  renderMarkdown: RenderMarkdown
}

/** Edits within this time after writing are not marked as edited. */
const SILENTLY = Temporal.Duration.from({ minutes: 15 })

const CIRCLE = 'r.person_id AS author_id, r.enrolment_id, r.cohort_id, r.state'
/** SQL: is `:viewer` in the cohort of the reflection `r`? */
const IS_MEMBER = `EXISTS (
  SELECT 1 FROM enrolment WHERE cohort_id = r.cohort_id AND person_id = :viewer AND left_at IS NULL)`
/** SQL: the audiences from the smallest, to find the smaller of two by. */
const LADDER = "'me guides pod cohort world'"

export function createComments(db: Database, clock: Clock, { activity, mentions, renderMarkdown }: CommentsDeps) {
  // Triggers count the days that an answered reflection waited: comment_has_author, answer_goes,
  // answer_leaves_its_place. comment_place_gone deletes the empty place of a deleted comment with its last reply.
  const page = createCommentPages(db)
  const WRITES = `${MAY_READ} AND ${IS_OPEN} AND ${IS_MEMBER}`
  const below = db.prepare<{ reflection_id: number; viewer: number }, ReplyTarget>(`
    SELECT r.id AS reflection_id, NULL AS parent_id, r.audience, ${CIRCLE} FROM reflection AS r
     WHERE r.id = :reflection_id AND ${WRITES}`)
  // a reply is attached to the first comment of its thread, and keeps its audience
  const under = db.prepare<{ reflection_id: number; parent: number; viewer: number }, ReplyTarget>(`
    SELECT r.id AS reflection_id, coalesce(k.parent_id, k.id) AS parent_id, ${CIRCLE},
           CASE WHEN instr(${LADDER}, k.audience) < instr(${LADDER}, r.audience) THEN k.audience ELSE r.audience END AS audience
      FROM comment AS k JOIN reflection AS r ON r.id = k.reflection_id
     WHERE k.id = :parent AND r.id = :reflection_id AND ${WRITES} AND ${MAY_READ_COMMENT}`)
  const insert = db
    .prepare<object, number>(`
    INSERT INTO comment (reflection_id, person_id, parent_id, body, html, renderer, audience, written_at)
    SELECT r.id, :viewer, :parent_id, :body, :html, :renderer, :audience, :now
      FROM reflection AS r
     WHERE r.id = :reflection_id AND ${WRITES}
    RETURNING id`)
    .pluck()
  const readable = db.prepare<{ id: number; viewer: number }, { reflection_id: number; mine: 0 | 1 }>(`
    SELECT r.id AS reflection_id, k.person_id = :viewer AS mine
      FROM comment AS k JOIN reflection AS r ON r.id = k.reflection_id
     WHERE k.id = :id AND ${MAY_READ} AND ${IS_OPEN} AND ${MAY_READ_COMMENT}`)
  const own = db.prepare<{ id: number; viewer: number }, OwnComment>(`
    SELECT k.id, k.reflection_id, k.written_at, k.audience, ${CIRCLE}, ${IS_MEMBER} AS may_edit
      FROM comment AS k JOIN reflection AS r ON r.id = k.reflection_id
     WHERE k.id = :id AND k.person_id = :viewer AND ${MAY_READ}`)
  const update = db.prepare(`
    UPDATE comment SET body = :body, html = :html, renderer = :renderer, edited_at = coalesce(:edited_at, edited_at)
     WHERE id = :id`)
  const clear = db.prepare(`
    UPDATE comment SET person_id = NULL, body = '', html = '', edited_at = NULL, deleted_at = :now
     WHERE id = :id AND EXISTS (SELECT 1 FROM comment AS other WHERE other.parent_id = comment.id)`)
  const remove = db.prepare('DELETE FROM comment WHERE id = ?')

  /** The position of the person's new comment; null when they may not write, or `parent` no longer exists. */
  function replyTarget(reflection_id: number, person_id: number, parent: number | null = null): ReplyTarget | null {
    const where = { reflection_id, viewer: person_id }
    return (parent === null ? below.get(where) : under.get({ ...where, parent })) ?? null
  }

  /** Renders a comment; the returned function writes it, or returns null when the person may not. */
  function prepareComment(target: ReplyTarget, person_id: number, body: string): () => WrittenComment | null {
    const named = mentions.prepare(target, person_id)
    const rendered = renderMarkdown(body, { mentions: named.links })
    const { reflection_id, cohort_id } = target
    const act = (): WrittenComment | null => {
      const comment_id = insert.get({ ...target, viewer: person_id, body, ...rendered, now: nowText(clock) })
      if (comment_id === undefined) return null
      named.save({ comment_id })
      const facts = { person_id, cohort_id, subject_id: comment_id, detail: { reflection_id } }
      return { comment_id, activity_id: activity.record('comment.written', facts), too_many: named.too_many }
    }
    return () => transaction(db, act)
  }

  return {
    page,
    replyTarget,
    prepareComment,

    /** Writes at once. */
    write(reflection_id: number, person_id: number, body: string, parent: number | null = null): WrittenComment | null {
      const target = replyTarget(reflection_id, person_id, parent)
      return target && prepareComment(target, person_id, body)()
    },

    /** A comment that the viewer may read. */
    readable: (id: number, viewer: number) => readable.get({ id, viewer }) ?? null,

    /** The person's own comment, while they may read the reflection above it. */
    own: (id: number, person_id: number): OwnComment | null => own.get({ id, viewer: person_id }) ?? null,

    /** Changes an own comment; later changes are marked as edited. @returns true when the mention limit was reached */
    edit(comment: OwnComment, person_id: number, body: string): { too_many: boolean } {
      const { id } = comment
      const named = mentions.prepare(comment, person_id, { comment_id: id })
      const rendered = renderMarkdown(body, { mentions: named.links })
      const silent = nowText(clock) <= instantText(Temporal.Instant.from(comment.written_at).add(SILENTLY))
      transaction(db, () => {
        update.run({ id, body, ...rendered, edited_at: silent ? null : nowText(clock) })
        named.save({ comment_id: id })
        activity.record('comment.edited', { person_id, subject_id: id })
      })
      return { too_many: named.too_many }
    },

    /** Deletes an own comment; with replies an empty comment stays, without name and text. */
    remove(id: number, person_id: number): void {
      transaction(db, () => {
        if (clear.run({ id, now: nowText(clock) }).changes === 0) remove.run(id)
        activity.record('comment.deleted', { person_id, subject_id: id })
      })
    },
  }
}
