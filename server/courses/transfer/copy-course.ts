import type { ActivityLog } from '../../activity/activity.ts'
import { type Database, transaction } from '../../db/open.ts'
import { courseSlugs } from '../course-slug.ts'
import type { CourseOutline } from '../format/schema.ts'
import type { Attribution } from './attribution-queries.ts'
import type { ImportOutline } from './import-outline.ts'
import { badgeRenamer } from './rename-badges.ts'

interface CopyCourseDeps {
  activity: ActivityLog
  attribution: Attribution
  exportOutline: (slug: string) => CourseOutline | null
  importOutline: ImportOutline
}

/** Makes the function that copies a course of this site; it runs in the caller's transaction or in one of its own. */
export function courseCopier(db: Database, { activity, attribution, exportOutline, importOutline }: CopyCourseDeps) {
  const freeSlug = courseSlugs(db)
  const renameBadges = badgeRenamer(db)
  const forMembers = db.prepare('UPDATE course SET public = 0, revision = revision + 1 WHERE id = ?')

  /**
   * The copy is not public; it keeps the credits, and its badges get other slugs.
   * @returns its slug, or null where there is no such course
   */
  return (slug: string, title: string, by: number): string | null =>
    transaction(db, () => {
      const outline = exportOutline(slug)
      if (!outline) return null
      const copy = freeSlug(title)
      const badges = renameBadges(outline.badges)
      // a course without things has no folder, and so nothing can be compared with it later
      const has_things = outline.things.length > 0
      const forked = { ...outline, ...(has_things && attribution.parents(outline)), slug: copy, title, badges }
      const course_id = importOutline(forked, by)
      if (has_things) attribution.recordCopy(course_id, outline)
      forMembers.run(course_id)
      const detail = { slug: copy, copied_from: slug }
      activity.record('course.copied', { person_id: by, subject_id: course_id, detail })
      return copy
    })
}
