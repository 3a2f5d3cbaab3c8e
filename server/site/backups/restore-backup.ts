import { createWriteStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, readdir, rename, rm, statfs } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ZipFile } from 'yauzl'
import { lockFolder } from '../../db/data-lock.ts'
import { type Database, openDatabase } from '../../db/open.ts'
import { isSystemFile } from '../../web/files/system-files.ts'
import { foldersWith, listZip, openZip, readZipped, type ZippedFile } from '../../web/files/zip-reader.ts'
import { examineDatabase } from '../doctor.ts'
import { DATABASE, isLeftOut, MANIFEST } from './backup-files.ts'
import { FORMAT } from './backups.ts'

type RestoreProblem =
  | 'no_file'
  | 'no_backup'
  | 'bad_name'
  | 'several'
  | 'damaged_file'
  | 'no_room'
  | 'broken'
  | 'newer'
  | 'pictures'
  | 'serving'

/** Why a backup cannot be restored; its text is site.restore.<why>. */
export class RestoreError extends Error {
  readonly why: RestoreProblem
  readonly detail: string

  constructor(why: RestoreProblem, detail = '', cause?: unknown) {
    super(`${why} ${detail}`, { cause })
    this.why = why
    this.detail = detail
  }
}

/** Relative paths whose parts never begin with a dot, so that none leads out of the folder. */
const SAFE = /^[A-Za-z0-9_-][\w.-]*(?:\/[A-Za-z0-9_-][\w.-]*)*$/
const DATABASE_FILE = new RegExp(`^${RegExp.escape(DATABASE)}$`)
const MOST_FILES = 2_000_000
const STRANGE = 'no backup has such a file; expected backup.json, twentythree.sqlite and the folder uploads'

/**
 * Replaces the contents of a data folder by a backup, once all of it is unpacked and checked. The old contents are kept
 * beside it.
 * @returns the folder with the old contents; null where there were none. @throws RestoreError
 */
export async function restoreBackup(file: string, data_dir: string, now: Temporal.Instant): Promise<string | null> {
  if (!existsSync(file)) throw new RestoreError('no_file')
  await mkdir(data_dir, { recursive: true, mode: 0o700 })
  const letGo = lockFolder(data_dir, 0)
  if (!letGo) throw new RestoreError('serving')
  const mark = now.toString({ smallestUnit: 'second' }).replaceAll(':', '')
  const stage = path.join(data_dir, `restoring-${mark}`)
  try {
    await unpack(file, stage)
    inspect(stage)
    await rm(path.join(stage, MANIFEST))
    return await swap(stage, data_dir, path.join(data_dir, `before-restore-${mark}`))
  } finally {
    await rm(stage, { recursive: true, force: true })
    letGo()
  }
}

async function unpack(file: string, stage: string): Promise<void> {
  const zip = await openZip(file).catch(() => {
    throw new RestoreError('no_backup')
  })
  try {
    const files = await filesOfBackup(zip)
    await rm(stage, { recursive: true, force: true })
    await mkdir(stage, { mode: 0o700 })
    const { bavail, bsize } = await statfs(stage)
    let room = bavail * bsize
    for (const { name, zipped } of files) {
      room -= zipped.entry.uncompressedSize
      if (room < 0) throw new RestoreError('no_room')
      const to = path.join(stage, name)
      await mkdir(path.dirname(to), { recursive: true, mode: 0o700 })
      const writing = createWriteStream(to, { flags: 'wx', mode: 0o600, flush: true })
      // fails where the entry has more or fewer bytes than declared, or others
      await pipeline(readZipped(zip, zipped), writing).catch((error: unknown) => {
        const full = Object(error).code === 'ENOSPC'
        throw full ? new RestoreError('no_room') : new RestoreError('damaged_file', zipped.name, error)
      })
    }
  } catch (error) {
    throw error instanceof RestoreError
      ? error
      : new RestoreError('no_backup', error instanceof Error ? error.message : '', error)
  } finally {
    zip.close()
  }
}

/**
 * The files of a backup by their names in the data folder. It may have been unpacked and zipped again: folders around it
 * and files of systems do not count. @throws RestoreError for every other file
 */
async function filesOfBackup(zip: ZipFile): Promise<{ name: string; zipped: ZippedFile }[]> {
  const { files, problems } = await listZip(zip, { passesOver: isSystemFile, most: MOST_FILES })
  const [problem] = problems
  if (problem) throw new RestoreError('bad_name', `${problem.file}: ${problem.expected}`)
  const folders = foldersWith(
    files.map(({ name }) => name),
    DATABASE_FILE,
  )
  const [root = ''] = folders
  if (folders.length > 1) throw new RestoreError('several', folders.join(', '))
  return files.map((zipped) => {
    const name = zipped.name.startsWith(root) ? zipped.name.slice(root.length) : ''
    const foreign = name !== DATABASE && isLeftOut(name.split('/')[0] ?? '')
    if (!SAFE.test(name) || foreign) throw new RestoreError('bad_name', `${zipped.name.slice(0, 200)}: ${STRANGE}`)
    return { name, zipped }
  })
}

/** Checks the unpacked backup before anything is changed. */
function inspect(stage: string): void {
  if (!existsSync(path.join(stage, DATABASE)) || formatOf(stage) !== FORMAT) throw new RestoreError('no_backup')
  let db: Database | null = null
  try {
    db = openDatabase(path.join(stage, DATABASE))
    const { integrity_check, foreign_key_check, migrations } = examineDatabase(db)
    if (migrations.unknown.length > 0) throw new RestoreError('newer', migrations.unknown.join(', '))
    if (integrity_check.join() !== 'ok' || foreign_key_check.length > 0) throw new RestoreError('broken')
    const missing = picturesIn(db).filter((place) => !isThere(path.join(stage, 'uploads', place))).length
    if (missing > 0) throw new RestoreError('pictures', String(missing))
  } catch (error) {
    throw error instanceof RestoreError ? error : new RestoreError('broken')
  } finally {
    db?.close()
  }
}

function formatOf(stage: string): unknown {
  try {
    return Object(JSON.parse(readFileSync(path.join(stage, MANIFEST), 'utf8')))['format']
  } catch {
    return null
  }
}

/** Paths of the pictures that the database refers to: folders of those of people, files of those of courses. */
function picturesIn(db: Database): string[] {
  const hashes = (table: string) => db.prepare<[], string>(`SELECT DISTINCT hash FROM ${table}`).pluck().all()
  return [
    ...hashes('image').map((hash) => path.join(hash.slice(0, 2), hash)),
    ...hashes('course_picture').map((hash) => path.join('courses', hash.slice(0, 2), `${hash}.webp`)),
  ]
}

/** Whether the path is a file, or a folder that is not empty. */
function isThere(place: string): boolean {
  const found = statSync(place, { throwIfNoEntry: false })
  return found !== undefined && (found.isFile() || readdirSync(place).length > 0)
}

/** Moves the old contents out and the new ones in; undone where a move fails. */
async function swap(stage: string, data_dir: string, aside: string): Promise<string | null> {
  const old = (await readdir(data_dir)).filter((name) => !isLeftOut(name) || name.startsWith(DATABASE))
  const moved: [from: string, to: string][] = []
  const move = async (from: string, to: string) => {
    await rename(from, to)
    moved.push([from, to])
  }
  if (old.length > 0) await mkdir(aside, { mode: 0o700 })
  try {
    for (const name of old) await move(path.join(data_dir, name), path.join(aside, name))
    for (const name of await readdir(stage)) await move(path.join(stage, name), path.join(data_dir, name))
  } catch (error) {
    for (const [from, to] of moved.reverse()) await rename(to, from)
    throw error
  }
  return old.length > 0 ? aside : null
}
