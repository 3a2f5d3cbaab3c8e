import { z } from 'zod'
import { BADGE_HUES, BADGE_SHAPES } from '../../courses/policy.ts'
import {
  dateIfAny,
  type FormBody,
  idempotencyKey,
  line,
  type Problems,
  readForm,
  typedText,
} from '../../web/http/forms.ts'
import { isIcon } from '../../web/render/icons.ts'
import { canTypeset } from '../drawing/ring-text.ts'
import { type RuleRow, readRule, rowsOf, ruleFields, sentRows } from '../rules/rule-form.ts'
import { isByPeople } from '../rules/rules.ts'
import { type BadgeInput, markOf } from './editing.ts'

const optional = (max: number) => line({ min: 0, max }).optional().default('')
const checked = (fits: (typed: string) => boolean, words: string) => (max: number) =>
  line({ min: 0, max })
    .pipe(z.string().refine((typed) => typed === '' || fits(typed), { error: words }))
    .optional()
    .default('')

const form = z.object({
  title: line({ max: 200 }),
  meaning: line({ max: 500 }),
  shape: z.enum(BADGE_SHAPES),
  hue: z.enum(BADGE_HUES),
  icon: checked(isIcon, 'courses.edit.no_icon')(60),
  number: checked((typed) => /^[1-9]\d{0,2}$/.test(typed), 'badges.form.no_sign')(10),
  ring_text: checked(canTypeset, 'badges.form.no_letters')(40),
  together: z.enum(['all-of', 'any-of']).optional().default('all-of'),
  cohort: optional(15),
  counts_from: dateIfAny,
  counts_until: dateIfAny,
  hint: optional(300),
  hint_after_weeks: checked((typed) => /^\d{1,2}$/.test(typed) && Number(typed) <= 52, 'badges.form.no_weeks')(10),
  seen: z.string().max(100_000).optional().default(''),
  once: idempotencyKey,
})

export interface TypedBadge {
  values: Record<string, string>
  rows: RuleRow[]
}

/** The form of a badge as it is. */
export function badgeFields(badge: BadgeInput): TypedBadge {
  const { rows, together } = rowsOf(badge.rule)
  const text = (value: string | number | null) => (value === null ? '' : String(value))
  const { title, meaning, shape, hue } = badge
  const values = {
    ...{ title, meaning, shape, hue, together },
    icon: badge.icon ?? '',
    number: text(badge.number),
    ring_text: text(badge.ring_text),
    cohort: text(badge.cohort_id),
    counts_from: text(badge.counts_from),
    counts_until: text(badge.counts_until),
    hint: text(badge.hint),
    hint_after_weeks: text(badge.hint_after_weeks),
    seen: markOf(badge),
    ...ruleFields(rows),
  }
  return { values, rows }
}

/** What was sent, to show it again. */
export function sentBadge(sent: FormBody): TypedBadge {
  const rows = sentRows(sent)
  const typed = Object.keys(form.shape).map((name) => [name, typedText(sent[name])])
  return { values: { ...Object.fromEntries(typed), ...ruleFields(rows) }, rows }
}

/** Reads the form by itself; whether its rule can hold in the course is another question, see `ruleProblems`. */
export function readBadgeForm(
  sent: FormBody,
): { words: BadgeInput; seen: string; once: string; problems: null } | { words: null; problems: Problems } {
  const read = readForm(form, sent)
  const { rule, problems: ofRule } = readRule(
    sentRows(sent),
    [sent['together']].flat().includes('any-of') ? 'any-of' : '',
  )
  const problems: Problems = { ...(!read.ok && read.problems), ...ofRule }
  if (read.ok) {
    const { icon, number, shape, hint } = read.data
    if (icon === '' && number === '') problems['icon'] = { key: 'badges.form.no_mark' }
    if (shape !== 'gem' && hint !== '') problems['hint'] = { key: 'badges.form.hint_of_treasures' }
    if (shape === 'gem' && rule && isByPeople(rule)) problems['rule_1_kind'] = { key: 'badges.form.treasure_of_people' }
  }
  if (!read.ok || rule === null || Object.keys(problems).length > 0) return { words: null, problems }
  const { seen, once, together, cohort, ...data } = read.data
  const numberOf = (typed: string) => (typed === '' ? null : Number(typed))
  const words = {
    ...data,
    rule,
    // a number stands in the icon's place
    icon: data.number === '' ? data.icon : null,
    number: numberOf(data.number),
    ring_text: data.ring_text || null,
    cohort_id: numberOf(cohort),
    counts_from: data.counts_from || null,
    counts_until: data.counts_until || null,
    hint: data.hint || null,
    hint_after_weeks: data.hint === '' ? null : numberOf(data.hint_after_weeks),
  }
  return { words, seen, once, problems: null }
}
