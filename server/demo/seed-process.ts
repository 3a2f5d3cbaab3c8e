import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Demo } from './site.ts'

/** People of the cohort that is under way: the fewest there can be, with somebody in each role. */
export const SMALLEST = 4

/**
 * Makes the site of the demo in a process of its own, which ends when it is made: what making it needs is as much memory
 * as serving it, and would stay with the server.
 * @param env PORT and DATA_DIR of the server that will serve it
 * @throws when it cannot be made; the process has said why on standard error
 */
export async function seedDemo(size: number, env: NodeJS.ProcessEnv): Promise<Demo> {
  const child = fork(path.join(import.meta.dirname, 'seed.ts'), [String(size)], { env })
  const stop = () => child.kill('SIGKILL')
  process.on('exit', stop)
  let made: Demo | null = null
  child.on('message', (demo) => {
    made = demo as Demo
  })
  const [code] = await once(child, 'exit')
  process.off('exit', stop)
  if (made === null) throw new Error(`The site of the demo could not be made (exit code ${code}).`)
  return made
}
