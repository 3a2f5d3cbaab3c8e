import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Demo } from './site.ts'

/** Smallest size of the Spring cohort, with somebody in each role. */
export const SMALLEST = 4

/**
 * Creates the site of the demo in a process of its own, since creating takes as much memory as serving, and the server
 * would keep it.
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
