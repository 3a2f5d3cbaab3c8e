import { createHash } from 'node:crypto'
import type { Database } from '../db/open.ts'

interface Logo {
  /** Hash of the bytes; part of its address, which can so be cached for ever. */
  hash: string
  width: number
  height: number
}

/** The logo of the site, stored in the database so that a copy of the file contains it. */
export function createLogoStore(db: Database) {
  const find = db.prepare<[], Logo>('SELECT hash, width, height FROM logo')
  const bytesOf = db.prepare<[string], Buffer>('SELECT bytes FROM logo WHERE hash = ?').pluck()
  const put = db.prepare(`
    INSERT INTO logo (id, hash, width, height, bytes) VALUES (1, :hash, :width, :height, :bytes)
    ON CONFLICT (id) DO UPDATE SET hash = :hash, width = :width, height = :height, bytes = :bytes`)
  const drop = db.prepare('DELETE FROM logo')
  let known = find.get() ?? null

  return {
    current: (): Logo | null => known,

    /** The picture with this hash; null for an earlier one. */
    bytes: (hash: string): Buffer | null => bytesOf.get(hash) ?? null,

    /** Within the caller's transaction; call `reload` afterwards. */
    put({ width, height, bytes }: { width: number; height: number; bytes: Buffer }): void {
      put.run({ hash: hashOf(bytes), width, height, bytes })
    },

    hashOf,

    drop: (): void => void drop.run(),

    /** Reads the current logo from the database. */
    reload(): void {
      known = find.get() ?? null
    },
  }
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}

export type LogoStore = ReturnType<typeof createLogoStore>
