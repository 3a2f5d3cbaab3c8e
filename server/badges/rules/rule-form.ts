import type { KeptRule } from '../../courses/format/badge-rule-schema.ts'
import type { Problems } from '../../web/http/forms.ts'
import { numberedFields, typedRows } from '../../web/http/numbered-rows.ts'
import { type KeptPlainRule, type KeptSimpleRule, kindOf, RULE_KINDS } from './kinds.ts'
import { RULE_INPUTS, type RuleInput } from './rule-fields.ts'
import { isCombined } from './rules.ts'

/** A rule as a form without scripts has it: up to eight rows, of which each says one thing, and how they go together. */

export const MOST_ROWS = 8
// the things of a row are ticked one by one, and read by themselves
const TEXT_INPUTS = ['kind', ...RULE_INPUTS.filter((input) => input !== 'things')] as const

export type RuleRow = Record<'kind' | RuleInput, string>
/** One that says nothing yet. */
export const EMPTY_ROW = Object.fromEntries(['kind', ...RULE_INPUTS].map((input) => [input, ''])) as RuleRow

/** The kinds that may be chosen, in the order of the form. */
export function kindOptions(): { name: string; by_people: boolean; inputs: RuleInput[] }[] {
  return Object.values(RULE_KINDS)
    .sort((one, other) => one.form_position - other.form_position)
    .map(({ name, by_people, fields }) => ({
      name,
      by_people,
      inputs: Object.values(fields).map(({ input }) => input),
    }))
}

/** A kept rule as rows. */
export function rowsOf(rule: KeptRule): { rows: RuleRow[]; together: string } {
  if (isCombined(rule)) return { rows: rule.rules.map(rowOf), together: rule.kind }
  return { rows: [rowOf(rule)], together: 'all-of' }
}

function rowOf(rule: KeptPlainRule): RuleRow {
  const kept: Record<string, unknown> = rule
  const inputs = Object.entries(kindOf(rule).fields).map(([key, { input, show }]) => [input, show(kept[key])])
  return { ...EMPTY_ROW, kind: rule.kind, ...Object.fromEntries(inputs) }
}

/** The rows as they were sent. */
export function sentRows(sent: Record<string, unknown>): RuleRow[] {
  return typedRows(sent, 'rule', TEXT_INPUTS, MOST_ROWS).map((row, index) => {
    const things = [sent[`rule_${index + 1}_things`]].flat().filter((slug) => typeof slug === 'string')
    return { ...row, things: things.join(' ') }
  })
}

export const ruleFields = (rows: readonly RuleRow[]): Record<string, string> => numberedFields('rule', rows)

/** The rows after a button was pressed that adds one or takes one out; null for a button that the form does not have. */
export function rowsAfter(rows: readonly RuleRow[], intent: string): RuleRow[] | null {
  if (intent === 'add-rule') return rows.length < MOST_ROWS ? [...rows, EMPTY_ROW] : [...rows]
  const { number } = /^out-(?<number>[1-9])$/.exec(intent)?.groups ?? {}
  if (number === undefined || rows.length < 2 || Number(number) > rows.length) return null
  return rows.toSpliced(Number(number) - 1, 1)
}

/** The rule that rows say; problems stand by the fields of their rows. */
export function readRule(
  rows: readonly RuleRow[],
  together: string,
): { rule: KeptRule; problems: null } | { rule: null; problems: Problems } {
  const problems: Problems = {}
  const parts = rows.flatMap((row, index) => {
    const { part, input, problem } = readRow(row)
    if (problem) problems[`rule_${index + 1}_${input}`] = problem
    else if (rows.length > 1 && kindOf(part).by_people)
      problems[`rule_${index + 1}_kind`] = { key: 'badges.form.alone' }
    return part ?? []
  })
  if (rows.length > MOST_ROWS) problems[''] = { key: 'badges.form.many_rules', values: { max: MOST_ROWS } }
  const [first] = parts
  if (Object.keys(problems).length > 0) return { rule: null, problems }
  if (!first || parts.some((part) => !kindOf(part).schema.safeParse(part).success))
    return { rule: null, problems: { rule_1_kind: { key: 'problems.choice' } } }
  if (parts.length === 1) return { rule: first, problems: null }
  const kind = together === 'any-of' ? 'any-of' : 'all-of'
  // none of several is by people, as was checked above
  return { rule: { kind, rules: parts as KeptSimpleRule[] }, problems: null }
}

type ReadRow =
  | { part: KeptPlainRule; input?: never; problem?: never }
  | { part?: never; input: keyof RuleRow; problem: Problems[string] }

function readRow(row: RuleRow): ReadRow {
  const kind = Object.hasOwn(RULE_KINDS, row.kind) ? RULE_KINDS[row.kind as keyof typeof RULE_KINDS] : null
  if (!kind) return { input: 'kind', problem: { key: row.kind === '' ? 'badges.form.no_kind' : 'problems.choice' } }
  const part: Record<string, unknown> = { kind: row.kind }
  for (const [key, { input, read }] of Object.entries(kind.fields)) {
    const typed = read(row[input])
    if ('problem' in typed) return { input, problem: typed.problem }
    if (typed.value !== undefined) part[key] = typed.value
  }
  return { part: part as KeptPlainRule }
}
