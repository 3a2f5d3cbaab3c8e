import type { Database } from '../../db/open.ts'
import { IS_OPEN, MAY_READ, MAY_READ_COMMENT } from '../policy.ts'
import { buildThreads, type CommentPage, type CommentRow } from './threads.ts'

/** So many comments are on a page, besides the ones that their threads begin with. */
const PER_PAGE = 50

/** The requested page of comments; the newest by default. */
export interface CommentPageCursor {
  /** The comments before this one. */
  before?: number | null
  /** The comments after this one. */
  after?: number | null
  /** The comments around this one. */
  around?: number | null
}

interface PageRow extends CommentRow {
  /** 0: it is there because a thread of the page begins with it. */
  on_page: 0 | 1
}

/** Reads the comments under a reflection page by page, without touching the other rows. */
export function createCommentPages(db: Database) {
  const READABLE = `
    FROM comment AS k JOIN reflection AS r ON r.id = k.reflection_id
   WHERE k.reflection_id = :reflection_id AND ${MAY_READ} AND ${IS_OPEN} AND ${MAY_READ_COMMENT}`
  const commentsOfPage = db.prepare<{ reflection_id: number; viewer: number; up_to: number; size: number }, PageRow>(`
    WITH page AS MATERIALIZED (
      SELECT k.id, k.parent_id ${READABLE} AND k.id <= :up_to ORDER BY k.id DESC LIMIT :size)
    SELECT k.id, k.parent_id, CASE k.person_id WHEN :viewer THEN k.body ELSE '' END AS body, k.html, k.written_at,
           k.edited_at, k.hidden_at, k.hidden_note, k.person_id, person.name, person.handle, person.workplace,
           k.id IN (SELECT id FROM page) AS on_page,
           (SELECT read_to FROM reading WHERE person_id = :viewer AND reflection_id = r.id) AS read_to,
           EXISTS (SELECT 1 FROM following WHERE person_id = :viewer AND reflection_id = r.id) AS follows
      FROM comment AS k
      JOIN reflection AS r ON r.id = k.reflection_id
      LEFT JOIN person ON person.id = k.person_id
     WHERE k.id IN (SELECT id FROM page UNION SELECT parent_id FROM page)
       AND (k.deleted_at IS NOT NULL OR ${MAY_READ_COMMENT})
     ORDER BY k.id`)
  const later = db
    .prepare<{ reflection_id: number; viewer: number; after: number; size: number }, number>(
      `SELECT k.id ${READABLE} AND k.id > :after ORDER BY k.id LIMIT :size`,
    )
    .pluck()
  const firstNew = db
    .prepare<{ reflection_id: number; viewer: number; read_to: number }, number>(
      `SELECT k.id ${READABLE} AND k.id > :read_to AND k.person_id <> :viewer ORDER BY k.id LIMIT 1`,
    )
    .pluck()

  /** Up to which comment the page goes, and whether there are later ones. */
  function endOf(talk: { reflection_id: number; viewer: number }, { before, after, around }: CommentPageCursor) {
    if (before) return { up_to: before - 1, has_later: true }
    const from = after ?? around
    if (!from) return { up_to: Number.MAX_SAFE_INTEGER, has_later: false }
    const wanted = after ? PER_PAGE : PER_PAGE / 2
    const ids = later.all({ ...talk, after: from, size: wanted + 1 })
    return { up_to: ids[wanted - 1] ?? ids.at(-1) ?? from, has_later: ids.length > wanted }
  }

  /** What the viewer may read of the talk under a reflection, in threads, oldest first. */
  return function page(reflection_id: number, viewer: number, part: CommentPageCursor = {}): CommentPage {
    const where = { reflection_id, viewer }
    const { up_to, has_later } = endOf(where, part)
    const rows = commentsOfPage.all({ ...where, up_to, size: PER_PAGE + 1 })
    const found = rows.filter(({ on_page }) => on_page === 1)
    const shown = found.slice(-PER_PAGE)
    const [oldest, newest] = [shown[0]?.id ?? 0, shown.at(-1)?.id ?? null]
    const firsts = new Set(shown.map(({ parent_id }) => parent_id))
    const threads = buildThreads(
      rows.filter(({ id, on_page }) => (on_page === 1 && id >= oldest) || firsts.has(id)),
      viewer,
    )
    const earlier = found.length > PER_PAGE ? oldest : null
    const first_new =
      earlier && threads.first_new
        ? (firstNew.get({ ...where, read_to: rows[0]?.read_to ?? 0 }) ?? null)
        : threads.first_new
    return { ...threads, first_new, earlier, later: has_later ? newest : null }
  }
}
