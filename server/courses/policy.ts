import type { Request } from 'express'
import { notFound } from '../web/http/http-error.ts'
import { HUES } from '../web/render/hues.ts'
import { acceptedLanguages } from '../web/text/languages.ts'
import type { CompletionRule } from './completion.ts'
import type { CourseContent, Thing } from './course-content.ts'
import type { Courses } from './courses.ts'
import { ruleShape } from './format/badge-rule-schema.ts'
import { SHAPES } from './format/schema.ts'

/** The rule of a badge: one schema for course folders, the database and forms. */
export const badgeRule = ruleShape
export const BADGE_SHAPES = SHAPES
export const BADGE_HUES = [...HUES, 'plain'] as const

/** SQL: the language in which `:viewer` reads courses, for `courses.content`; null for a guest. */
export const READER_LANGUAGE = '(SELECT language FROM person WHERE id = :viewer)'

/** A course in the language that the person has chosen; for guests, in one that their browser accepts. */
export function forReader(req: Request, course: CourseContent): CourseContent {
  if (req.user) return course.in(req.user.language)
  req.res?.vary('Accept-Language')
  const { language, languages } = course
  return course.in(acceptedLanguages(req, [language, ...languages])[0] ?? null)
}

/** Whether a reflection completes a thing, so that a minimum of words makes sense. */
export function asksForReflection({ by }: Pick<CompletionRule, 'by'>): boolean {
  return by === 'reflection' || by === 'both'
}

/** The course that the `:slug` of an address names, for authors. */
export function courseAt({ bySlug }: Pick<Courses, 'bySlug'>, req: Request): CourseContent {
  return bySlug(String(req.params['slug'])) ?? notFound()
}

/** The thing of a course that the `:thing` of an address names, hidden or not. */
export function thingAt({ things, hidden }: CourseContent, req: Request): Thing {
  const named = ({ slug }: Thing) => slug === req.params['thing']
  return things.find(named) ?? hidden.find(named) ?? notFound()
}
