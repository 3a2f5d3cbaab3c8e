/** When people are about, in the cohort's time. */
export const HOURS = ['morning', 'afternoon', 'evening', 'night'] as const
export type Hours = (typeof HOURS)[number]

/** How many pods to make of so many people: as near to the size as possible, with at least two people in each. */
function podCount(people: number, size: number): number {
  return people === 0 ? 0 : Math.max(1, Math.min(Math.round(people / size), Math.floor(people / 2)))
}

/**
 * Deals people as cards are dealt: those who stand beside each other come into different pods, and no pod has more
 * than one person more than another.
 */
export function dealPeople<One>(people: readonly One[], size: number): One[][] {
  const pods = Array.from({ length: podCount(people.length, size) }, (): One[] => [])
  for (const [index, one] of people.entries()) pods[index % pods.length]?.push(one)
  return pods
}

/** The same sizes, but neighbours in the list stay together. */
function splitInOrder<One>(people: readonly One[], size: number): One[][] {
  const pods = podCount(people.length, size)
  const upTo = (pod: number) => Math.ceil((people.length * pod) / pods)
  return Array.from({ length: pods }, (_, at) => people.slice(upTo(at), upTo(at + 1)))
}

interface GroupKind<One> {
  /** What they have in common; null for a pod of several answers, or of none. */
  answer: string | null
  people: One[]
}

/**
 * Like with like: who gave the same answer comes together wherever there are enough of them for a pod. The others make
 * mixed pods in the order of their answers; where they are too few for one, they go where there is most room.
 */
export function groupByAnswer<One>(
  people: readonly One[],
  size: number,
  answerOf: (one: One) => string | null,
): GroupKind<One>[] {
  const enough = Math.max(2, Math.ceil(size / 2))
  const groups = [...Map.groupBy(people, answerOf)].sort(([one], [other]) => compareAnswers(one, other))
  const own = groups.filter(([answer, group]) => answer !== null && group.length >= enough)
  const rest = groups
    .filter(([answer, group]) => answer === null || group.length < enough)
    .flatMap(([, group]) => group)
  const pods = own.flatMap(([answer, group]) => dealPeople(group, size).map((people) => ({ answer, people })))
  if (rest.length >= enough || pods.length === 0) {
    return [...pods, ...splitInOrder(rest, size).map((people) => ({ answer: null, people }))]
  }
  for (const one of rest)
    pods.reduce((least, pod) => (pod.people.length < least.people.length ? pod : least)).people.push(one)
  return pods
}

/** By the alphabet, those without an answer last. */
function compareAnswers(one: string | null, other: string | null): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1
  return one < other ? -1 : one > other ? 1 : 0
}

/** Assigns each pod to the guide with the fewest pods: the index of the guide, by pod. */
export function assignGuides(pods: number, has: readonly number[]): (number | null)[] {
  const load = [...has]
  return Array.from({ length: pods }, () => {
    if (load.length === 0) return null
    const least = load.reduce((best, each, at) => (each < (load[best] ?? 0) ? at : best), 0)
    load[least] = (load[least] ?? 0) + 1
    return least
  })
}

/** A name for each pod that none has yet: the label alone where it is free, else with the next number. */
export function podNames(
  labels: readonly string[],
  taken: readonly string[],
  { numbered }: { numbered: string },
): string[] {
  const used = new Set(taken)
  /** From which number on there is a free name, for labels that were given one. */
  const free = new Map<string, number>()
  return labels.map((label) => {
    let name = label
    if (label === numbered || used.has(label)) {
      let number = free.get(label) ?? (label === numbered ? 1 : 2)
      while (used.has(`${label} ${number}`)) number += 1
      free.set(label, number + 1)
      name = `${label} ${number}`
    }
    used.add(name)
    return name
  })
}
