import type { ActivityLog } from '../../activity/activity.ts'
import type { Clock } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import type { WorkerPool } from '../../workers/worker-pool.ts'
import type { CourseMarkdown } from '../course-markdown.ts'
import { courseSlugs } from '../course-slug.ts'
import { readCourse, writeCourse } from '../format/course-files.ts'
import type { CourseFolder } from '../format/course-folder.ts'
import { readFolder } from '../format/read-folder.ts'
import type { CoursePictures } from '../pictures/pictures.ts'
import { createAttribution } from './attribution-queries.ts'
import type { CourseDiff } from './course-diff.ts'
import { outlineExporter } from './export-outline.ts'
import { createCourseImport } from './import-course.ts'
import { outlineImporter } from './import-outline.ts'
import { createCourseInspection } from './inspect-course.ts'
import { badgeRenamer } from './rename-badges.ts'
import type { CourseParts } from './write-task.ts'

const WRITE = new URL('./write-task.ts', import.meta.url)
/** A course of a hundred things in six languages is written within a few seconds. */
const LIMIT = { ms: 30_000 }

interface CourseTransferDeps {
  activity: ActivityLog
  courseDiff: CourseDiff
  courseMarkdown: CourseMarkdown
  pictures: CoursePictures
  siteName: () => string
  workers: WorkerPool
}

/** Courses as outlines, folders and ZIPs: exported, imported, copied, and merged with a newer version of their parent. */
export function createCourseTransfer(db: Database, clock: Clock, deps: CourseTransferDeps) {
  const { activity, courseMarkdown, pictures, siteName, workers } = deps
  const exportOutline = outlineExporter(db)
  const importOutline = outlineImporter(db, clock, { activity, renderMarkdown: courseMarkdown.render, exportOutline })
  const attribution = createAttribution(db, clock, { pictures, siteName })
  const find = db.prepare<[string], number>('SELECT id FROM course WHERE slug = ?').pluck()
  const forMembers = db.prepare('UPDATE course SET public = 0, revision = revision + 1 WHERE id = ?')
  const freeSlug = courseSlugs(db)
  const renameBadges = badgeRenamer(db)

  return {
    exportOutline,
    importOutline,

    /** Null where there is no such course. @throws BrokenCourse where it has no things yet */
    async exportFolder(slug: string): Promise<CourseFolder | null> {
      const [id, outline] = [find.get(slug), exportOutline(slug)]
      return id !== undefined && outline ? { texts: writeCourse(outline), pictures: await pictures.readAll(id) } : null
    },

    /** Null where there is no such course. @throws TaskError, and an error where it has no things yet */
    async exportZip(slug: string, by: number): Promise<Buffer | null> {
      const [id, outline] = [find.get(slug), exportOutline(slug)]
      if (id === undefined || !outline) return null
      const parts = { outline, pictures: await pictures.readAll(id) }
      const zip = Buffer.from(await workers.run<CourseParts, Uint8Array>(WRITE, parts, LIMIT))
      activity.record('course.exported', { person_id: by, subject_id: id })
      return zip
    },

    /** The texts of a folder on this machine, without pictures. @throws BrokenCourse */
    importFolder(folder: string, by: number | null): number {
      const files = readFolder(folder)
      return importOutline(readCourse(files), by, files)
    },

    ...createCourseInspection(deps),
    ...createCourseImport(db, { ...deps, attribution, exportOutline, importOutline }),

    /**
     * Copies a course of this site. The copy is not public; it keeps the credits, and its badges get other slugs.
     * @returns its slug, or null where there is no such course
     */
    copyCourse(slug: string, title: string, by: number): string | null {
      return transaction(db, () => {
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
    },
  }
}

export type CourseTransfer = ReturnType<typeof createCourseTransfer>
