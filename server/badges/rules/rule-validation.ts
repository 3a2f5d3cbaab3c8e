import type { CourseContent } from '../../courses/courses.ts'
import { partsOf, type Rule, type SimpleRule } from './rules.ts'

/** A sentence of the locale files: its key, and what stands in it. */
interface Words {
  key: string
  values: Record<string, string | number>
}

/** Where a rule is to hold. */
export interface RuleContext {
  content: { sets: Pick<CourseContent['sets'][number], 'slug'>[]; things: ContextThing[] }
  counts_from: string | null
  counts_until: string | null
  /** The only cohort it is for; null for every cohort of the course. */
  cohort: { starts_on: string; ends_on: string; has_pods: boolean } | null
}

type ContextThing = Pick<CourseContent['things'][number], 'slug'> & {
  set: { slug: string }
  steps: { depth: string }[]
}

/**
 * What speaks against a rule: refused is what could never hold, warned what may not be meant so. Sentences are in
 * `badges.problem`.
 */
export function ruleProblems(rule: Rule, context: RuleContext): { refused: Words[]; warned: Words[] } {
  const parts = partsOf(rule)
  const broken = parts.flatMap((part) => impossible(part, context))
  return {
    refused: [...broken, ...twice(parts), ...spanProblems(context)],
    warned: [...(rule.kind === 'any-of' && tooEasy(rule.rules) ? [say('any_is_first')] : []), ...odd(parts, context)],
  }
}

function say(key: string, values: Words['values'] = {}): Words {
  return { key: `badges.problem.${key}`, values }
}

/** Why this rule by itself could never hold. */
function impossible(rule: Rule, { content, cohort }: RuleContext): Words[] {
  const { sets, things } = content
  switch (rule.kind) {
    case 'things-done':
    case 'pictures':
      return moreThan(rule.count, things.length)
    case 'things-named': {
      const gone = rule.things.filter((slug) => !things.some((thing) => thing.slug === slug))
      return gone.map((thing) => say('no_thing', { thing }))
    }
    case 'set-done':
      if (!sets.some(({ slug }) => slug === rule.set)) return [say('no_set', { set: rule.set })]
      return things.some(({ set }) => set.slug === rule.set) ? [] : [say('empty_set')]
    case 'all-depths':
      return deepThings(things) < rule.things ? [say('no_depths', { count: deepThings(things) })] : []
    case 'weeks-with-post':
      return moreThan(rule.count, things.length)
    case 'came-back':
      return cohort && weeksIn(cohort) <= rule.weeks + 1 ? [say('too_short', { count: weeksIn(cohort) })] : []
    case 'answers-given':
    case 'pod-finished': {
      const asks_pods = rule.kind === 'pod-finished' || rule.to === 'another-pod'
      return asks_pods && cohort && !cohort.has_pods ? [say('no_pods')] : []
    }
    default:
      return []
  }
}

function moreThan(count: number, things: number): Words[] {
  return count > things ? [say('too_many', { count: things })] : []
}

/** How many things have steps of more than one depth. */
function deepThings(things: readonly ContextThing[]): number {
  return things.filter(({ steps }) => new Set(steps.map(({ depth }) => depth)).size > 1).length
}

function weeksIn({ starts_on, ends_on }: { starts_on: string; ends_on: string }): number {
  return Math.ceil((Temporal.PlainDate.from(starts_on).until(ends_on).days + 1) / 7)
}

function twice(parts: readonly Rule[]): Words[] {
  const texts = parts.map((part) => JSON.stringify(part))
  return new Set(texts).size < texts.length ? [say('twice')] : []
}

function spanProblems({ counts_from, counts_until, cohort }: RuleContext): Words[] {
  if (counts_from !== null && counts_until !== null && counts_until < counts_from) return [say('span_backwards')]
  if (cohort && counts_until !== null && counts_until < cohort.starts_on) return [say('span_before')]
  return []
}

/** Whether everybody who writes at all has one of these at once, whatever the others ask for. */
function tooEasy(parts: readonly SimpleRule[]): boolean {
  const easy = (part: SimpleRule) =>
    part.kind === 'first-reflection' ||
    ((part.kind === 'things-done' || part.kind === 'weeks-with-post') && part.count === 1)
  return parts.some(easy)
}

function odd(parts: readonly Rule[], { cohort, counts_from, counts_until }: RuleContext): Words[] {
  const asks_pods = parts.some(
    (part) => part.kind === 'pod-finished' || (part.kind === 'answers-given' && part.to === 'another-pod'),
  )
  return [
    ...(asks_pods && cohort === null ? [say('needs_pods')] : []),
    ...((counts_from !== null || counts_until !== null) && cohort === null ? [say('span_for_all')] : []),
  ]
}
