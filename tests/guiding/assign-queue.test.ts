import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assignQueue, type QueueGuide, type WaitingReflection } from '../../server/guiding/assign-queue.ts'

const podNumber = fc.integer({ min: 1, max: 5 })
const guides = fc.uniqueArray(
  fc.record({ enrolment_id: fc.integer({ min: 1, max: 12 }), pods: fc.uniqueArray(podNumber, { maxLength: 3 }) }),
  { selector: ({ enrolment_id }) => enrolment_id, maxLength: 8 },
)
/** Authors from 10 on are guides now and then: what they write is never theirs to answer. */
const posts = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 1, max: 100_000 }),
    enrolment_id: fc.integer({ min: 10, max: 60 }),
    pod_id: fc.option(podNumber),
    taken_by: fc.constant(null),
  }),
  { selector: ({ id }) => id, maxLength: 80 },
)
/** One circle: nobody has a pod, and no guide writes. */
const simple = {
  guides: guides.map((some) => some.map((guide) => ({ ...guide, pods: [] }))).filter((some) => some.length > 0),
  posts: posts.map((some) => some.map((post) => ({ ...post, enrolment_id: post.enrolment_id + 100 }))),
}

function loads(owners: Map<number, number>, among: readonly QueueGuide[]): number[] {
  return among.map(({ enrolment_id }) => [...owners.values()].filter((owner) => owner === enrolment_id).length)
}

function mayHave(post: WaitingReflection, guide: QueueGuide, all: readonly QueueGuide[]): boolean {
  const others = all.filter(({ enrolment_id }) => enrolment_id !== post.enrolment_id)
  const ofPod = others.filter(({ pods }) => post.pod_id !== null && pods.includes(post.pod_id))
  return (ofPod.length > 0 ? ofPod : others).includes(guide)
}

test('each reflection is assigned to exactly one candidate, and never to its author', () => {
  fc.assert(
    fc.property(posts, guides, (waiting, all) => {
      const owners = assignQueue(waiting, all)
      for (const post of waiting) {
        const owner = all.find(({ enrolment_id }) => enrolment_id === owners.get(post.id))
        expect(owner !== undefined).toBe(all.some((guide) => mayHave(post, guide, all)))
        if (owner) expect(mayHave(post, owner, all)).toBe(true)
      }
      expect([...owners.keys()].every((id) => waiting.some((post) => post.id === id))).toBe(true)
    }),
  )
})

test('with the same candidates for all, loads differ by at most one', () => {
  fc.assert(
    fc.property(simple.posts, simple.guides, (waiting, all) => {
      const given = loads(assignQueue(waiting, all), all)
      expect(Math.max(...given) - Math.min(...given)).toBeLessThanOrEqual(1)
    }),
  )
})

test('a guide assigned a reflection open to all has at most one more than any other guide', () => {
  fc.assert(
    fc.property(posts, guides, (some, all) => {
      const waiting = some.map((post) => ({ ...post, enrolment_id: post.enrolment_id + 100 }))
      const owners = assignQueue(waiting, all)
      const given = loads(owners, all)
      const fewest = Math.min(...given)
      for (const [place, { enrolment_id }] of all.entries()) {
        const helps = waiting.some(
          (post) => owners.get(post.id) === enrolment_id && all.every((guide) => mayHave(post, guide, all)),
        )
        if (helps) expect(given[place]).toBeLessThanOrEqual(fewest + 1)
      }
    }),
  )
})

test('the order of posts and guides does not change the assignment', () => {
  fc.assert(
    fc.property(posts, guides, (waiting, all) => {
      expect(assignQueue(waiting.toReversed(), all.toReversed())).toEqual(assignQueue(waiting, all))
    }),
  )
})

test('an answered reflection moves at most one other between neighbouring guides', () => {
  fc.assert(
    fc.property(
      simple.posts.filter((some) => some.length > 0),
      simple.guides,
      fc.nat(),
      (waiting, all, which) => {
        const answered = waiting[which % waiting.length]
        const rest = waiting.filter((post) => post !== answered)
        const [before, after] = [assignQueue(waiting, all), assignQueue(rest, all)]
        const moved = rest.filter(({ id }) => before.get(id) !== after.get(id))
        expect(moved.length).toBeLessThan(all.length)
      },
    ),
  )
})

test('a claimed reflection stays with its guide and counts as their work', () => {
  fc.assert(
    fc.property(simple.posts, simple.guides, (waiting, all) => {
      const taker = all[0]?.enrolment_id ?? 0
      const taken = waiting.map((post, index) => ({ ...post, taken_by: index % 3 === 0 ? taker : null }))
      const owners = assignQueue(taken, all)
      for (const { id, taken_by } of taken) if (taken_by !== null) expect(owners.get(id)).toBe(taker)
      const others = loads(owners, all.slice(1))
      if (others.length > 0) expect(Math.max(...others) - Math.min(...others)).toBeLessThanOrEqual(1)
    }),
  )
})
