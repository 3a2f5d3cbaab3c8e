/** A reflection without an answer. */
export interface WaitingReflection {
  id: number
  /** The author's enrolment. */
  enrolment_id: number
  pod_id: number | null
  /** The enrolment of the guide who claimed it. */
  taken_by: number | null
}

/** A guide, with the pods they look after. */
export interface QueueGuide {
  enrolment_id: number
  pods: readonly number[]
}

/**
 * Candidates for a reflection: the guides of its author's pod; without such a pod, or a guide for it, every
 * guide. Nobody is assigned their own reflection.
 */
function candidates(post: WaitingReflection, guides: readonly QueueGuide[]): QueueGuide[] {
  const others = guides.filter(({ enrolment_id }) => enrolment_id !== post.enrolment_id)
  const ofPod = others.filter(({ pods }) => post.pod_id !== null && pods.includes(post.pod_id))
  return ofPod.length > 0 ? ofPod : others
}

/**
 * Assigns waiting reflections evenly to guides. Each is assigned to exactly one of its candidates, as
 * long as it has any; a claimed reflection stays with its guide. Small sets of candidates come first; with equal ones,
 * no assignee has more than one over the others. When one is answered, at most one moves between
 * neighbouring guides, because each guide has a contiguous run of a fixed order.
 * @returns enrolment ids by reflection
 */
export function assignQueue(posts: readonly WaitingReflection[], guides: readonly QueueGuide[]): Map<number, number> {
  const inOrder = guides.toSorted((one, other) => one.enrolment_id - other.enrolment_id)
  const owners = new Map<number, number>()
  const loads = new Map(inOrder.map(({ enrolment_id }) => [enrolment_id, 0]))
  const give = (id: number, to: number) => {
    owners.set(id, to)
    loads.set(to, (loads.get(to) ?? 0) + 1)
  }
  for (const { id, taken_by } of posts) if (taken_by !== null) give(id, taken_by)
  const free = posts.filter(({ taken_by }) => taken_by === null)
  for (const { members, ids } of pools(free, inOrder)) {
    const counts = shares(
      members.map((member) => loads.get(member) ?? 0),
      ids.length,
    )
    const dealt = ids.toSorted((one, other) => mixed(one) - mixed(other) || one - other)
    let next = 0
    for (const [place, member] of members.entries()) {
      const until = next + (counts[place] ?? 0)
      for (const id of dealt.slice(next, until)) give(id, member)
      next = until
    }
  }
  return owners
}

interface Pool {
  /** Enrolment ids of the candidates. */
  members: number[]
  ids: number[]
}

/** Groups waiting reflections by their candidates; the smallest sets first, since they have no other guide. */
function pools(posts: readonly WaitingReflection[], guides: readonly QueueGuide[]): Pool[] {
  const guiding = new Set(guides.map(({ enrolment_id }) => enrolment_id))
  const found = new Map<string, Pool>()
  const byPlace = new Map<string, Pool>()
  for (const post of posts) {
    // only a guide's own reflections have other candidates than the guides of their pod
    const place = `${post.pod_id} ${guiding.has(post.enrolment_id) ? post.enrolment_id : ''}`
    let pool = byPlace.get(place)
    if (!pool) {
      const members = candidates(post, guides).map(({ enrolment_id }) => enrolment_id)
      const key = members.join(' ')
      pool = found.get(key) ?? { members, ids: [] }
      found.set(key, pool)
      byPlace.set(place, pool)
    }
    pool.ids.push(post.id)
  }
  return [...found.entries()]
    .filter(([, { members }]) => members.length > 0)
    .sort(([a, one], [b, other]) => one.members.length - other.members.length || (a < b ? -1 : 1))
    .map(([, pool]) => pool)
}

/** Splits a count so that guides with smaller loads catch up first; the remainder goes to the first ones. */
function shares(loads: readonly number[], count: number): number[] {
  const room = (level: number) => loads.reduce((sum, load) => sum + Math.max(0, level - load), 0)
  const least = loads.reduce((lowest, load) => Math.min(lowest, load), Number.POSITIVE_INFINITY)
  let [level, above] = [least, least + count + 1]
  while (above - level > 1) {
    const middle = (level + above) >> 1
    if (room(middle) <= count) level = middle
    else above = middle
  }
  let rest = count - room(level)
  return loads.map((load) => {
    const one_more = load <= level && rest > 0 ? 1 : 0
    rest -= one_more
    return Math.max(0, level - load) + one_more
  })
}

/** A hash to sort ids by, independent of age, so that old reflections are not all assigned to the same guide. */
function mixed(id: number): number {
  const once = Math.imul(id ^ (id >>> 16), 0x45d9f3b)
  const twice = Math.imul(once ^ (once >>> 16), 0x45d9f3b)
  return (twice ^ (twice >>> 16)) >>> 0
}
