import path from 'node:path'
import type { Foundation } from '../foundation.ts'
import type { Images } from '../images/images.ts'
import { createCourseAuthoring } from './authoring/authoring.ts'
import { createCourseLinks } from './course-links.ts'
import { createCourseMarkdown } from './course-markdown.ts'
import { createCourses } from './courses.ts'
import { createCoursePictures } from './pictures/pictures.ts'
import { createCourseDiff } from './transfer/course-diff.ts'
import { createPendingUploads } from './transfer/pending-uploads.ts'
import { createCourseTransfer } from './transfer/transfer.ts'
import { createCourseTranslations } from './translations/translations.ts'

export function createCourseServices(
  {
    config: { base_url, data_dir },
    db,
    clock,
    activity,
    jobs,
    markdown,
    siteName,
    uploads_folder,
    workers,
  }: Foundation,
  { images }: { images: Images },
) {
  const folder = path.join(uploads_folder, 'courses')
  const pictures = createCoursePictures(db, clock, { folder, activity, images })
  const courses = createCourses(db, { pictures })
  const courseMarkdown = createCourseMarkdown({ markdown, pictures })
  const courseDiff = createCourseDiff(workers)
  const deps = { activity, courseDiff, courseMarkdown, pictures, siteName, workers }
  return {
    courses,
    courseAuthoring: createCourseAuthoring(db, clock, { activity, courses, courseMarkdown }),
    courseDiff,
    courseLinks: createCourseLinks(db, { base_url }),
    courseMarkdown,
    coursePictures: pictures,
    courseTransfer: createCourseTransfer(db, clock, deps),
    courseTranslations: createCourseTranslations(db, clock, { activity, courseMarkdown }),
    pendingUploads: createPendingUploads(db, clock, {
      folder: path.join(data_dir, 'incoming'),
      jobs,
      alsoClean: pictures.removeOrphanedFiles,
    }),
  }
}

export type CourseServices = ReturnType<typeof createCourseServices>
