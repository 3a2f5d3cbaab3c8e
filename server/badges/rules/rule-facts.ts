/** What one person did in one cohort. Instants as they are stored; a thing by its slug, and once. */
export interface RuleFacts {
  done: readonly { thing: string; at: string }[]
  /** `first`: nobody in the cohort had written about the thing. `week`: the number of the cohort's week. */
  reflections: readonly { at: string; pictured: boolean; first: boolean; week: number }[]
  /** Comments under reflections of others. `waited_days`: age of the reflection; 0 where it had a comment already. */
  answers: readonly { at: string; unanswered: boolean; waited_days: number; another_pod: boolean }[]
  cheers: readonly { by: number; at: string }[]
  /** Things of which a step of every depth is ticked. */
  depths: readonly { thing: string; at: string }[]
  feedback: readonly { at: string; alternative: boolean }[]
  /** Each return after `weeks` inactive weeks. `answered_at`: the person commented before they wrote. */
  returns: readonly { weeks: number; posted_at: string | null; answered_at: string | null }[]
  /** When the last member of the pod reached their goal; null before that, or without a pod. */
  pod_finished_at: string | null
}
export type FactKind = keyof RuleFacts

/** The comments that a rule counts, for the statement that reads no others. */
export interface CountedComments {
  among: 'all' | 'first' | 'another_pod'
  waited_days: number
  count: number
}

export const NO_FACTS: RuleFacts = {
  done: [],
  reflections: [],
  answers: [],
  cheers: [],
  depths: [],
  feedback: [],
  returns: [],
  pod_finished_at: null,
}

/** The instants from which and before which something counts; null on a side that is open. */
export interface TimeSpan {
  from: string | null
  until: string | null
}

/** The facts that happened within a span. */
export function within(facts: RuleFacts, { from, until }: TimeSpan): RuleFacts {
  if (from === null && until === null) return facts
  const fits = (at: string | null) => at !== null && (from === null || at >= from) && (until === null || at < until)
  const inside = <Fact extends { at: string }>(all: readonly Fact[]) => all.filter(({ at }) => fits(at))
  return {
    done: inside(facts.done),
    reflections: inside(facts.reflections),
    answers: inside(facts.answers),
    cheers: inside(facts.cheers),
    depths: inside(facts.depths),
    feedback: inside(facts.feedback),
    returns: facts.returns.map(({ weeks, posted_at, answered_at }) => ({
      weeks,
      posted_at: fits(posted_at) ? posted_at : null,
      answered_at: fits(answered_at) ? answered_at : null,
    })),
    pod_finished_at: fits(facts.pod_finished_at) ? facts.pod_finished_at : null,
  }
}

/** The last of several instants; null while one of them is missing. */
export function latestOfAll(times: readonly (string | null | undefined)[]): string | null {
  const known = times.filter((at) => typeof at === 'string').sort()
  return known.length === times.length ? (known.at(-1) ?? null) : null
}
