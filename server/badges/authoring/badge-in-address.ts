import type { Request } from 'express'
import type { CourseContent } from '../../courses/course-content.ts'
import { courseAt } from '../../courses/policy.ts'
import type { Services } from '../../services.ts'
import { notFound } from '../../web/http/http-error.ts'
import type { EditedBadge } from './editing.ts'

/** The badge of an address for authors, and its course. */
export function badgeAt(
  { badgeEditing, courses }: Pick<Services, 'badgeEditing' | 'courses'>,
  req: Request,
): { course: CourseContent; badge: EditedBadge } {
  const course = courseAt(courses, req)
  return { course, badge: badgeEditing.find(course.id, String(req.params['badge'])) ?? notFound() }
}
