import { mkdtempSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testSite } from '../support/site.ts'

const FRAME = 4096 + 24

const folder = mkdtempSync(path.join(os.tmpdir(), 'twentythree-comments-'))
const file = path.join(folder, 'site.sqlite')
let site: Awaited<ReturnType<typeof testSite>>
beforeAll(async () => {
  site = await testSite({ file })
})
afterAll(() => {
  site[Symbol.dispose]()
  rmSync(folder, { recursive: true })
})

/** Pages that were written since the log was last emptied. */
const pagesWritten = () => Math.floor(statSync(`${file}-wal`).size / FRAME)

test('a comment writes under 16 database pages, also after 2,000 other comments', () => {
  const { comments } = site.services
  const { cohort, learner, peer } = site.cast()
  const id = site.reflection(learner, cohort)
  const write = (count: number) => {
    for (let number = 0; number < count; number++)
      comments.write(id, peer.id, `Comment number ${number} about maps at the desk.`)
  }
  site.db.pragma('wal_autocheckpoint = 0')
  site.db.pragma('synchronous = OFF')
  const pagesEach = (count: number) => {
    site.db.pragma('wal_checkpoint(TRUNCATE)')
    write(count)
    return pagesWritten() / count
  }
  write(100)
  const few = pagesEach(50)
  write(2000)
  const many = pagesEach(50)
  expect(few).toBeLessThan(16)
  expect(many).toBeLessThan(16)
})

test('a comment runs the same statements however many comments exist', async () => {
  const { comments } = site.services
  const { cohort, learner, peer } = site.cast({ slug: 'second' })
  const id = site.reflection(learner, cohort)
  const statements = () => site.statements(() => Promise.resolve(comments.write(id, peer.id, 'One more.')))
  comments.write(id, peer.id, 'The first.')
  const first = await statements()
  for (let number = 0; number < 200; number++) comments.write(id, peer.id, 'In between.')
  expect((await statements()).length).toBeLessThanOrEqual(first.length)
  expect(first.length).toBeLessThanOrEqual(10)
})
