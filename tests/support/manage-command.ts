import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { manage } from '../../server/manage.ts'
import { ENVIRONMENT } from './server-process.ts'

export const MANAGE = path.join(import.meta.dirname, '../../server/manage.ts')

interface Answer {
  code: number
  facts: Record<string, unknown>
}

/** Runs a verb on a data folder as `npm run manage -- ... --json` does, in this process. */
export async function managed(data_dir: string, ...args: string[]): Promise<Answer> {
  const { ok, printed } = await manage([...args, '--json'], { ...ENVIRONMENT, DATA_DIR: data_dir })
  return { code: ok ? 0 : 1, facts: JSON.parse(printed) }
}

/** The same as a process of its own, with exactly these arguments. */
export function managedOutside(data_dir: string, ...args: string[]) {
  const env = { ...ENVIRONMENT, DATA_DIR: data_dir }
  const run = promisify(execFile)(process.execPath, [MANAGE, ...args], { env })
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code: Number(code), stdout: String(stdout), stderr: String(stderr) }),
  )
}
