import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type Database, transaction } from '../../server/db/open.ts'
import { PermanentJobError } from '../../server/jobs/job-error.ts'
import { createJobs } from '../../server/jobs/jobs.ts'
import { examineDatabase } from '../../server/site/doctor.ts'
import { createLog } from '../../server/web/operations/request-log.ts'
import { newDatabase } from '../support/database.ts'

const log = createLog('silent')

function place(file = ':memory:') {
  let time = Temporal.Instant.from('2026-03-02T07:00:00Z')
  const clock = {
    now: () => time,
    advance: (by: Temporal.DurationLike) => {
      time = time.add(by)
    },
  }
  const open = () => newDatabase(file)
  const db = open()
  return { db, open, clock, jobs: createJobs(db, clock, log, { random: () => 0.5 }) }
}

const rows = (db: Database) => db.prepare('SELECT kind, attempt, outcome FROM job ORDER BY id').all()

test('a job is done once, with what it was given', async () => {
  const { jobs } = place()
  const given: unknown[] = []
  jobs.handle('post.letter', (payload) => void given.push(payload))
  jobs.add('post.letter', { to: 7 })
  expect(await jobs.runDue()).toBe(1)
  expect(await jobs.runDue()).toBe(0)
  expect(given).toEqual([{ to: 7 }])
})

test('what was rolled back leaves no job', async () => {
  const { db, jobs } = place()
  jobs.handle('post.letter', () => {})
  const act = () =>
    transaction(db, () => {
      jobs.add('post.letter', {})
      throw new Error('changed my mind')
    })
  expect(act).toThrow('changed my mind')
  expect(await jobs.runDue()).toBe(0)
})

test('of fifty with the same key there is one, also after it is done', async () => {
  const { db, jobs } = place()
  jobs.handle('post.letter', () => {})
  await Promise.all(Array.from({ length: 50 }, async () => jobs.add('post.letter', {}, { key: 'welcome 7' })))
  expect(await jobs.runDue()).toBe(1)
  jobs.add('post.letter', {}, { key: 'welcome 7' })
  expect(rows(db)).toEqual([{ kind: 'post.letter', attempt: 1, outcome: 'done' }])
})

test('a job for later waits for its time', async () => {
  const { clock, jobs } = place()
  jobs.handle('post.letter', () => {})
  jobs.add('post.letter', {}, { at: clock.now().add({ minutes: 5 }) })
  expect(await jobs.runDue()).toBe(0)
  clock.advance({ minutes: 5 })
  expect(await jobs.runDue()).toBe(1)
})

test('what does not work rests longer each time and is put aside in the end, with its reason', async () => {
  const { clock, jobs } = place()
  const attempts: number[] = []
  jobs.handle(
    'post.letter',
    (_payload, { attempt }) => {
      attempts.push(attempt)
      throw new Error('nobody opens')
    },
    { tries: 3 },
  )
  jobs.add('post.letter', {})
  await jobs.runDue()
  clock.advance({ seconds: 29 })
  expect(await jobs.runDue()).toBe(0)
  clock.advance({ seconds: 1 })
  expect(await jobs.runDue()).toBe(1)
  clock.advance({ seconds: 119 })
  expect(await jobs.runDue()).toBe(0)
  clock.advance({ seconds: 1 })
  await jobs.runDue()
  clock.advance({ hours: 24 })
  expect(await jobs.runDue()).toBe(0)
  expect(attempts).toEqual([1, 2, 3])
  expect(jobs.dead(9)).toMatchObject([{ kind: 'post.letter', attempt: 3, reason: 'nobody opens' }])
})

test('a handler may give up at once', async () => {
  const { jobs } = place()
  jobs.handle('post.letter', () => {
    throw new PermanentJobError('no such street')
  })
  jobs.add('post.letter', {})
  await jobs.runDue()
  expect(jobs.dead(9)).toMatchObject([{ attempt: 1, reason: 'no such street' }])
})

test('a dead letter can be sent again, or dropped', async () => {
  const { jobs } = place()
  let broken = true
  jobs.handle('post.letter', () => {
    if (broken) throw new PermanentJobError('no such street')
  })
  jobs.add('post.letter', {})
  jobs.add('post.letter', {})
  await jobs.runDue()
  const [first, second] = jobs.dead(9)
  broken = false
  expect(jobs.requeue(first?.id ?? 0)).toBe(true)
  expect(jobs.deleteDead(second?.id ?? 0)).toBe(true)
  expect(jobs.requeue(second?.id ?? 0)).toBe(false)
  expect(await jobs.runDue()).toBe(1)
  expect(jobs.dead(9)).toEqual([])
})

test('how jobs of a kind stand is told by key and in total', async () => {
  const { clock, jobs } = place()
  jobs.handle<{ does: string }>('post.letter', ({ does }) => {
    if (does === 'die') throw new PermanentJobError('no such street')
    if (does === 'fail') throw new Error('nobody opens')
    return does === 'skip' ? 'skipped' : undefined
  })
  for (const does of ['die', 'fail', 'skip', 'work']) jobs.add('post.letter', { does }, { key: `7 ${does}` })
  jobs.add('post.letter', { does: 'work' }, { key: '77 other' })
  await jobs.runDue()
  jobs.add('post.letter', { does: 'work' }, { key: '7 later', at: clock.now().add({ hours: 1 }) })
  const statuses = jobs.statuses('post.letter', ['7 die', '7 fail', '7 work', '7 later', '7 unknown'])
  expect([...statuses.values()].map(({ key, state, reason }) => [key, state, reason])).toEqual([
    ['7 die', 'dead', 'no such street'],
    ['7 fail', 'retrying', 'nobody opens'],
    ['7 later', 'waiting', null],
    ['7 work', 'done', null],
  ])
  expect(jobs.totals({ kind: 'post.letter', key: '7 ' })).toEqual([
    { kind: 'post.letter', waiting: 1, retrying: 1, done: 1, skipped: 1, dead: 1 },
  ])
  expect(jobs.totals({ kind: '' })).toMatchObject([{ done: 2 }])
  expect(jobs.deadPayloads({ kind: 'post.' }, 9)).toEqual([{ payload: '{"does":"die"}', reason: 'no such street' }])
})

test('more failed jobs than one batch are retried or deleted, and other kinds stay', async () => {
  const { jobs } = place()
  let broken = true
  const fail = () => {
    if (broken) throw new PermanentJobError('no such street')
  }
  for (const kind of ['post.letter', 'posters.print']) jobs.handle(kind, fail, { at_once: 9 })
  for (let n = 0; n < 501; n++) jobs.add('post.letter', {})
  jobs.add('posters.print', {})
  await jobs.runDue()
  await jobs.deleteAllDead({ kind: 'post' })
  expect(jobs.counts().failed).toBe(502)
  broken = false
  await jobs.retryAll({ kind: 'post.' })
  expect(await jobs.runDue()).toBe(501)
  expect(jobs.dead(9)).toMatchObject([{ kind: 'posters.print' }])
  await jobs.deleteAllDead({ kind: '' })
  expect(jobs.counts()).toEqual({ waiting: 0, failed: 0 })
})

test('a reason names no password and no token', async () => {
  const { jobs } = place()
  jobs.handle('post.letter', () => {
    throw new PermanentJobError('smtp://me:secret@mail.example said no to\nAbCdEfGhIjKlMnOpQrStUvWxYz012345')
  })
  jobs.add('post.letter', {})
  await jobs.runDue()
  expect(jobs.dead(9)[0]?.reason).toBe('smtp://…@mail.example said no to …')
})

test('the job of a worker that never came back is taken up by another when the lease is over, and by none before', async () => {
  const { db, clock, jobs } = place()
  jobs.handle('post.letter', () => new Promise(() => {}), { lease: { minutes: 1 } })
  jobs.add('post.letter', {})
  void jobs.runDue()
  const second = createJobs(db, clock, log)
  const taken: number[] = []
  second.handle('post.letter', (_payload, { attempt }) => void taken.push(attempt))
  expect(await second.runDue()).toBe(0)
  clock.advance({ minutes: 1 })
  expect(await second.runDue()).toBe(1)
  expect(taken).toEqual([2])
})

test('a worker that comes back after its lease changes nothing of what another made of the job', async () => {
  const { db, clock, jobs } = place()
  const late = Promise.withResolvers<void>()
  jobs.handle('post.letter', () => late.promise, { lease: { minutes: 1 } })
  jobs.add('post.letter', {})
  const first = jobs.runDue()
  clock.advance({ minutes: 1 })
  const second = createJobs(db, clock, log)
  second.handle('post.letter', () => {
    throw new PermanentJobError('no such street')
  })
  await second.runDue()
  late.resolve()
  await first
  expect(rows(db)).toEqual([{ kind: 'post.letter', attempt: 2, outcome: 'dead' }])
})

test('a job that takes the process down each time is put aside and not begun for ever', async () => {
  const { db, clock, jobs } = place()
  jobs.handle('post.letter', () => {}, { tries: 2 })
  jobs.add('post.letter', {})
  db.prepare("UPDATE job SET attempt = 2, working = 1, due_at = '2026-03-02T07:01:00.000Z'").run()
  clock.advance({ minutes: 2 })
  await jobs.runDue()
  expect(jobs.dead(9)).toHaveLength(1)
})

test('two processes on one file never have the same job both', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'twentythree-'))
  const { db, open, clock, jobs } = place(path.join(folder, 'site.sqlite'))
  const other = open()
  const second = createJobs(other, clock, log)
  const done: number[] = []
  for (const each of [jobs, second]) {
    each.handle<{ number: number }>(
      'post.letter',
      async ({ number }) => {
        await Promise.resolve()
        done.push(number)
      },
      { at_once: 3 },
    )
  }
  for (let number = 0; number < 60; number += 1) jobs.add('post.letter', { number })
  const counts = await Promise.all([jobs.runDue(), second.runDue()])
  expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, number) => number))
  expect(Math.min(...counts)).toBeGreaterThan(0)
  db.close()
  other.close()
  rmSync(folder, { recursive: true })
})

test('of a kind as many run side by side as it allows, and a flood of it holds up no other kind', async () => {
  const { jobs } = place()
  let running = 0
  let most = 0
  const order: string[] = []
  jobs.handle(
    'feeds.poll',
    async () => {
      running += 1
      most = Math.max(most, running)
      // longer than it takes four to begin, each in a turn of its own
      for (let turn = 0; turn < 8; turn += 1) await setImmediate()
      running -= 1
      order.push('poll')
    },
    { at_once: 4 },
  )
  jobs.handle('post.letter', () => void order.push('letter'))
  for (let each = 0; each < 40; each += 1) jobs.add('feeds.poll', {})
  jobs.add('post.letter', {})
  expect(await jobs.runDue()).toBe(41)
  expect(most).toBe(4)
  expect(order.indexOf('letter')).toBeLessThan(5)
})

test('the timetable survives a restart and has each turn once', async () => {
  const { db, clock, jobs } = place()
  let turns = 0
  const start = () => {
    const each = createJobs(db, clock, log)
    each.handle('images.clean', () => {
      turns += 1
    })
    each.every('images.clean', { hours: 24 })
    return each
  }
  await jobs.runDue()
  await start().runDue()
  await start().runDue()
  expect(turns).toBe(1)
  clock.advance({ hours: 72 })
  await Promise.all([start().runDue(), start().runDue()])
  expect(turns).toBe(2)
})

test('what a new site is to do later is done when the time is over, and not at first', async () => {
  const { clock, jobs } = place()
  let turns = 0
  jobs.handle('links.plan', () => {
    turns += 1
  })
  jobs.every('links.plan', { hours: 24 }, { later: true })
  await jobs.runDue()
  clock.advance({ hours: 23 })
  await jobs.runDue()
  expect(turns).toBe(0)
  clock.advance({ hours: 1 })
  await jobs.runDue()
  expect(turns).toBe(1)
})

test('finished jobs are cleaned after a week, dead letters are kept', async () => {
  const { db, clock, jobs } = place()
  jobs.handle<{ good: boolean }>('post.letter', ({ good }) => {
    if (!good) throw new PermanentJobError('no such street')
  })
  jobs.add('post.letter', { good: true })
  jobs.add('post.letter', { good: false })
  await jobs.runDue()
  clock.advance({ hours: 24 * 7 })
  await jobs.runDue()
  expect(rows(db)).toEqual([{ kind: 'post.letter', attempt: 1, outcome: 'dead' }])
})

test('many finished jobs are cleaned a few hundred at a time', async () => {
  const { db, jobs } = place()
  db.exec(`
    INSERT INTO job (kind, payload, due_at, added_at, outcome, ended_at)
    WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 1200)
    SELECT 'post.letter', '{}', '', '', 'done', '2026-01-01T00:00:00.000Z' FROM n`)
  const left: number[] = []
  for (let look = 0; look < 4; look++) {
    await jobs.runDue()
    left.push(rows(db).length)
  }
  expect(left).toEqual([700, 200, 0, 0])
})

test('what a finished job carried is not kept', async () => {
  const { db, jobs } = place()
  jobs.handle('post.letter', () => {})
  jobs.add('post.letter', { words: 'Dear Amara' })
  await jobs.runDue()
  expect(db.prepare('SELECT payload FROM job').pluck().all()).toEqual(['{}'])
})

test('stopping waits for what runs and begins nothing new', async () => {
  const { db, jobs } = place()
  const work = Promise.withResolvers<void>()
  jobs.handle('post.letter', () => work.promise)
  jobs.add('post.letter', {})
  jobs.add('post.letter', {})
  void jobs.runDue()
  const stopped = jobs.stop()
  work.resolve()
  await stopped
  expect(rows(db).map((row) => Object(row).outcome)).toEqual(['done', null])
})

test('who may wait no longer ends what runs; it is taken up again after the next start', async () => {
  const { db, clock, jobs } = place()
  jobs.handle(
    'post.letter',
    (_payload, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  )
  jobs.add('post.letter', {})
  void jobs.runDue()
  const stopped = jobs.stop()
  jobs.abort()
  await stopped
  clock.advance({ minutes: 1 })
  const next = createJobs(db, clock, log)
  next.handle('post.letter', () => {})
  expect(await next.runDue()).toBe(1)
})

test('the loop finds what was added meanwhile, by itself', async () => {
  const { jobs } = place()
  const { promise, resolve } = Promise.withResolvers<object>()
  jobs.handle('post.letter', (payload) => resolve(payload))
  jobs.start()
  jobs.add('post.letter', { to: 7 })
  expect(await promise).toEqual({ to: 7 })
  await jobs.stop()
})

test('the doctor counts the dead letters', async () => {
  const { db, jobs } = place()
  jobs.handle('post.letter', () => {
    throw new PermanentJobError('no such street')
  })
  expect(examineDatabase(db).dead_letters).toBe(0)
  jobs.add('post.letter', {})
  await jobs.runDue()
  expect(examineDatabase(db)).toMatchObject({ dead_letters: 1 })
})

test('two nouns cannot both handle a kind', () => {
  const { jobs } = place()
  jobs.handle('post.letter', () => {})
  expect(() => jobs.handle('post.letter', () => {})).toThrow('post.letter')
})
