import type { CourseFolder } from '../format/course-folder.ts'
import type { LinkPlace } from '../format/link-check.ts'
import type { CourseOutline } from '../format/schema.ts'
import type { CoursePicture } from '../pictures/picture-files.ts'

/** Which course an import changes: the one of its slug, a new one beside that, or one that was forked from it. */
export type ImportTarget = { kind: 'itself' } | { kind: 'beside' } | { kind: 'fork'; slug: string }

/** A course that was read from a ZIP or a folder: its texts and pictures are valid, and nothing of it is saved. */
export interface InspectedCourse {
  outline: CourseOutline
  texts: ReadonlyMap<string, string>
  bytes: CourseFolder['pictures']
  pictures: CoursePicture[]
  links: LinkPlace[]
  /** Files that are no part of the course, such as a README. */
  passed_over: string[]
  /** Pictures that were drawn anew, as they were sent and as they are now. */
  redrawn: { from: string; to: string }[]
}
