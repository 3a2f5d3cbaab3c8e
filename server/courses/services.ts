import path from 'node:path'
import type { Foundation } from '../foundation.ts'
import type { Images } from '../images/images.ts'
import { createCourses } from './courses.ts'
import { createCoursePictures } from './pictures/pictures.ts'
import { createIncoming } from './transfer/pending-uploads.ts'

export function createCourseServices(
  { config: { data_dir }, db, clock, activity, jobs, markdown, siteName, uploads_folder, workers }: Foundation,
  { images }: { images: Images },
) {
  const coursePictures = createCoursePictures(db, clock, {
    folder: path.join(uploads_folder, 'courses'),
    activity,
    images,
  })
  return {
    courses: createCourses(db, clock, { activity, pictures: coursePictures, markdown, workers, siteName }),
    incoming: createIncoming(db, clock, {
      folder: path.join(data_dir, 'incoming'),
      jobs,
      also: coursePictures.sweep,
    }),
  }
}

export type CourseServices = ReturnType<typeof createCourseServices>
