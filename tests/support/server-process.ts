import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import path from 'node:path'

const root = path.join(import.meta.dirname, '../..')

/** What a program that tests start knows of the machine; as with `npm start`, it finds its modules compiled. */
export const ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '',
  HOST: '127.0.0.1',
  NODE_COMPILE_CACHE: path.join(root, 'node_modules/.cache/compiled'),
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

/** The real server as a process of its own on a data folder. @param before a program to run it under */
export async function startServer(data_dir: string, env: Record<string, string> = {}, before: string[] = []) {
  const port = await freePort()
  const from = performance.now()
  const [program = '', ...args] = [...before, process.execPath, 'server/main.ts']
  const child = spawn(program, args, {
    cwd: root,
    env: { ...ENVIRONMENT, PORT: String(port), DATA_DIR: data_dir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: string[] = []
  child.stdout.on('data', (text) => output.push(String(text)))
  child.stderr.on('data', (text) => output.push(String(text)))
  const origin = `http://127.0.0.1:${port}`
  await answers(child, origin, output)
  return {
    origin,
    output: () => output.join(''),
    /** Milliseconds from the start to the first answer. */
    started_in: performance.now() - from,
    pid: child.pid,
    async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
      const gone = once(child, 'exit')
      child.kill(signal)
      const [code] = await gone
      return code
    },
  }
}

async function answers(child: ChildProcess, origin: string, output: string[]): Promise<void> {
  while (child.exitCode === null) {
    try {
      if ((await fetch(`${origin}/healthz`)).ok) return
    } catch {
      await new Promise((soon) => setTimeout(soon, 10))
    }
  }
  throw new Error(`The server did not start:\n${output.join('')}`)
}
