import { createWorkerPool } from '../workers/worker-pool.ts'

/** The longest a check may take, in milliseconds: some hundred gigabytes on a fast disk. */
const LONGEST = 60 * 60 * 1000
const QUICK_CHECK = new URL('./quick-check.ts', import.meta.url)

/**
 * Checks the structure of a database file on a connection that only reads, in a thread of its own: the shared ones are
 * for tasks of seconds.
 * @returns the first thing that is wrong; null where it is sound
 */
export async function checkInThread(file: string): Promise<string | null> {
  const pool = createWorkerPool({ size: 1 })
  try {
    const problems = await pool.run<{ file: string }, string[]>(QUICK_CHECK, { file }, { ms: LONGEST })
    return problems[0] ?? null
  } finally {
    await pool.close()
  }
}
