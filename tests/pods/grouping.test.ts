import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assignGuides, dealPeople, groupByAnswer, podNames } from '../../server/pods/grouping.ts'

const size = fc.integer({ min: 2, max: 12 })
const people = fc.integer({ min: 0, max: 120 }).map((count) => Array.from({ length: count }, (_, id) => id))
const answer = fc.option(fc.constantFrom('photos', 'languages', 'children', 'games', 'travel'))
const asked = fc.array(answer, { maxLength: 120 }).map((answers) => answers.map((said, id) => ({ id, said })))

const inOrder = (ids: number[]) => ids.toSorted((one, other) => one - other)

describe('dealing by size', () => {
  test('nobody is left out or dealt twice, and no pod has more than one person more than another', () => {
    fc.assert(
      fc.property(people, size, (people, size) => {
        const pods = dealPeople(people, size)
        expect(inOrder(pods.flat())).toEqual(people)
        const sizes = pods.map(({ length }) => length)
        if (sizes.length > 0) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        expect(sizes.every((length) => length > 0)).toBe(true)
      }),
    )
  })

  test('pods come as near to the size as they can: never less than half of it, never more than half as many again', () => {
    fc.assert(
      fc.property(people, size, (people, size) => {
        if (people.length < size) return
        for (const { length } of dealPeople(people, size)) {
          expect(length).toBeGreaterThanOrEqual(size / 2)
          expect(length).toBeLessThan(size * 1.5 + 1)
        }
      }),
    )
  })

  test('neighbours in the list come into different pods', () => {
    const pods = dealPeople(['east 1', 'east 2', 'east 3', 'west 1', 'west 2', 'west 3'], 2)
    expect(pods).toEqual([
      ['east 1', 'west 1'],
      ['east 2', 'west 2'],
      ['east 3', 'west 3'],
    ])
  })
})

describe('putting like with like', () => {
  test('nobody is left out or put in twice, and nobody is alone unless there is nobody else', () => {
    fc.assert(
      fc.property(asked, size, (people, size) => {
        const pods = groupByAnswer(people, size, ({ said }) => said)
        expect(inOrder(pods.flatMap(({ people }) => people.map(({ id }) => id)))).toEqual(people.map(({ id }) => id))
        if (people.length > 1) expect(pods.every(({ people }) => people.length > 1)).toBe(true)
      }),
    )
  })

  test('an answer that enough people gave has pods of its own, and all who gave it are in them', () => {
    fc.assert(
      fc.property(asked, size, (people, size) => {
        const enough = Math.max(2, Math.ceil(size / 2))
        const pods = groupByAnswer(people, size, ({ said }) => said)
        for (const [said, group] of Map.groupBy(people, ({ said }) => said)) {
          if (said === null || group.length < enough) continue
          const own = pods.filter(({ answer }) => answer === said).flatMap(({ people }) => people)
          expect(group.every((one) => own.includes(one))).toBe(true)
        }
      }),
    )
  })

  test('with one answer for all it deals by size', () => {
    fc.assert(
      fc.property(people, size, (people, size) => {
        const pods = groupByAnswer(people, size, () => 'photos').map(({ people }) => people)
        if (people.length >= Math.max(2, Math.ceil(size / 2))) expect(pods).toEqual(dealPeople(people, size))
      }),
    )
  })

  test('the few who are over go where there is most room', () => {
    const people = [...Array.from({ length: 7 }, (_, id) => ({ id, said: 'photos' })), { id: 7, said: 'games' }]
    const pods = groupByAnswer(people, 4, ({ said }) => said)
    expect(pods.map(({ answer, people }) => [answer, people.length])).toEqual([
      ['photos', 4],
      ['photos', 4],
    ])
  })
})

test('guides get the new pods in turn, those with fewest first', () => {
  expect(assignGuides(5, [2, 0, 1])).toEqual([1, 1, 2, 0, 1])
  expect(assignGuides(2, [])).toEqual([null, null])
})

test('no two pods have one name, whatever there is already', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('Pod', 'photos', 'Pod 2'), { maxLength: 30 }),
      fc.uniqueArray(fc.constantFrom('Pod 1', 'Pod 3', 'photos', 'photos 2', 'Pod 2')),
      (labels, taken) => {
        const names = podNames(labels, taken, { numbered: 'Pod' })
        expect(new Set([...names, ...taken]).size).toBe(names.length + taken.length)
      },
    ),
  )
  expect(podNames(['Pod', 'photos', 'photos', 'Pod'], ['Pod 1'], { numbered: 'Pod' })).toEqual([
    'Pod 2',
    'photos',
    'photos 2',
    'Pod 3',
  ])
})

test('a cohort of 100,000 is dealt, named and shared out without a stack or a wait that grows with its square', () => {
  const people = Array.from({ length: 100_000 }, (_, at) => at)
  const pods = dealPeople(people, 7)
  expect(pods.flat().sort((one, other) => one - other)).toEqual(people)
  const names = podNames(
    pods.map(() => 'Pod'),
    ['Pod 2'],
    { numbered: 'Pod' },
  )
  expect(new Set(names).size).toBe(pods.length)
  expect(names.slice(0, 2)).toEqual(['Pod 1', 'Pod 3'])
  expect(assignGuides(3, Array(200_000).fill(1))).toEqual([0, 1, 2])
})
