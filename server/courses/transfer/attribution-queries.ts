import { type Clock, nowText } from '../../db/clock.ts'
import type { Database } from '../../db/open.ts'
import { readCourse, writeCourse } from '../format/course-files.ts'
import type { CourseOutline, Parent } from '../format/schema.ts'
import type { CoursePictures } from '../pictures/pictures.ts'
import { hashesByPath, parentsOf } from './attribution.ts'

interface AttributionDeps {
  pictures: CoursePictures
  siteName: () => string
}

/** Which courses were forked from which, with the version of the parent that was merged last. */
export function createAttribution(db: Database, clock: Clock, { pictures, siteName }: AttributionDeps) {
  const find = db.prepare<[string], number>('SELECT id FROM course WHERE slug = ?').pluck()
  const base = db.prepare<[number], string>('SELECT files FROM course_base WHERE course_id = ?').pluck()
  const forks = db.prepare<[string], { slug: string; title: string }>(`
    SELECT slug, title FROM course_base JOIN course ON course.id = course_id WHERE parent_slug = ? ORDER BY course.id`)
  const put = db.prepare(`
    INSERT INTO course_base (course_id, parent_slug, files, pictures, taken_at)
    VALUES (:course_id, :parent_slug, :files, :pictures, :now)
    ON CONFLICT (course_id) DO UPDATE
      SET parent_slug = excluded.parent_slug, files = excluded.files, pictures = excluded.pictures, taken_at = excluded.taken_at`)

  const hashesOf = (slug: string) => hashesByPath(pictures.list(find.get(slug) ?? 0))

  const attribution = {
    /** The parents of a fork of this course of the site. */
    parents: (outline: CourseOutline): { parents: Parent[] } => parentsOf(outline, hashesOf(outline.slug), siteName()),

    /** Records that a course is a copy of `parent`, and copies the pictures, within the caller's transaction. */
    recordCopy(course_id: number, parent: CourseOutline): void {
      pictures.replace(course_id, pictures.list(find.get(parent.slug) ?? 0))
      attribution.saveBase(course_id, parent, hashesOf(parent.slug))
    },

    saveBase(course_id: number, parent: CourseOutline, hashes: ReadonlyMap<string, string>): void {
      const files = JSON.stringify(Object.fromEntries(writeCourse(parent)))
      const kept = { files, pictures: JSON.stringify(Object.fromEntries(hashes)) }
      put.run({ course_id, parent_slug: parent.slug, ...kept, now: nowText(clock) })
    },

    /** The version of the parent that was merged last. */
    base(course_id: number): CourseOutline | null {
      const files = base.get(course_id)
      return files === undefined ? null : readCourse(new Map(Object.entries(JSON.parse(files))))
    },

    /** The courses of this site that were forked from one of this slug. */
    forks: (slug: string) => forks.all(slug),
  }
  return attribution
}

export type Attribution = ReturnType<typeof createAttribution>
