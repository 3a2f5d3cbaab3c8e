import type { ActivityLog } from '../../activity/activity.ts'
import type { Clock } from '../../db/clock.ts'
import type { Database } from '../../db/open.ts'
import type { WorkerPool } from '../../workers/worker-pool.ts'
import type { CourseMarkdown } from '../course-markdown.ts'
import { readCourse } from '../format/course-files.ts'
import { readFolder } from '../format/read-folder.ts'
import type { CoursePictures } from '../pictures/pictures.ts'
import { createAttribution } from './attribution-queries.ts'
import { courseCopier } from './copy-course.ts'
import type { CourseDiff } from './course-diff.ts'
import { createCourseExport } from './export-course.ts'
import { outlineExporter } from './export-outline.ts'
import { createCourseImport } from './import-course.ts'
import { outlineImporter } from './import-outline.ts'

interface CourseTransferDeps {
  activity: ActivityLog
  courseDiff: CourseDiff
  courseMarkdown: CourseMarkdown
  pictures: CoursePictures
  siteName: () => string
  workers: WorkerPool
}

/** Courses as outlines, folders and ZIPs: exported, imported, copied, and merged with a newer version of their parent. */
export function createCourseTransfer(
  db: Database,
  clock: Clock,
  { activity, courseDiff, courseMarkdown, pictures, siteName, workers }: CourseTransferDeps,
) {
  const exportOutline = outlineExporter(db)
  const importOutline = outlineImporter(db, clock, { activity, renderMarkdown: courseMarkdown.render, exportOutline })
  const attribution = createAttribution(db, clock, { pictures, siteName })
  const outlines = { activity, attribution, exportOutline, importOutline }

  return {
    exportOutline,
    importOutline,

    /** The texts of a folder on this machine, without pictures. @throws BrokenCourse */
    importFolder(folder: string, by: number | null): number {
      const files = readFolder(folder)
      return importOutline(readCourse(files), by, files)
    },

    copyCourse: courseCopier(db, outlines),
    ...createCourseExport(db, { activity, pictures, workers, exportOutline }),
    ...createCourseImport(db, { ...outlines, courseDiff, courseMarkdown, pictures, workers }),
  }
}

export type CourseTransfer = ReturnType<typeof createCourseTransfer>
