import { z } from 'zod'
import type { ActivityKind } from '../../activity/categories.ts'
import { keys } from '../../courses/format/schema-fields.ts'
import type { CountedComments, FactKind, RuleFacts } from './rule-facts.ts'
import type { RuleField, RuleMessage } from './rule-fields.ts'

/** What a rule's sentence calls things and sets, by their slugs. */
export interface RuleTitles {
  set: (slug: string) => string
  thing: (slug: string) => string
}

/** A phrase of the locale files by the end of its key; `{{number}}` is the count in words. */
export type SayPhrase = (key: string, values?: Record<string, string | number>) => string

/** Where a rule is to hold. */
export interface RuleContext {
  content: { sets: { slug: string }[]; things: RuleContextThing[] }
  counts_from: string | null
  counts_until: string | null
  /** The only cohort it is for; null for every cohort of the course. */
  cohort: { starts_on: string; ends_on: string; has_pods: boolean } | null
}

export interface RuleContextThing {
  slug: string
  set: { slug: string }
  steps: { depth: string }[]
}

type FieldSchemas<Fields> = { [Key in keyof Fields]: Fields[Key] extends RuleField<infer Schema> ? Schema : never }
type RuleSchema<Name extends string, Fields> = z.ZodObject<
  { kind: z.ZodLiteral<Name> } & FieldSchemas<Fields>,
  z.core.$strict
>
/** A rule that names a set knows the things of it, which are those of the cohort's calendar. */
export type WithThings<Kept> = Kept extends { set: string } ? Kept & { things: readonly string[] } : Kept

/** What a kind of rule has to say for itself. */
interface RuleKindOptions<Rule> {
  /** Its place among the kinds that the form offers. */
  form_position: number
  /** What may have happened when it holds and did not before. */
  events?: readonly ActivityKind[]
  needs?: readonly FactKind[]
  /** How many it asks for; 1 unless told. */
  needed?(rule: Rule): number
  /** The instants at which each of what it counts was reached, in order. */
  reached?(rule: Rule, facts: RuleFacts): string[]
  /** How many things have to be done, where things done are what it counts. */
  things?(rule: Rule): number
  /** Which comments it counts. */
  comments?(rule: Rule): CountedComments
  /** In `badges.rule.clause`, after "Earned by"; the whole sentence of one by people, in `badges.rule`. */
  clause(rule: Rule, say: SayPhrase, names: { titles: RuleTitles; list: (words: string[]) => string }): string
  /** What is still missing, in `badges.more`; its name unless told. */
  more?(rule: Rule, say: SayPhrase): string
  /** Its line on the wall, in `badges.wall`; `left` unless told. */
  wall?(rule: Rule, say: SayPhrase, progress: { left: string; goal: number; started: boolean }): string
  /** Whether the map suggests it; not where nobody can aim at it alone. Yes unless told. */
  suggested?: boolean
  /** Why it could never hold, as keys of `badges.problem`. */
  problems?(rule: Rule, context: RuleContext): RuleMessage[]
  asks_pods?(rule: Rule): boolean
  /** Whether everybody who writes at all has it at once. */
  easy?(rule: Rule): boolean
}

/** A kind of rule as all that works with rules sees it, see `RULE_KINDS`. */
export type RuleKind<Rule = { kind: string }> = RuleKindOptions<Rule> &
  Required<Pick<RuleKindOptions<Rule>, 'events' | 'needs' | 'needed' | 'reached'>> & {
    name: string
    /** Awarded by people: no act earns it, and it is no part of another rule and no treasure. */
    by_people: boolean
    fields: Record<string, RuleField>
    schema: z.ZodObject
  }

/** Makes an entry for the table of kinds; the keys of its rules, and what the form asks for, are its fields. */
export function ruleKind<
  const Name extends string,
  Fields extends Record<string, RuleField>,
  const ByPeople extends boolean = false,
>(
  entry: { name: Name; fields: Fields; by_people?: ByPeople } & RuleKindOptions<
    WithThings<z.infer<RuleSchema<Name, Fields>>>
  >,
) {
  const { name, fields } = entry
  const schemas = Object.fromEntries(Object.entries(fields).map(([key, { schema }]) => [key, schema]))
  const noun = `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name} rule`
  return {
    events: [],
    needs: [],
    needed: () => 1,
    reached: () => [],
    ...entry,
    by_people: (entry.by_people ?? false) as ByPeople,
    schema: keys(noun, { kind: z.literal(name), ...schemas }) as unknown as RuleSchema<Name, Fields>,
  }
}
