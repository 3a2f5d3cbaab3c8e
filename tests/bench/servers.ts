import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type Demo, startDemo } from '../support/demo-process.ts'
import { freePort } from '../support/server-process.ts'
import type { Target } from './load.ts'

const root = path.join(import.meta.dirname, '../..')

/** Whether servers run on the first processor alone; the load then comes from the second. */
export const pinned = process.platform === 'linux' && spawnSync('taskset', ['--version']).status === 0
if (pinned) spawnSync('taskset', ['-a', '-p', '-c', '1', String(process.pid)])
const ON_FIRST = pinned ? ['taskset', '-c', '0'] : []

interface BenchServer extends Target {
  /** Milliseconds from the start of the process to its first answer. */
  started_in: number
  stop(): Promise<void>
}

/** A server in a process of its own, with the options of V8 that `npm start` gives. @param health answers when it is up */
export async function startBenchServer(
  file: string,
  health: string,
  env: Record<string, string>,
): Promise<BenchServer> {
  const port = await freePort()
  const [program = '', ...rest] = [...ON_FIRST, process.execPath, ...process.execArgv, path.join(root, file)]
  const from = performance.now()
  const child = spawn(program, rest, {
    cwd: root,
    env: { ...process.env, ...env, HOST: '127.0.0.1', PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const origin = `http://127.0.0.1:${port}`
  await answers(child, origin + health)
  const started_in = performance.now() - from
  return { origin, pid: child.pid ?? 0, started_in, stop: () => stop(child) }
}

async function answers(child: ChildProcess, address: string): Promise<void> {
  while (child.exitCode === null) {
    try {
      if ((await fetch(address)).ok) return
    } catch {
      await new Promise((soon) => setTimeout(soon, 5))
    }
  }
  throw new Error(`${address} does not answer: the server ended with code ${child.exitCode}`)
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

/** The demo's site in a folder of its own, for a server that did not make it. */
export async function demoFolder(size: string): Promise<{ demo: Demo; data_dir: string; remove: () => void }> {
  const { child, demo } = await startDemo(size)
  const data_dir = mkdtempSync(path.join(os.tmpdir(), 'twentythree-bench-'))
  const remove = () => rmSync(data_dir, { recursive: true, force: true })
  process.on('exit', remove)
  cpSync(demo.data_dir, data_dir, { recursive: true })
  await stop(child)
  return { demo, data_dir, remove }
}
