import type { Courses } from '../courses/courses.ts'
import type { Database } from '../db/open.ts'
import { MAY_READ } from './policy.ts'
import { STREAM_ITEM_SELECT, type StreamItem, type StreamItemRow, streamItemMapper } from './stream-item.ts'

const PAGE = 20

/**
 * What the people of a pod have written, to whomever, as far as the viewer may read it; the newest first.
 * @returns a page of it, and the id after which it goes on
 */
export function createPodPosts(db: Database, { courses }: { courses: Courses }) {
  const toItem = streamItemMapper(courses)
  const posts = db.prepare<{ viewer: number; pod_id: number; before: number; limit: number }, StreamItemRow>(`
    ${STREAM_ITEM_SELECT} WHERE r.enrolment_id IN (SELECT id FROM enrolment WHERE pod_id = :pod_id) AND r.id < :before AND ${MAY_READ}
     ORDER BY r.id DESC LIMIT :limit`)

  return function podPosts(pod_id: number, viewer: number, before = Number.MAX_SAFE_INTEGER) {
    const rows = posts.all({ viewer, pod_id, before, limit: PAGE + 1 })
    const items: StreamItem[] = rows.slice(0, PAGE).map(toItem)
    return { items, older: rows.length > PAGE ? (items.at(-1)?.id ?? null) : null }
  }
}
