import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { databaseFile } from '../db/data-folder.ts'
import { type Database, openDatabase } from '../db/open.ts'

/** A temporary data folder that is deleted when the process exits. */
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

/** A port that is held until it is released. */
interface ReservedPort {
  port: number
  release(): Promise<void>
}

/**
 * Holds the port while the demo is created, so that a port in use is reported first.
 * @param or_next whether the next free port may be used, for a demo beside a real site
 * @returns null where the port is in use
 */
export async function reservePort(port: number, host: string, or_next: boolean): Promise<ReservedPort | null> {
  // must not keep the process alive
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
