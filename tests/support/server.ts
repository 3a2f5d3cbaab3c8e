import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import path from 'node:path'
import { onTestFinished } from 'vitest'

const root = path.join(import.meta.dirname, '../..')

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

/** The real server as a process of its own on a data folder; it ends with the test at the latest. */
export async function startServer(data_dir: string, env: Record<string, string> = {}) {
  const port = await freePort()
  const child = spawn(process.execPath, ['server/main.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOST: '127.0.0.1', PORT: String(port), DATA_DIR: data_dir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const gone = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await gone
  })
  const output: string[] = []
  child.stdout.on('data', (text) => output.push(String(text)))
  child.stderr.on('data', (text) => output.push(String(text)))
  const origin = `http://127.0.0.1:${port}`
  await answers(child, origin, output)
  return {
    origin,
    output: () => output.join(''),
    pid: child.pid,
    async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
      child.kill(signal)
      const [code] = await gone
      return code
    },
  }
}

async function answers(child: ChildProcess, origin: string, output: string[]): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    try {
      if ((await fetch(`${origin}/healthz`)).ok) return
    } catch {
      await new Promise((soon) => setTimeout(soon, 10))
    }
  }
  throw new Error(`The server did not start:\n${output.join('')}`)
}
