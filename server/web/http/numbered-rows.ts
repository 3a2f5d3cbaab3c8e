import type { z } from 'zod'
import { type FormBody, type Problems, readForm, typedText } from './forms.ts'

type NumberedFields = Record<string, string>

/** Rows as fields: credit_1_name, credit_1_part and so on, in their order. */
export function numberedFields(noun: string, rows: readonly object[]): NumberedFields {
  return Object.fromEntries(
    rows.flatMap((row, index) =>
      Object.entries(row).map(([part, value]) => [`${noun}_${index + 1}_${part}`, String(value ?? '')]),
    ),
  )
}

/** The rows as they were typed, to show them again, and no more of them than `max`. */
export function typedRows<Part extends string>(
  sent: FormBody,
  noun: string,
  parts: readonly Part[],
  max: number,
): Record<Part, string>[] {
  return rowsIn(sent, noun, parts, max).map((raw) => {
    return Object.fromEntries(parts.map((part) => [part, typedText(raw[part])])) as Record<Part, string>
  })
}

/** Reads each row by the schema; problems stand by the fields of `typedRows`. */
export function readRows<Shape extends z.ZodRawShape>(
  sent: FormBody,
  noun: string,
  schema: z.ZodObject<Shape>,
  max: number,
): { rows: z.infer<z.ZodObject<Shape>>[]; problems: Problems } {
  const problems: Problems = {}
  const rows = rowsIn(sent, noun, Object.keys(schema.shape), max).flatMap((raw, index) => {
    const form = readForm(schema, raw)
    if (form.ok) return [form.data]
    for (const [part, problem] of Object.entries(form.problems)) problems[`${noun}_${index + 1}_${part}`] = problem
    return []
  })
  return { rows, problems }
}

/** One more row than `max` is left, so that too many are noticed. */
function rowsIn(sent: FormBody, noun: string, parts: readonly string[], max: number): FormBody[] {
  const field = new RegExp(`^${noun}_([1-9]\\d{0,2})_(?:${parts.join('|')})$`)
  const numbers = new Set(Object.keys(sent).flatMap((name) => field.exec(name)?.[1] ?? []))
  return [...numbers]
    .map(Number)
    .sort((one, other) => one - other)
    .slice(0, max + 1)
    .map((number) => Object.fromEntries(parts.map((part) => [part, sent[`${noun}_${number}_${part}`]])))
}
