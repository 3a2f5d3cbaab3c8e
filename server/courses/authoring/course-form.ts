import { z } from 'zod'
import { type FormBody, idempotencyKey, line, type Problems, readForm, typedText } from '../../web/http/forms.ts'
import { numberedFields, readRows, typedRows } from '../../web/http/numbered-rows.ts'
import type { CourseContent } from '../course-content.ts'
import { courseShape, WEEKDAYS } from '../format/schema.ts'
import { type CourseFacts, factsFingerprint } from './course-facts.ts'

const CREDITS_MAX = 40
const CREDIT = ['name', 'part', 'link'] as const
export const PER_WEEK = ['1', '2', '3', '4', '5', '6', '7'] as const

const { language, credits } = courseShape.shape

const fits = (schema: z.ZodType, words: string) =>
  z.string().refine((typed) => schema.safeParse(typed).success, { error: words })

/** Reads "7, 13 and 19" as numbers, in order. */
const numbers = line({ min: 0, max: 200 })
  .transform((typed) => typed.replace(/[^\p{L}\p{N}]+/gu, ' ').trim())
  .pipe(z.string().refine((typed) => /^([1-9]\d?( [1-9]\d?)*)?$/.test(typed), { error: 'courses.about.no_numbers' }))
  .transform((typed) => Array.from(new Set(typed.split(' ').filter(Boolean).map(Number))).sort((a, b) => a - b))
  .optional()
  .default([])

const fields = {
  title: line({ max: 200 }),
  summary: line({ max: 500 }),
  language: line({ max: 35 }).pipe(fits(language, 'courses.about.no_language')),
  licence: line({ max: 200 }),
  weekday: z.enum(WEEKDAYS),
  per_week: z.enum(PER_WEEK).transform(Number),
  catch_up_after: numbers,
  once: idempotencyKey,
}

const creditForm = z.object({
  name: line({ min: 0, max: 200 }).optional().default(''),
  part: line({ min: 0, max: 200 }).optional().default(''),
  link: line({ min: 0, max: 2000 }).optional().default(''),
})

const newForm = z.object({ ...fields, set: line({ max: 200 }) })
const aboutForm = z.object({
  ...fields,
  public: z.literal('1').optional(),
  cover: line({ min: 0, max: 100 }).optional().default(''),
  seen: z.string().max(100_000).optional().default(''),
})

type ReadCourseForm<Data> = { ok: true; data: Data } | { ok: false; values: Record<string, string>; problems: Problems }

/** Reads the form of a new course. @param credit for the person who creates it */
export function readNewCourse(
  sent: FormBody,
  credit: { name: string; part: string },
): ReadCourseForm<{ once: string; course: Omit<CourseFacts, 'public' | 'cover'> & { set: string } }> {
  const form = readForm(newForm, sent)
  if (!form.ok) return form
  const { once, weekday, per_week, catch_up_after, ...words } = form.data
  const rhythm = { weekday, per_week, catch_up_after }
  return { ok: true, data: { once, course: { ...words, rhythm, credits: [credit] } } }
}

/** The values of the form's fields, with an empty row for one more credit. */
export function aboutFields(course: CourseContent): Record<string, string> {
  const { title, summary, language, licence, rhythm } = course
  const rows = course.credits.map(({ name, part, link = '' }) => ({ name, part, link }))
  return {
    ...{ title, summary, language, licence },
    weekday: rhythm.weekday,
    per_week: String(rhythm.per_week),
    catch_up_after: rhythm.catch_up_after.join(', '),
    public: course.public === 1 ? '1' : '',
    cover: course.cover ?? '',
    seen: factsFingerprint(course),
    ...numberedFields('credit', [...rows, { name: '', part: '', link: '' }]),
  }
}

/**
 * Reads the form by the rules of the course folder, so that every valid course can be exported.
 * @param covers the names of pictures to choose from
 */
export function readAbout(
  sent: FormBody,
  covers: readonly string[],
): ReadCourseForm<{ once: string; seen: string; facts: CourseFacts }> {
  const form = readForm(aboutForm, sent)
  const read = readCredits(sent)
  const problems: Problems = { ...(!form.ok && form.problems), ...read.problems }
  if (form.ok && form.data.cover && !covers.includes(form.data.cover)) problems['cover'] = { key: 'problems.choice' }
  if (!form.ok || Object.keys(problems).length > 0) return { ok: false, values: typedAbout(sent), problems }
  const { once, seen, weekday, per_week, catch_up_after, public: open, cover, ...words } = form.data
  const rhythm = { weekday, per_week, catch_up_after }
  const kept = { credits: read.credits, public: open ? (1 as const) : (0 as const), cover: cover || null }
  return { ok: true, data: { once, seen, facts: { ...words, rhythm, ...kept } } }
}

/** The values as they were typed, to show the form again. */
export function typedAbout(sent: FormBody): Record<string, string> {
  const typed = Object.keys(aboutForm.shape).map((name) => [name, typedText(sent[name])])
  const rows = typedRows(sent, 'credit', CREDIT, CREDITS_MAX)
  return { ...Object.fromEntries(typed), ...numberedFields('credit', rows) }
}

/** The numbers of the rows of credits. */
export function creditNumbers(values: Record<string, string>): number[] {
  return Object.keys(values).flatMap((name) => Number(/^credit_(\d+)_name$/.exec(name)?.[1] ?? 0) || [])
}

/** Skips empty rows. */
function readCredits(sent: FormBody): { credits: CourseFacts['credits']; problems: Problems } {
  const { rows, problems } = readRows(sent, 'credit', creditForm, CREDITS_MAX)
  const found: Problems = { ...problems }
  for (const [index, { name, part, link }] of rows.entries()) {
    const at = `credit_${index + 1}`
    if (!(name || part || link)) continue
    if (!name) found[`${at}_name`] ??= { key: 'problems.empty' }
    if (!part) found[`${at}_part`] ??= { key: 'problems.empty' }
    if (link && !credits.safeParse([{ name: 'x', part: 'x', link }]).success) {
      found[`${at}_link`] ??= { key: 'courses.about.no_link' }
    }
  }
  const kept = rows.filter(({ name, part, link }) => name || part || link)
  if (kept.length > CREDITS_MAX) found[''] = { key: 'courses.about.many_credits' }
  return { credits: kept.map(({ link, ...credit }) => ({ ...credit, ...(link ? { link } : {}) })), problems: found }
}
