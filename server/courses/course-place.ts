import type { Request } from 'express'
import { notFound } from '../web/refusal.ts'
import type { CourseContent, Courses } from './courses.ts'

/** The course of an address for authors. */
export function courseAt({ bySlug }: Pick<Courses, 'bySlug'>, req: Request): CourseContent {
  return bySlug(String(req.params['slug'])) ?? notFound()
}
