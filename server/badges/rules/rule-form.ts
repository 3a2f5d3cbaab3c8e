import type { KeptRule, KeptSimpleRule } from '../../courses/format/badge-rule-schema.ts'
import { badgeRule } from '../../courses/policy.ts'
import type { Problems } from '../../web/http/forms.ts'
import { numberedFields, typedRows } from '../../web/http/numbered-rows.ts'

/** A rule as a form without scripts has it: up to eight rows, of which each says one thing, and how they go together. */

export const MOST_ROWS = 8
type FormRuleKind = KeptSimpleRule['kind'] | 'by-hand' | 'judged'
/** Fields of a row beside its kind. */
type RuleFieldName = 'number' | 'set' | 'things' | 'to' | 'waited' | 'first' | 'instead' | 'ask'

/** Which fields each kind asks for, in the order in which kinds are offered. */
export const ASKED: Record<FormRuleKind, readonly RuleFieldName[]> = {
  'things-done': ['number'],
  'things-named': ['things'],
  'set-done': ['set'],
  'first-reflection': [],
  'first-to-write': [],
  pictures: ['number'],
  'weeks-with-post': ['number'],
  'came-back': ['number', 'first'],
  'answers-given': ['number', 'to', 'waited'],
  'cheers-received': ['number'],
  'all-depths': ['number'],
  'feedback-given': ['number', 'instead'],
  'pod-finished': [],
  'by-hand': [],
  judged: ['ask'],
}
/** What the number of a row is called in the rule, and the largest. */
const NUMBERS: Partial<Record<FormRuleKind, { name: string; max: number }>> = {
  'things-done': { name: 'count', max: 99 },
  pictures: { name: 'count', max: 99 },
  'weeks-with-post': { name: 'count', max: 60 },
  'came-back': { name: 'weeks', max: 20 },
  'answers-given': { name: 'count', max: 1000 },
  'cheers-received': { name: 'people', max: 1000 },
  'all-depths': { name: 'things', max: 99 },
  'feedback-given': { name: 'count', max: 99 },
}
const LONGEST_WAIT = 60
export const TO = ['', 'unanswered', 'another-pod'] as const
const PARTS = ['kind', 'number', 'set', 'to', 'waited', 'first', 'instead', 'ask'] as const

export type RuleRow = Record<(typeof PARTS)[number] | 'things', string>
/** One that says nothing yet. */
export const EMPTY_ROW: RuleRow = {
  kind: '',
  number: '',
  set: '',
  things: '',
  to: '',
  waited: '',
  first: '',
  instead: '',
  ask: '',
}

const isKind = (kind: string): kind is FormRuleKind => Object.hasOwn(ASKED, kind)

/** A kept rule as rows. */
export function rowsOf(rule: KeptRule): { rows: RuleRow[]; together: string } {
  if (rule.kind === 'any-of' || rule.kind === 'all-of')
    return { rows: rule.rules.map((part) => rowOf(part)), together: rule.kind }
  return { rows: [rowOf(rule)], together: 'all-of' }
}

function rowOf(rule: Exclude<KeptRule, { kind: 'any-of' | 'all-of' }>): RuleRow {
  const facts: Record<string, unknown> = rule
  const { name } = NUMBERS[rule.kind] ?? {}
  const number = name === undefined ? '' : String(facts[name])
  const row = { ...EMPTY_ROW, kind: rule.kind, number }
  switch (rule.kind) {
    case 'set-done':
      return { ...row, set: rule.set }
    case 'things-named':
      return { ...row, things: rule.things.join(' ') }
    case 'answers-given':
      return { ...row, to: rule.to ?? '', waited: rule.waited_days === undefined ? '' : String(rule.waited_days) }
    case 'came-back':
      return { ...row, first: rule.answered_first ? '1' : '' }
    case 'feedback-given':
      return { ...row, instead: rule.alternative ? '1' : '' }
    case 'judged':
      return { ...row, ask: rule.ask }
    default:
      return row
  }
}

/** The rows as they were sent; the things of a row are ticked one by one. */
export function sentRows(sent: Record<string, unknown>): RuleRow[] {
  return typedRows(sent, 'rule', PARTS, MOST_ROWS).map((row, index) => {
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
  const parts = rows.map((row, index) => {
    const { part, field, problem } = readRow(row)
    if (problem) problems[`rule_${index + 1}_${field}`] = problem
    else if (rows.length > 1 && (row.kind === 'by-hand' || row.kind === 'judged'))
      problems[`rule_${index + 1}_kind`] = { key: 'badges.form.alone' }
    return part
  })
  if (rows.length > MOST_ROWS) problems[''] = { key: 'badges.form.many_rules', values: { max: MOST_ROWS } }
  if (Object.keys(problems).length > 0) return { rule: null, problems }
  const said = parts.length > 1 ? { kind: together === 'any-of' ? 'any-of' : 'all-of', rules: parts } : parts[0]
  const read = badgeRule.safeParse(said)
  if (read.success) return { rule: read.data, problems: null }
  return { rule: null, problems: { rule_1_kind: { key: 'problems.choice' } } }
}

interface ReadRulePart {
  part: Record<string, unknown>
  field: string
  problem: Problems[string] | null
}

function readRow(row: RuleRow): ReadRulePart {
  const { kind } = row
  const bad = (field: keyof RuleRow, key: string, values = {}): ReadRulePart => ({
    part: {},
    field,
    problem: { key, values },
  })
  if (!isKind(kind)) return bad('kind', kind === '' ? 'badges.form.no_kind' : 'problems.choice')
  const part: Record<string, unknown> = { kind }
  const number = NUMBERS[kind]
  if (number) {
    const count = wholeNumber(row.number, number.max)
    if (count === null) return bad('number', 'badges.form.no_number', { max: number.max })
    part[number.name] = count
  }
  if (kind === 'set-done') {
    if (row.set === '') return bad('set', 'problems.choice')
    part['set'] = row.set
  }
  if (kind === 'things-named') {
    const things = [...new Set(row.things.split(' ').filter(Boolean))]
    if (things.length === 0) return bad('things', 'badges.form.no_things')
    part['things'] = things
  }
  if (kind === 'answers-given') {
    if (!TO.some((to) => to === row.to)) return bad('to', 'problems.choice')
    if (row.to) part['to'] = row.to
    const waited = row.waited.trim() === '' ? undefined : wholeNumber(row.waited, LONGEST_WAIT)
    if (waited === null) return bad('waited', 'badges.form.no_number', { max: LONGEST_WAIT })
    if (waited !== undefined) part['waited_days'] = waited
  }
  if (kind === 'came-back' && row.first === '1') part['answered_first'] = true
  if (kind === 'feedback-given' && row.instead === '1') part['alternative'] = true
  if (kind === 'judged') {
    const ask = row.ask.replace(/\s+/gu, ' ').trim()
    if (ask === '') return bad('ask', 'problems.empty')
    if (ask.length > 300) return bad('ask', 'problems.too_long', { max: 300, length: ask.length })
    if (/\p{Cc}/u.test(ask)) return bad('ask', 'problems.control')
    part['ask'] = ask
  }
  return { part, field: '', problem: null }
}

function wholeNumber(typed: string, max: number): number | null {
  const text = typed.trim()
  return /^[1-9]\d{0,3}$/.test(text) && Number(text) <= max ? Number(text) : null
}
