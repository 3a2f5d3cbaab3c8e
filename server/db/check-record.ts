import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { instantText } from './clock.ts'
import { databaseFile } from './data-folder.ts'

/** What is known of the soundness of a database file. */
interface Recorded {
  /** When a check last found it sound. */
  checked_at: string | null
  /** Whether a check is under way. */
  running: boolean
  /** What the last check found wrong. */
  problem: string | null
  /** The file as the last clean stop left it; null while the site runs. */
  stopped: { size: number; modified_at: number } | null
}

const UNKNOWN: Recorded = { checked_at: null, running: false, problem: null, stopped: null }
const CHECK_EVERY = Temporal.Duration.from({ hours: 24 })

/**
 * A small file beside the database, which every process of the site reads. It is named like a part of the database, so
 * that no backup holds it and a restore puts it aside.
 */
export function createCheckRecord(data_dir: string) {
  const database = databaseFile(data_dir)
  const file = `${database}-check.json`

  function read(): Recorded {
    try {
      return { ...UNKNOWN, ...JSON.parse(readFileSync(file, 'utf8')) }
    } catch {
      return UNKNOWN
    }
  }

  /** Without space on the disk nothing is recorded, and the next start checks again. */
  function write(record: Recorded): void {
    try {
      writeFileSync(`${file}.part`, JSON.stringify(record), { mode: 0o600 })
      renameSync(`${file}.part`, file)
    } catch {
      rmSync(file, { force: true })
    }
  }

  function statOf(): Recorded['stopped'] {
    const found = statSync(database, { throwIfNoEntry: false })
    return found ? { size: found.size, modified_at: found.mtimeMs } : null
  }

  return {
    read,

    /** Whether the database must be checked before it is trusted. */
    isDue(now: Temporal.Instant): boolean {
      const { checked_at, problem, stopped } = read()
      const there = statOf()
      if (!there) return false
      if (problem !== null || checked_at === null || stopped === null) return true
      if (stopped.size !== there.size || stopped.modified_at !== there.modified_at) return true
      return Temporal.Instant.compare(checked_at, now.subtract(CHECK_EVERY)) < 0
    },

    began: (): void => write({ ...read(), running: true }),

    ended: (): void => write({ ...read(), running: false }),

    /** Notes what a check found, in the database or in a copy of it. @param problem null where it is sound */
    found: (now: Temporal.Instant, problem: string | null): void =>
      write({ ...read(), problem, ...(problem === null ? { checked_at: instantText(now) } : {}) }),

    /** From now on the file changes: a stop that does not come to `stopped` was not clean. */
    started: (): void => write({ ...read(), stopped: null }),

    stopped: (): void => write({ ...read(), running: false, stopped: statOf() }),
  }
}

export type CheckRecord = ReturnType<typeof createCheckRecord>
