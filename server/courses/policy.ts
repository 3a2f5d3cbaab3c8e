import type { Request } from 'express'
import { notFound } from '../web/http/http-error.ts'
import { HUES } from '../web/render/hues.ts'
import { acceptedLanguages } from '../web/text/languages.ts'
import type { CompletionRule } from './completion.ts'
import type { CourseContent } from './course-content.ts'
import type { Courses } from './courses.ts'
import { ruleShape } from './format/badge-rule-schema.ts'
import { SHAPES } from './format/schema.ts'

/** What a badge may ask for: one shape for a course folder, the database and a form. */
export const badgeRule = ruleShape
export const BADGE_SHAPES = SHAPES
export const BADGE_HUES = [...HUES, 'plain'] as const

/** SQL: the language in which `:viewer` reads courses, for `courses.content`; null for a guest. */
export const READER_LANGUAGE = '(SELECT language FROM person WHERE id = :viewer)'

/** A course for whoever asks: in the language that she has chosen, for a guest in one that her browser asks for. */
export function forReader(req: Request, course: CourseContent): CourseContent {
  if (req.user) return course.in(req.user.language)
  req.res?.vary('Accept-Language')
  const { language, languages } = course
  return course.in(acceptedLanguages(req, [language, ...languages])[0] ?? null)
}

/** Is it by a reflection that a thing is done, so that its words may be counted? */
export function asksForReflection({ by }: Pick<CompletionRule, 'by'>): boolean {
  return by === 'reflection' || by === 'both'
}

/** The course of an address for authors. */
export function courseAt({ bySlug }: Pick<Courses, 'bySlug'>, req: Request): CourseContent {
  return bySlug(String(req.params['slug'])) ?? notFound()
}
