import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTimeline, setClock } from '../../server/demo/timeline.ts'
import { newDatabase } from '../support/database.ts'

test('actions run in order of time, those of one time as scheduled, new ones among them', async () => {
  const db = newDatabase()
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ at: fc.nat(50), later: fc.nat(20), alone: fc.boolean() }), { maxLength: 60 }),
      async (acts) => {
        const clock = setClock(Temporal.Instant.fromEpochMilliseconds(0))
        const timeline = createTimeline(db, clock)
        const done: { at: number; order: number }[] = []
        let order = 0
        const put = (at: number, more: () => void, alone = false) => {
          const mine = order++
          timeline.schedule(
            at,
            () => {
              expect(clock.now().epochMilliseconds).toBe(at)
              done.push({ at, order: mine })
              expect(db.inTransaction).toBe(!alone)
              more()
            },
            { alone },
          )
        }
        for (const { at, later, alone } of acts) put(at, () => put(at + later, () => {}), alone)
        await timeline.run()
        expect(done).toHaveLength(2 * acts.length)
        expect(done).toEqual(done.toSorted((one, other) => one.at - other.at || one.order - other.order))
      },
    ),
  )
  db.close()
})
