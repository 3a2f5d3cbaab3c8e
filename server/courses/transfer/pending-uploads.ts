import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { type Clock, instantText, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import { removeTempFiles } from '../../db/temp-files.ts'
import type { Jobs } from '../../jobs/jobs.ts'

const KEPT = Temporal.Duration.from({ hours: 24 })

/**
 * Uploaded ZIPs whose import is not confirmed: one for each person, with an id that nobody can guess, readable by its
 * sender only, and removed after a day.
 * @param alsoClean runs in the same job
 */
export function createPendingUploads(
  db: Database,
  clock: Clock,
  { folder, jobs, alsoClean }: { folder: string; jobs: Jobs; alsoClean: () => Promise<void> },
) {
  const add = db.prepare(
    'INSERT INTO pending_upload (id, person_id, name, uploaded_at) VALUES (:id, :person_id, :name, :uploaded_at)',
  )
  const find = db
    .prepare<[string, number, string], string>(
      'SELECT name FROM pending_upload WHERE id = ? AND person_id = ? AND uploaded_at > ?',
    )
    .pluck()
  const ofPerson = db.prepare<[number], string>('DELETE FROM pending_upload WHERE person_id = ? RETURNING id').pluck()
  const remove = db.prepare('DELETE FROM pending_upload WHERE id = ? AND person_id = ?')
  const removeOld = db
    .prepare<[string], string>('DELETE FROM pending_upload WHERE uploaded_at <= ? RETURNING id')
    .pluck()
  const isKnown = db.prepare<[string], number>('SELECT 1 FROM pending_upload WHERE id = ?').pluck()

  const pathOf = (id: string) => path.join(folder, `${id}.zip`)
  const removeFiles = (ids: string[]) => Promise.all(ids.map((id) => rm(pathOf(id), { force: true })))
  const oldest = () => clock.now().subtract(KEPT)

  async function removeExpired(): Promise<void> {
    await removeFiles(transaction(db, () => removeOld.all(instantText(oldest()))))
    await removeTempFiles(folder, oldest(), (id) => isKnown.get(id) !== undefined)
  }
  jobs.handle('courses.clean', async () => {
    await removeExpired()
    await alsoClean()
  })
  jobs.every('courses.clean', { hours: 1 })

  return {
    /** @param from the path of the file, which is moved */
    async add(person_id: number, from: string, name: string): Promise<string> {
      const id = randomUUID()
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await rename(from, pathOf(id))
      const replaced = transaction(db, () => {
        const earlier = ofPerson.all(person_id)
        add.run({ id, person_id, name, uploaded_at: nowText(clock) })
        return earlier
      })
      await removeFiles(replaced)
      return id
    },

    /** Null where it has expired, or belongs to another person. */
    async read(id: string, person_id: number): Promise<{ name: string; bytes: Buffer } | null> {
      const name = find.get(id, person_id, instantText(oldest()))
      if (name === undefined) return null
      const bytes = await readFile(pathOf(id)).catch(() => null)
      return bytes && { name, bytes }
    },

    async remove(id: string, person_id: number): Promise<void> {
      const removed = transaction(db, () => remove.run(id, person_id).changes)
      if (removed > 0) await removeFiles([id])
    },
  }
}
