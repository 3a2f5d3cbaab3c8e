import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { Browser } from './http-client.ts'
import { ENVIRONMENT, freePort } from './server-process.ts'

const root = path.join(import.meta.dirname, '../..')

/** What `npm run demo -- --json` says of itself. */
export interface Demo {
  url: string
  data_dir: string
  cohort: string
  accounts: Record<
    'learner' | 'guide' | 'organiser' | 'admin' | 'stranger',
    { email: string; password: string; handle: string }
  >
}

/** The demo site as a process of its own. @param before a program to run it under, such as taskset */
export async function startDemo(people: string, before: string[] = []): Promise<{ child: ChildProcess; demo: Demo }> {
  const port = String(await freePort())
  const [program = '', ...args] = [...before, process.execPath, 'server/manage.ts', 'demo', '--json']
  const child = spawn(program, [...args, '--port', port, '--size', people], {
    cwd: root,
    env: { ...process.env, ...ENVIRONMENT },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += String(chunk)
      const line = text.split('\n').find((one) => one.startsWith('{"url"') && one.endsWith('}'))
      if (line) resolve({ child, demo: JSON.parse(line) })
    })
    child.on('exit', () => reject(new Error(`The demo did not start:\n${text}`)))
  })
}

export async function signedInAt(demo: Demo, who: keyof Demo['accounts']): Promise<Browser> {
  const browser = new Browser(demo.url)
  const { email, password } = demo.accounts[who]
  const answer = await browser.post('/login', { email, password, next: '' })
  if (answer.status !== 303) throw new Error(`${who} cannot sign in: ${answer.status}`)
  return browser
}
