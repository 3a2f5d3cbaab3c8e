import type { z } from 'zod'
import { field, line, list, named, oneOf, whole } from '../../courses/format/schema-fields.ts'
import { cleanLine } from '../../web/text/clean-text.ts'
import { hasVisibleCharacter } from '../../web/text/visible.ts'

/** The inputs that a row of the form has beside its kind. */
export const RULE_INPUTS = ['number', 'set', 'things', 'to', 'waited', 'first', 'instead', 'ask'] as const
export type RuleInput = (typeof RULE_INPUTS)[number]

/** A sentence of the locale files: its key and values. */
export interface RuleMessage {
  key: string
  values?: Record<string, string | number>
}

/** A key of a rule: what it may be, and how an input of the form shows and reads it. */
export interface RuleField<Schema extends z.ZodType = z.ZodType> {
  schema: Schema
  input: RuleInput
  show(value: unknown): string
  /** The value is undefined where the key is left out. */
  read(typed: string): { value: unknown } | { problem: RuleMessage }
}

/** A whole number from 1 to `max`. */
export function numberField(max: number, input: RuleInput = 'number'): RuleField<z.ZodType<number>> {
  return {
    schema: whole(1, max),
    input,
    show: String,
    read(typed) {
      const text = typed.trim()
      if (/^[1-9]\d{0,3}$/.test(text) && Number(text) <= max) return { value: Number(text) }
      return { problem: { key: 'badges.form.no_number', values: { max } } }
    },
  }
}

/** The slug of a set. */
export function setField(): RuleField<z.ZodType<string>> {
  return {
    schema: named('safe-start'),
    input: 'set',
    show: String,
    read: (typed) => (typed === '' ? { problem: { key: 'problems.choice' } } : { value: typed }),
  }
}

/** The slugs of things; in the form with spaces between them. */
export function thingsField(): RuleField<z.ZodType<string[]>> {
  return {
    schema: list('things', named('maps'), 1),
    input: 'things',
    show: (things) => [things].flat().join(' '),
    read(typed) {
      const things = [...new Set(typed.split(' ').filter(Boolean))]
      return things.length === 0 ? { problem: { key: 'badges.form.no_things' } } : { value: things }
    },
  }
}

export function choiceField<const Choice extends string>(input: RuleInput, choices: readonly Choice[]) {
  return {
    schema: oneOf(choices),
    input,
    show: String,
    read: (typed: string) =>
      choices.some((choice) => choice === typed) ? { value: typed } : { problem: { key: 'problems.choice' } },
  } satisfies RuleField
}

/** A tick; the key is left out where it is not set. */
export function tickField(input: RuleInput, words: string) {
  return {
    schema: field<true>(
      `true, for ${words}; without the key it does not matter`,
      (value) => value === true,
    ).exactOptional(),
    input,
    show: (value: unknown) => (value ? '1' : ''),
    read: (typed: string) => ({ value: typed === '1' ? true : undefined }),
  } satisfies RuleField
}

/** Text on one line. */
export function textField(input: RuleInput, max: number): RuleField<z.ZodType<string>> {
  return {
    schema: line(max),
    input,
    show: String,
    read(typed) {
      const value = cleanLine(typed)
      if (!hasVisibleCharacter(value)) return { problem: { key: 'problems.empty' } }
      if (value.length > max) return { problem: { key: 'problems.too_long', values: { max, length: value.length } } }
      return { value }
    },
  }
}

export function optional<Schema extends z.ZodType>({ schema, input, show, read }: RuleField<Schema>) {
  return {
    schema: schema.exactOptional(),
    input,
    show: (value: unknown) => (value === undefined ? '' : show(value)),
    read: (typed: string) => (typed.trim() === '' ? { value: undefined } : read(typed)),
  } satisfies RuleField
}
