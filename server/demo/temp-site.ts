import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { databaseFile } from '../db/data-folder.ts'
import { type Database, openDatabase } from '../db/open.ts'

/** A data folder that is deleted when the process ends, however it ends. */
export function temporaryFolder(): { folder: string; open: () => Database } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'twentythree-demo-'))
  let db: Database | null = null
  process.on('exit', () => {
    db?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    folder,
    /** Opens the database that has been made there. */
    open() {
      db = openDatabase(databaseFile(folder))
      return db
    },
  }
}

/** A port that nobody else can have meanwhile. */
interface ReservedPort {
  port: number
  release(): Promise<void>
}

/**
 * Holds the port while the demo is made, so that one which is taken is known before.
 * @param or_next whether the next one that is free will do, since a real site runs on the usual one
 * @returns null where it is taken
 */
export async function reservePort(port: number, host: string, or_next: boolean): Promise<ReservedPort | null> {
  // it must not keep a process going that has nothing else to do
  const holder = createServer((socket) => socket.destroy()).unref()
  try {
    holder.listen(port, host)
    await once(holder, 'listening')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    return or_next && port < 65_535 ? reservePort(port + 1, host, or_next) : null
  }
  return {
    port: (holder.address() as AddressInfo).port,
    async release() {
      holder.close()
      await once(holder, 'close')
    },
  }
}
