import { z } from 'zod'
import { type FormBody, line, type Problems, readForm, typedText } from '../../web/http/forms.ts'
import { freshSlug, slugFrom } from '../../web/text/slug.ts'
import { DEPTHS } from '../format/schema.ts'
import { type StepFields, sortByDepth } from './step-rows.ts'

const PARTS = ['slug', 'depth', 'title', 'detail'] as const
const FIELD = /^step_(?<number>[1-9]\d{0,2})_(?:slug|depth|title|detail)$/
const SLUG_MAX = 60

const rowForm = z.object({
  slug: line({ min: 0, max: SLUG_MAX }).optional().default(''),
  depth: z.enum(DEPTHS),
  title: line({ min: 0, max: 200 }).optional().default(''),
  detail: line({ min: 0, max: 1000 }).optional().default(''),
})

type ReadRows = { ok: true; rows: StepFields[] } | { ok: false; problems: Problems }

/** The rows as fields: step_1_title, step_1_detail and so on. */
export function numberedStepFields(rows: readonly StepFields[]): Record<string, string> {
  return Object.fromEntries(rows.flatMap((row, index) => PARTS.map((part) => [fieldOf(index, part), row[part]])))
}

/** The rows as they were typed, to show them again; the depth of a row is `start` unless it is valid. */
export function typedRows(sent: FormBody): StepFields[] {
  return rowsIn(sent).map(({ typed }) => typed)
}

/**
 * Reads the rows and skips empty ones. Problems are keyed by the fields of `typedRows`.
 * @param hasStep whether the thing has, or once had, a step of this slug: the form can keep such a slug, which ticks refer
 * to, and no new step gets one
 */
export function readRows(sent: FormBody, hasStep: (slug: string) => boolean): ReadRows {
  const problems: Problems = {}
  const rows = rowsIn(sent).flatMap(({ raw, typed }, index) => {
    const form = readForm(rowForm, raw)
    const row = form.ok ? form.data : typed
    const found = form.ok ? problemsOf(form.data) : form.problems
    for (const [part, problem] of Object.entries(found)) problems[fieldOf(index, part)] = problem
    return row.slug || row.title || row.detail ? [row] : []
  })
  if (Object.keys(problems).length > 0) return { ok: false, problems }
  if (!rows.some(({ depth }) => depth === 'start')) {
    return { ok: false, problems: { steps_start: { key: 'courses.edit.no_steps' } } }
  }
  return { ok: true, rows: named(rows, hasStep) }
}

function problemsOf({ slug, title, detail }: StepFields): Problems {
  return (slug || detail) && !title ? { title: { key: 'courses.edit.step_empty' } } : {}
}

function fieldOf(index: number, part: string): string {
  return `step_${index + 1}_${part}`
}

/** Each row as it was sent and as it can be shown, sorted by depth. */
function rowsIn(sent: FormBody): { raw: FormBody; typed: StepFields }[] {
  const numbers = new Set(Object.keys(sent).flatMap((name) => FIELD.exec(name)?.groups?.['number'] ?? []))
  const rows = [...numbers]
    .sort((one, other) => Number(one) - Number(other))
    .map((number) => {
      const raw = Object.fromEntries(PARTS.map((part) => [part, sent[`step_${number}_${part}`]]))
      const word = (part: (typeof PARTS)[number]) => typedText(raw[part])
      const depth = DEPTHS.find((depth) => depth === word('depth')) ?? 'start'
      return { raw, depth, typed: { slug: word('slug'), depth, title: word('title'), detail: word('detail') } }
    })
  return sortByDepth(rows)
}

/** Steps keep their slugs, which ticks refer to; a new step gets a slug that the thing never had. */
function named(rows: readonly StepFields[], hasStep: (slug: string) => boolean): StepFields[] {
  const taken = new Set<string>()
  const kept = rows.map((row) => {
    const keeps = row.slug !== '' && !taken.has(row.slug) && hasStep(row.slug)
    if (keeps) taken.add(row.slug)
    return keeps ? row : { ...row, slug: '' }
  })
  return kept.map((row) => {
    if (row.slug) return row
    const wanted = slugFrom(row.title, SLUG_MAX - 5) || 'step'
    const slug = freshSlug(wanted, (name) => taken.has(name) || hasStep(name))
    taken.add(slug)
    return { ...row, slug }
  })
}
