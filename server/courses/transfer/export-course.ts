import type { ActivityLog } from '../../activity/activity.ts'
import type { Database } from '../../db/open.ts'
import type { WorkerPool } from '../../workers/worker-pool.ts'
import { writeCourse } from '../format/course-files.ts'
import type { CourseFolder } from '../format/course-folder.ts'
import type { CourseOutline } from '../format/schema.ts'
import type { CoursePictures } from '../pictures/pictures.ts'
import type { CourseParts } from './write-task.ts'

const WRITE = new URL('./write-task.ts', import.meta.url)
/** A course of a hundred things in six languages is written within a few seconds. */
const LIMIT = { ms: 30_000 }

interface CourseExportDeps {
  activity: ActivityLog
  pictures: Pick<CoursePictures, 'readAll'>
  workers: WorkerPool
  exportOutline: (slug: string) => CourseOutline | null
}

/** Courses as files, with their pictures; null where there is no such course. */
export function createCourseExport(db: Database, { activity, pictures, workers, exportOutline }: CourseExportDeps) {
  const find = db.prepare<[string], number>('SELECT id FROM course WHERE slug = ?').pluck()

  return {
    /** @throws BrokenCourse where it has no things yet */
    async exportFolder(slug: string): Promise<CourseFolder | null> {
      const [id, outline] = [find.get(slug), exportOutline(slug)]
      return id !== undefined && outline ? { texts: writeCourse(outline), pictures: await pictures.readAll(id) } : null
    },

    /** @throws TaskError, and an error where it has no things yet */
    async exportZip(slug: string, by: number): Promise<Buffer | null> {
      const [id, outline] = [find.get(slug), exportOutline(slug)]
      if (id === undefined || !outline) return null
      const parts = { outline, pictures: await pictures.readAll(id) }
      const zip = Buffer.from(await workers.run<CourseParts, Uint8Array>(WRITE, parts, LIMIT))
      activity.record('course.exported', { person_id: by, subject_id: id })
      return zip
    },
  }
}
