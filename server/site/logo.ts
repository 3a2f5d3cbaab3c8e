import { createHash } from 'node:crypto'
import type { Database } from '../db/open.ts'

interface Logo {
  /** Of the bytes: stands in its address, which never shows anything else. */
  hash: string
  width: number
  height: number
}

/** The site's own sign, in the database, so that whoever has a copy of the file has it too. */
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

    /** The picture of an address; none for one from before. */
    bytes: (hash: string): Buffer | null => bytesOf.get(hash) ?? null,

    /** Within the caller's transaction; `look` afterwards. */
    put({ width, height, bytes }: { width: number; height: number; bytes: Buffer }): void {
      put.run({ hash: hashOf(bytes), width, height, bytes })
    },

    hashOf,

    drop: (): void => void drop.run(),

    /** Takes up what the database has now. */
    reload(): void {
      known = find.get() ?? null
    },
  }
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}

export type LogoStore = ReturnType<typeof createLogoStore>
