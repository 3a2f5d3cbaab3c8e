import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '../db/clock.ts'
import { dropLeftovers } from '../db/leftovers.ts'
import type { Jobs } from '../jobs/jobs.ts'

const KEPT = Temporal.Duration.from({ hours: 24 })

interface Aside {
  id: string
  person_id: number
  /** As its sender calls it. */
  name: string
  kept_at: Temporal.Instant
}

/**
 * ZIPs that somebody sent and has not decided about yet: each under a name that nobody guesses, for its sender alone,
 * one to a person. Gone after a day, also where the site started anew meanwhile and knows nothing of it any more.
 * @param also is cleaned away in the same turn
 */
export function createIncoming(
  clock: Clock,
  { folder, jobs, also }: { folder: string; jobs: Jobs; also: () => Promise<void> },
) {
  const known = new Map<string, Aside>()
  const pathOf = (id: string) => path.join(folder, `${id}.zip`)

  async function drop(id: string): Promise<void> {
    known.delete(id)
    await rm(pathOf(id), { force: true })
  }

  async function sweep(): Promise<void> {
    const before = clock.now().subtract(KEPT)
    for (const { id, kept_at } of known.values()) if (Temporal.Instant.compare(kept_at, before) <= 0) await drop(id)
    await dropLeftovers(folder, before, (id) => known.has(id))
  }
  jobs.handle('courses.clean', async () => {
    await sweep()
    await also()
  })
  jobs.every('courses.clean', { hours: 1 })

  return {
    /** @param from where it lies; it is moved */
    async keep(person_id: number, from: string, name: string): Promise<string> {
      const earlier = [...known.values()].filter((one) => one.person_id === person_id)
      for (const { id } of earlier) await drop(id)
      const id = randomUUID()
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await rename(from, pathOf(id))
      known.set(id, { id, person_id, name, kept_at: clock.now() })
      return id
    },

    /** Null where it is gone, or somebody else's. */
    async read(id: string, person_id: number): Promise<{ name: string; bytes: Buffer } | null> {
      const aside = known.get(id)
      if (aside?.person_id !== person_id || Temporal.Instant.compare(aside.kept_at.add(KEPT), clock.now()) <= 0)
        return null
      const bytes = await readFile(pathOf(id)).catch(() => null)
      return bytes && { name: aside.name, bytes }
    },

    async drop(id: string, person_id: number): Promise<void> {
      if (known.get(id)?.person_id === person_id) await drop(id)
    },
  }
}
