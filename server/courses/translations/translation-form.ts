import { z } from 'zod'
import {
  type FormBody,
  idempotencyKey,
  line,
  markdownText,
  type Problems,
  readForm,
  typedText,
} from '../../web/http/forms.ts'
import { lineIfAny, promptLines, revisionNumber } from '../authoring/thing-form.ts'
import type { CourseSet } from '../course-content.ts'
import { frontMatterText, readFrontMatter } from '../format/front-matter.ts'
import { BODY_MAX } from '../format/schema.ts'
import { type CourseWords, type ThingWords, thingTranslationShape } from '../format/translation-schema.ts'

/** A translation as it was sent: its words, the revision that was seen, and the idempotency key. */
type ReadTranslationForm<Words, More = object> =
  | ({ ok: true; words: Words; revision: number; once: string } & More)
  | { ok: false; problems: Problems }

const hidden = { revision: revisionNumber, once: idempotencyKey }

const thingForm = z.object({
  title: line({ max: 200 }),
  short: line({ max: 12 }),
  summary: line({ max: 500 }),
  body: markdownText({ min: 0, max: BODY_MAX }).optional().default(''),
  note: lineIfAny(2000),
  without_account: lineIfAny(2000),
  prompts: promptLines.optional().default([]),
  made_from: revisionNumber,
  ...hidden,
})
const courseForm = z.object({
  title: line({ max: 200 }),
  summary: line({ max: 500 }),
  made_from: z.string().max(12).optional().default(''),
  ...hidden,
})

const stepField = (slug: string, part: 'title' | 'detail') => `step_${part}_${slug}`
const setField = (slug: string) => `set_${slug}`

/** The values of the form's fields. */
export function fieldsOfThing({
  steps,
  prompts,
  note = '',
  without_account = '',
  ...words
}: ThingWords): Record<string, string> {
  const stepFields = steps.flatMap(({ slug, title, detail = '' }) => [
    [stepField(slug, 'title'), title],
    [stepField(slug, 'detail'), detail],
  ])
  return { ...words, note, without_account, prompts: prompts.join('\n'), ...Object.fromEntries(stepFields) }
}

export function fieldsOfCourse({ title, summary, sets }: CourseWords): Record<string, string> {
  return { title, summary, ...Object.fromEntries(sets.map((set) => [setField(set.slug), set.title])) }
}

/** Reads a thing's translation. Every part that the thing has is required, so that nobody reads half a translation. */
export function readThingTranslation(
  sent: FormBody,
  source: ThingWords,
): ReadTranslationForm<ThingWords, { made_from: number }> {
  const form = readForm(thingForm, sent)
  const fields = source.steps.flatMap(({ slug, detail }) => [
    [stepField(slug, 'title'), line({ max: 200 })],
    [stepField(slug, 'detail'), detail === undefined ? lineIfAny(1000) : line({ max: 1000 })],
  ])
  const rows = readForm(z.object(Object.fromEntries(fields)), sent)
  if (!form.ok || !rows.ok) {
    return { ok: false, problems: { ...(!form.ok && form.problems), ...(!rows.ok && rows.problems) } }
  }
  const { title, short, summary, note, without_account, made_from, revision, once } = form.data
  const step = (slug: string, part: 'title' | 'detail') => String(rows.data[stepField(slug, part)] ?? '')
  const words: ThingWords = {
    title,
    short,
    summary,
    steps: source.steps.map(({ slug }) => {
      const detail = step(slug, 'detail')
      return { slug, title: step(slug, 'title'), ...(detail ? { detail } : {}) }
    }),
    ...(note ? { note } : {}),
    ...(without_account ? { without_account } : {}),
    prompts: form.data.prompts,
    body: form.data.body.trim(),
  }
  const problems = problemsOf(words, source)
  return Object.keys(problems).length > 0 ? { ok: false, problems } : { ok: true, words, made_from, revision, once }
}

const PARTS = ['body', 'note', 'without_account', 'prompts'] as const

function problemsOf(words: ThingWords, source: ThingWords): Problems {
  const has = (of: ThingWords, part: (typeof PARTS)[number]) => (of[part]?.length ?? 0) > 0
  const missing = PARTS.filter((part) => has(source, part) && !has(words, part))
  if (missing.length > 0) {
    return Object.fromEntries(missing.map((part) => [part, { key: 'courses.translation.empty' }]))
  }
  if (words.prompts.some(({ length }) => length > 500)) return { prompts: { key: 'courses.edit.long_prompt' } }
  if (words.prompts.length > 200) return { prompts: { key: 'courses.edit.many_prompts' } }
  const { body, ...front } = words
  // valid for the course folder as well, so that it can be exported and imported again
  const file = readFrontMatter('thing.md', frontMatterText(thingTranslationShape, front, body), thingTranslationShape)
  return file.problems.length > 0 ? { '': { key: 'courses.edit.too_much' } } : {}
}

export function readCourseTranslation(
  sent: FormBody,
  sets: readonly Pick<CourseSet, 'slug'>[],
): ReadTranslationForm<CourseWords, { made_from: string }> {
  const form = readForm(courseForm, sent)
  const titles = readForm(
    z.object(Object.fromEntries(sets.map(({ slug }) => [setField(slug), line({ max: 200 })]))),
    sent,
  )
  if (!form.ok || !titles.ok) {
    return { ok: false, problems: { ...(!form.ok && form.problems), ...(!titles.ok && titles.problems) } }
  }
  const { title, summary, ...more } = form.data
  const words = { title, summary, sets: sets.map(({ slug }) => ({ slug, title: String(titles.data[setField(slug)]) })) }
  return { ok: true, words, ...more }
}

/** The values as they were typed, one for each field, to show the form again. */
export function typedIn(sent: FormBody): Record<string, string> {
  return Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, typedText(value)]))
}
