import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { ZipFile } from 'yazl'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { removeTempFiles } from '../db/temp-files.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { fileNames } from '../web/files/content-disposition.ts'
import { freshSlug } from '../web/text/slug.ts'
import type { Certificate, Certificates } from './certificates.ts'

/** All certificates of a cohort in one ZIP, in progress or done. */
export interface BulkExport {
  id: string
  cohort_id: number
  total: number
  made: number
  asked_at: string
  ended_at: string | null
}

interface BulkExportDeps {
  /** Where the files lie. */
  folder: string
  certificates: Pick<Certificates, 'count' | 'ofCohort'>
  jobs: Jobs
  /** The page of one; null where it has letters that cannot be drawn. */
  draw: (certificate: Certificate) => Promise<Uint8Array | null>
}

const KEPT = Temporal.Duration.from({ hours: 24 * 7 })
const PORTION = 50

/** Made in the background, one certificate after the other; deleted after a week. */
export function createBulkExport(db: Database, clock: Clock, { folder, certificates, jobs, draw }: BulkExportDeps) {
  const columns = 'SELECT id, cohort_id, total, made, asked_at, ended_at FROM certificate_batch'
  const find = db.prepare<[string], BulkExport>(`${columns} WHERE id = ?`)
  const latest = db.prepare<[number], BulkExport>(
    `${columns} WHERE cohort_id = ? ORDER BY asked_at DESC, rowid DESC LIMIT 1`,
  )
  const insert = db.prepare(
    'INSERT INTO certificate_batch (id, cohort_id, total, asked_at) VALUES (:id, :cohort_id, :total, :now)',
  )
  const step = db.prepare('UPDATE certificate_batch SET made = :made WHERE id = :id')
  const end = db.prepare('UPDATE certificate_batch SET ended_at = :now WHERE id = :id')
  const old = db.prepare<[string], string>('SELECT id FROM certificate_batch WHERE asked_at < ?').pluck()
  const drop = db.prepare('DELETE FROM certificate_batch WHERE id = ?')
  const pathOf = (id: string) => path.join(folder, `${id}.zip`)

  async function fill(zip: ZipFile, { id, cohort_id }: BulkExport, signal: AbortSignal): Promise<void> {
    const names = new Set<string>()
    let made = 0
    for (let after = ''; ; ) {
      const found = certificates.ofCohort(cohort_id, { after, limit: PORTION })
      for (const one of found) {
        const page = await draw(one)
        if (page !== null) zip.addBuffer(Buffer.from(page), nameFor(one, names), { compress: false })
        made += 1
        step.run({ id, made })
        await setImmediate()
        signal.throwIfAborted()
      }
      if (found.length < PORTION) return
      after = found.at(-1)?.id ?? after
    }
  }

  jobs.handle<{ id: string }>(
    'certificates.batch',
    async ({ id }, { signal }) => {
      const batch = find.get(id)
      if (!batch || batch.ended_at !== null) return
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const unfinished = `${pathOf(id)}.part`
      const zip = new ZipFile()
      const writing = pipeline(zip.outputStream, createWriteStream(unfinished, { mode: 0o600 }), { signal })
      const filling = fill(zip, batch, signal).finally(() => zip.end())
      await Promise.all([filling, writing])
      await rename(unfinished, pathOf(id))
      end.run({ id, now: nowText(clock) })
    },
    { lease: { minutes: 30 } },
  )

  jobs.handle('certificates.clean', async () => {
    const before = clock.now().subtract(KEPT)
    for (const id of old.all(before.toString({ fractionalSecondDigits: 3 }))) {
      await rm(pathOf(id), { force: true })
      drop.run(id)
    }
    await removeTempFiles(folder, before, (id) => find.get(id) !== undefined)
  })
  jobs.every('certificates.clean', { hours: 24 })

  return {
    /** Starts one, unless one is in progress. */
    start(cohort_id: number): void {
      transaction(db, () => {
        const before = latest.get(cohort_id)
        if (before && before.ended_at === null) return
        const id = randomBytes(16).toString('base64url')
        insert.run({ id, cohort_id, total: certificates.count(cohort_id), now: nowText(clock) })
        jobs.add('certificates.batch', { id })
      })
    },

    latest: (cohort_id: number): BulkExport | null => latest.get(cohort_id) ?? null,

    /** The file of one that is done, in its folder. */
    fileOf: ({ id }: BulkExport) => ({ root: folder, file: `${id}.zip` }),
  }
}

/** A name for a file that no other has. */
function nameFor({ name, handle }: Certificate, taken: Set<string>): string {
  const named = (word: string) => fileNames({ words: [word], otherwise: handle, extension: 'pdf' }).full
  // a folder may not tell capitals from small letters
  const own = freshSlug(name, (other) => taken.has(named(other).toLowerCase()))
  taken.add(named(own).toLowerCase())
  return named(own)
}
