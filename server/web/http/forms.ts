import { z } from 'zod'
import { isDate } from '../../db/clock.ts'
import { cleanLine, cleanText, withoutOuterSpace } from '../text/clean-text.ts'
import { readEmailAddress } from '../text/email-address.ts'
import type { Translate } from '../text/i18n.ts'
import { hasVisibleCharacter, hasVisibleMarkdown } from '../text/visible.ts'

/** A form as its page needs it: what was typed, and what is wrong with it, by field. */
export interface Form {
  values: Record<string, string>
  problems: Record<string, string>
}

/** The fields of a form as they were sent. */
export type FormBody = Record<string, unknown>

type FormResult<Data> = { ok: true; data: Data } | { ok: false; values: Record<string, string>; problems: Problems }
/** Problems as keys of words with their values, by field; `words` makes them readable. */
export type Problems = Record<string, { key: string; values?: Record<string, string | number> }>

export function emptyForm(values: Record<string, string> = {}): Form {
  return { values, problems: {} }
}

/** The page's form after a refused one: filled as typed, with the problems in words. */
export function refusedForm(t: Translate, refused: { values: Record<string, string>; problems: Problems }): Form {
  const problems = Object.entries(refused.problems).map(([field, { key, values }]) => [field, t(key, values)])
  return { values: refused.values, problems: Object.fromEntries(problems) }
}

/** Reads a form by its explicit list of fields: others are not seen, and repeated ones are a problem. */
export function readForm<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  body: unknown,
): FormResult<z.infer<z.ZodObject<Shape>>> {
  const sent: FormBody = typeof body === 'object' && body !== null ? { ...body } : {}
  const fields = Object.keys(schema.shape)
  const typed = Object.fromEntries(
    fields.filter((field) => Object.hasOwn(sent, field)).map((field) => [field, sent[field]]),
  )
  const read = schema.safeParse(typed)
  if (read.success) return { ok: true, data: read.data }
  const problems: Problems = {}
  for (const issue of read.error.issues) {
    const field = String(issue.path[0] ?? '')
    problems[field] ??= problemOf(issue, typed[field])
  }
  return { ok: false, values: asTyped(typed), problems }
}

function asTyped(typed: FormBody): Record<string, string> {
  return Object.fromEntries(Object.entries(typed).map(([field, value]) => [field, typedText(value)]))
}

/** A field as it can be shown again, whatever was sent: its first value, without what no page may contain. */
export function typedText(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' ? cleanText(first) : ''
}

function problemOf(issue: z.core.$ZodIssue, value: unknown): Problems[string] {
  if (Array.isArray(value)) return { key: 'problems.repeated' }
  if (issue.code === 'custom') return { key: issue.message }
  if (issue.code === 'too_big')
    return { key: 'problems.too_long', values: { max: Number(issue.maximum), length: lengthOf(value) } }
  if (issue.code === 'too_small') {
    const empty = typeof value !== 'string' || !hasVisibleCharacter(value)
    return empty
      ? { key: 'problems.empty' }
      : { key: 'problems.too_short', values: { min: Number(issue.minimum), length: lengthOf(value) } }
  }
  if (issue.code === 'invalid_format') return { key: `problems.${issue.format}` }
  if (issue.code === 'invalid_value') return { key: 'problems.choice' }
  return { key: value === undefined ? 'problems.empty' : 'problems.wrong' }
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : 0
}

/** One line, cleaned; what shows nothing is empty. */
export function line({ min = 1, max }: { min?: number; max: number }) {
  return z
    .string()
    .transform((typed) => visibleOrEmpty(cleanLine(typed)))
    .pipe(z.string().min(min).max(max))
}

/** Many lines, cleaned; what shows nothing is empty. */
export function text({ min = 1, max }: { min?: number; max: number }) {
  return z
    .string()
    .transform((typed) => visibleOrEmpty(cleanText(typed).trimEnd()))
    .pipe(z.string().min(min).max(max))
}

/** Markdown. What would show nothing, such as marks or a comment alone, is empty if that is allowed, else refused. */
export function markdownText({ min = 1, max }: { min?: number; max: number }) {
  return text({ min, max })
    .transform((typed) => (min > 0 || hasVisibleMarkdown(typed) ? typed : ''))
    .refine((typed) => typed === '' || hasVisibleMarkdown(typed), { error: 'problems.shows_nothing' })
}

function visibleOrEmpty(text: string): string {
  return hasVisibleCharacter(text) ? text : ''
}

const isFormDate = (text: string) => text.startsWith('20') && isDate(text)

/** A date of this century, as date fields send it. */
export const date = line({ max: 20 }).pipe(z.string().refine(isFormDate, { error: 'problems.no_date', abort: true }))
export const dateIfAny = line({ min: 0, max: 20 })
  .pipe(z.string().refine((text) => text === '' || isFormDate(text), { error: 'problems.no_date', abort: true }))
  .optional()
  .default('')

/** The number of a row. */
export const rowNumber = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number)

/** An address as people type and paste it. */
export const email = z
  .string()
  .transform((typed) => readEmailAddress(typed) ?? cleanLine(typed))
  .pipe(
    z
      .string()
      .min(1)
      .max(254)
      .refine((address) => readEmailAddress(address) === address, { error: 'problems.email' }),
  )

const LONGEST_PASSWORD = 200

/** A password to check, exactly as it was typed: `passwordMatches` tries it without outer white space too. */
export const currentPassword = z.string().min(1).max(LONGEST_PASSWORD)

/** A password to set: 12 characters or more; no kinds of characters are required. White space at its ends goes. */
export const newPassword = z.string().transform(withoutOuterSpace).pipe(z.string().min(12).max(LONGEST_PASSWORD))

/** The hidden field of forms that make something; a missing one is simply no promise. */
export const idempotencyKey = z
  .string()
  .max(64)
  .regex(/^[\w-]*$/)
  .optional()
  .default('')

/** On or off as it is sent and stored. */
export const onOrOffText = z.enum(['1', '0'])

export const onOrOff = onOrOffText.transform((value) => value === '1')

/** A check box, which is not sent when it is not ticked. */
export const checkbox = onOrOff.optional().default(false)

/** The version of what a form was made from, to notice that somebody else changed it meanwhile. */
export const versionField = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
