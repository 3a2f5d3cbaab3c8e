import type { Courses } from '../courses/courses.ts'
import type { Database } from '../db/open.ts'
import { pageOf } from '../db/page.ts'
import { MAY_READ } from './policy.ts'
import { STREAM_ITEM_SELECT, type StreamItemRow, streamItemMapper } from './stream-item.ts'

const PAGE = 20

/** The reflections of a pod's members that the viewer may read, newest first. */
export function createPodPosts(db: Database, { courses }: { courses: Courses }) {
  const toItem = streamItemMapper(courses)
  const posts = db.prepare<{ viewer: number; pod_id: number; before: number; limit: number }, StreamItemRow>(`
    ${STREAM_ITEM_SELECT} WHERE r.enrolment_id IN (SELECT id FROM enrolment WHERE pod_id = :pod_id) AND r.id < :before AND ${MAY_READ}
     ORDER BY r.id DESC LIMIT :limit`)

  return function podPosts(pod_id: number, viewer: number, before = Number.MAX_SAFE_INTEGER) {
    const { items, next } = pageOf(posts.all({ viewer, pod_id, before, limit: PAGE + 1 }), PAGE)
    return { items: items.map(toItem), older: next?.id ?? null }
  }
}
