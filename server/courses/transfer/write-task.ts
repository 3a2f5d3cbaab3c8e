import { writeCourse } from '../format/course-files.ts'
import type { CourseOutline } from '../format/schema.ts'
import { writeArchive } from '../format/zip.ts'

/** The content of a course's ZIP. */
export interface CourseParts {
  outline: CourseOutline
  pictures: Map<string, Uint8Array>
}

/** Writes a course into a ZIP in a thread of the pool. */
export function run({ outline, pictures }: CourseParts): Promise<Uint8Array> {
  return writeArchive({ texts: writeCourse(outline), pictures })
}
