import type { z } from 'zod'
import type { ActivityKind } from '../../activity/categories.ts'
import { choiceField, numberField, optional, setField, textField, thingsField, tickField } from './rule-fields.ts'
import { type RuleContextThing, type RuleKind, ruleKind, type WithThings } from './rule-kind.ts'

// All that a badge may ask for: never speed, never the number of words. A new kind is an entry in this table, and its
// words in the locale files: `badges.form.kind`, `badges.rule.clause`, `badges.more` and `badges.page.missing`.

/** What may make a thing done; an edit where the course asks for so many words. */
const DOING: readonly ActivityKind[] = ['reflection.published', 'reflection.edited', 'thing.completed']
export const REPLY_TARGETS = ['unanswered', 'another-pod'] as const

const KINDS = [
  ruleKind({
    name: 'set-done',
    fields: { set: setField() },
    form_position: 3,
    events: DOING,
    needs: ['done'],
    needed: ({ things }) => differentOnes(things),
    reached: ({ things }, { done }) => inOrder(done.filter(({ thing }) => things.includes(thing))),
    things: ({ things }) => things.length,
    clause: ({ set, things }, say, { titles }) => say('set_done', { count: things.length, set: titles.set(set) }),
    more: (_, say) => say('things_done'),
    problems({ set: slug }, { content: { sets, things } }) {
      if (!sets.some((set) => set.slug === slug)) return [{ key: 'no_set', values: { set: slug } }]
      return things.some(({ set }) => set.slug === slug) ? [] : [{ key: 'empty_set' }]
    },
  }),
  ruleKind({
    name: 'things-done',
    fields: { count: numberField(99) },
    form_position: 1,
    events: DOING,
    needs: ['done'],
    needed: ({ count }) => count,
    reached: (_, { done }) => inOrder(done),
    things: ({ count }) => count,
    clause: ({ count }, say) => say('things_done', { count }),
    wall: ({ count }, say, { left, goal }) => (goal === count ? say('your_goal', { left }) : left),
    problems: ({ count }, { content }) => moreThan(content.things, count),
    easy: ({ count }) => count === 1,
  }),
  ruleKind({
    name: 'things-named',
    fields: { things: thingsField() },
    form_position: 2,
    events: DOING,
    needs: ['done'],
    needed: ({ things }) => differentOnes(things),
    reached: ({ things }, { done }) => inOrder(done.filter(({ thing }) => things.includes(thing))),
    things: ({ things }) => things.length,
    clause: ({ things }, say, { titles, list }) =>
      say('things_named', { count: things.length, things: list(things.map(titles.thing)) }),
    more: (_, say) => say('things_done'),
    problems: ({ things }, { content }) =>
      things
        .filter((slug) => !content.things.some((thing) => thing.slug === slug))
        .map((thing) => ({ key: 'no_thing', values: { thing } })),
  }),
  ruleKind({
    name: 'first-reflection',
    fields: {},
    form_position: 4,
    events: ['reflection.published'],
    needs: ['reflections'],
    reached: (_, { reflections }) => inOrder(reflections),
    clause: (_, say) => say('first_reflection'),
    wall: (_, say) => say('first_reflection'),
    easy: () => true,
  }),
  ruleKind({
    name: 'first-to-write',
    fields: {},
    form_position: 5,
    events: ['reflection.published'],
    needs: ['reflections'],
    reached: (_, { reflections }) => inOrder(reflections.filter(({ first }) => first)),
    clause: (_, say) => say('first_to_write'),
    wall: (_, say) => say('first_to_write'),
    suggested: false,
  }),
  ruleKind({
    name: 'pictures',
    fields: { count: numberField(99) },
    form_position: 6,
    events: ['reflection.published', 'reflection.edited'],
    needs: ['reflections'],
    needed: ({ count }) => count,
    reached: (_, { reflections }) => inOrder(reflections.filter(({ pictured }) => pictured)),
    clause: ({ count }, say) => say('pictures', { count }),
    problems: ({ count }, { content }) => moreThan(content.things, count),
  }),
  ruleKind({
    name: 'answers-given',
    fields: {
      count: numberField(1000),
      to: optional(choiceField('to', REPLY_TARGETS)),
      waited_days: optional(numberField(60, 'waited')),
    },
    form_position: 9,
    events: ['comment.written'],
    needs: ['answers'],
    needed: ({ count }) => count,
    reached: ({ to, waited_days = 0 }, { answers }) =>
      inOrder(
        answers.filter(
          (answer) =>
            (to !== 'unanswered' || answer.unanswered) &&
            (to !== 'another-pod' || answer.another_pod) &&
            answer.waited_days >= waited_days,
        ),
      ),
    comments({ to, waited_days = 0, count }) {
      const among = to === 'another-pod' ? 'another_pod' : to === 'unanswered' || waited_days > 0 ? 'first' : 'all'
      return { among, waited_days, count }
    },
    clause: (rule, say) => say(answersKey(rule), answersValues(rule, rule.count)),
    more: (rule, say) => say(answersKey(rule), answersValues(rule)),
    wall: ({ count, to, waited_days }, say, { left, started }) =>
      started || to !== undefined || waited_days !== undefined ? left : say('answers', { count }),
    asks_pods: ({ to }) => to === 'another-pod',
  }),
  ruleKind({
    name: 'cheers-received',
    fields: { people: numberField(1000) },
    form_position: 10,
    events: ['cheer.given'],
    needs: ['cheers'],
    needed: ({ people }) => people,
    reached: (_, { cheers }) => inOrder(firstOfEach(cheers, ({ by }) => by)),
    clause: ({ people }, say) => say('cheers_received', { count: people }),
    suggested: false,
  }),
  ruleKind({
    name: 'weeks-with-post',
    fields: { count: numberField(60) },
    form_position: 7,
    events: ['reflection.published'],
    needs: ['reflections'],
    needed: ({ count }) => count,
    reached: (_, { reflections }) => inOrder(firstOfEach(reflections, ({ week }) => week)),
    clause: ({ count }, say) => say('weeks_with_post', { count }),
    problems: ({ count }, { content }) => moreThan(content.things, count),
    easy: ({ count }) => count === 1,
  }),
  ruleKind({
    name: 'came-back',
    fields: { weeks: numberField(20), answered_first: tickField('first', 'an answer to somebody before a reflection') },
    form_position: 8,
    events: ['reflection.published', 'comment.written'],
    needs: ['returns'],
    reached: (rule, { returns }) =>
      returns
        .filter(({ weeks }) => weeks >= rule.weeks)
        .map(({ posted_at, answered_at }) => (rule.answered_first ? answered_at : posted_at))
        .filter((at) => at !== null)
        .sort(),
    clause: ({ weeks, answered_first }, say) =>
      say(answered_first ? 'came_back_answered' : 'came_back', { count: weeks }),
    wall: (_, say) => say('came_back'),
    suggested: false,
    problems: ({ weeks }, { cohort }) =>
      cohort && weeksIn(cohort) <= weeks + 1 ? [{ key: 'too_short', values: { count: weeksIn(cohort) } }] : [],
  }),
  ruleKind({
    name: 'all-depths',
    fields: { things: numberField(99) },
    form_position: 11,
    events: ['step.ticked'],
    needs: ['depths'],
    needed: ({ things }) => things,
    reached: (_, { depths }) => inOrder(depths),
    clause: ({ things }, say) => say('all_depths', { count: things }),
    problems({ things }, { content }) {
      const deep = content.things.filter(({ steps }) => new Set(steps.map(({ depth }) => depth)).size > 1).length
      return deep < things ? [{ key: 'no_depths', values: { count: deep } }] : []
    },
  }),
  ruleKind({
    name: 'feedback-given',
    fields: {
      count: numberField(99),
      alternative: tickField('instead', 'feedback that names something else to use'),
    },
    form_position: 12,
    events: ['pulse.given', 'thing.reported'],
    needs: ['feedback'],
    needed: ({ count }) => count,
    reached: (rule, { feedback }) => inOrder(feedback.filter(({ alternative }) => alternative || !rule.alternative)),
    clause: ({ count, alternative }, say) => say(alternative ? 'feedback_alternative' : 'feedback_given', { count }),
    more: ({ alternative }, say) => say(alternative ? 'feedback_alternative' : 'feedback_given'),
  }),
  ruleKind({
    name: 'pod-finished',
    fields: {},
    form_position: 13,
    events: DOING,
    needs: ['pod_finished_at'],
    reached: (_, { pod_finished_at }) => (pod_finished_at === null ? [] : [pod_finished_at]),
    clause: (_, say) => say('pod_finished'),
    wall: (_, say) => say('pod_finished'),
    suggested: false,
    asks_pods: () => true,
  }),
  ruleKind({
    name: 'by-hand',
    fields: {},
    form_position: 14,
    by_people: true,
    clause: (_, say) => say('by_hand'),
    wall: (_, say) => say('by_hand'),
    suggested: false,
  }),
  ruleKind({
    name: 'judged',
    fields: { ask: textField('ask', 300) },
    form_position: 15,
    by_people: true,
    clause: ({ ask }, say) => say('judged', { ask }),
    wall: (_, say) => say('judged'),
    suggested: false,
  }),
]

type KindEntry = (typeof KINDS)[number]
type SimpleEntry = Extract<KindEntry, { by_people: false }>
type KeptOf<Entry> = Entry extends { schema: infer Schema extends z.ZodType } ? z.infer<Schema> : never
type RuleOf<Entry> = Entry extends unknown ? WithThings<KeptOf<Entry>> : never

/** A rule that is no combination, as it is kept. */
export type KeptPlainRule = KeptOf<KindEntry>
/** One that may be part of a combination. */
export type KeptSimpleRule = KeptOf<SimpleEntry>
export type PlainRule = RuleOf<KindEntry>
export type SimpleRule = RuleOf<SimpleEntry>

/** The kinds by their names, in the order in which messages list them. */
export const RULE_KINDS = Object.fromEntries(KINDS.map((kind): [string, RuleKind] => [kind.name, kind])) as Record<
  KindEntry['name'],
  RuleKind
>

export const kindOf = (rule: PlainRule | KeptPlainRule): RuleKind => RULE_KINDS[rule.kind]

/** A set without things in this cohort cannot be earned by doing nothing. */
function differentOnes(things: readonly string[]): number {
  return Math.max(1, new Set(things).size)
}

function inOrder(facts: readonly { at: string }[]): string[] {
  return facts.map(({ at }) => at).sort()
}

/** The earliest fact for each key. */
function firstOfEach<Fact extends { at: string }>(facts: readonly Fact[], keyOf: (fact: Fact) => number): Fact[] {
  const first = new Map<number, Fact>()
  for (const fact of facts) {
    const known = first.get(keyOf(fact))
    if (!known || fact.at < known.at) first.set(keyOf(fact), fact)
  }
  return [...first.values()]
}

type AnswersTarget = { to?: (typeof REPLY_TARGETS)[number]; waited_days?: number }

function answersKey({ to, waited_days }: AnswersTarget): string {
  if (waited_days !== undefined) return 'answers_waited'
  if (to === undefined) return 'answers_given'
  return to === 'unanswered' ? 'answers_unanswered' : 'answers_another_pod'
}

function answersValues({ waited_days }: AnswersTarget, count?: number): Record<string, number> {
  return { ...(count !== undefined && { count }), ...(waited_days !== undefined && { days: waited_days }) }
}

function moreThan(things: readonly RuleContextThing[], count: number) {
  return count > things.length ? [{ key: 'too_many', values: { count: things.length } }] : []
}

function weeksIn({ starts_on, ends_on }: { starts_on: string; ends_on: string }): number {
  return Math.ceil((Temporal.PlainDate.from(starts_on).until(ends_on).days + 1) / 7)
}
