import { randomUUID } from 'node:crypto'
import { createWriteStream, readdirSync } from 'node:fs'
import { copyFile, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { instantText } from '../../db/clock.ts'

export const DATABASE = 'twentythree.sqlite'
export const MANIFEST = 'backup.json'

/** Entries of a data folder that are not backed up: earlier copies, the lock, and temporary files. */
const LEFT_OUT = /^(?:backups|serving\.lock.*|twentythree\.sqlite.*|before-restore-.*|restoring-.*|\..*)$/
const UNFINISHED = 'incoming'

export function isLeftOut(name: string): boolean {
  return LEFT_OUT.test(name)
}

const NAME = /^twentythree-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)\.zip$/

/** The file name of a backup. */
export function backupName(made_at: Temporal.Instant): string {
  return `twentythree-${instantText(made_at).slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}.zip`
}

/** The instant in the name of a backup, as text; null where it is not the name of one. */
export function backupTime(name: string): string | null {
  const [, year, month, day, hour, minute, second] = NAME.exec(name) ?? []
  return year === undefined ? null : `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
}

export function backupsFolder(data_dir: string): string {
  return path.join(data_dir, 'backups')
}

/** The names of the backups in a folder, newest first. */
export function backupsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => backupTime(name) !== null)
      .sort()
      .reverse()
  } catch {
    // there is no folder before the first backup
    return []
  }
}

/** The path of the newest backup of a data folder; null where there is none. */
export function newestBackup(data_dir: string): string | null {
  const folder = backupsFolder(data_dir)
  const [name] = backupsIn(folder)
  return name === undefined ? null : path.join(folder, name)
}

/** All files of the site below its data folder, but for the database. */
async function filesBelow(data_dir: string): Promise<string[]> {
  const found: string[] = []
  const walk = async (below: string): Promise<void> => {
    const entries = await readdir(path.join(data_dir, below), { withFileTypes: true }).catch(ignoreMissing)
    for (const entry of entries) {
      if (below === '' ? isLeftOut(entry.name) : entry.name === UNFINISHED) continue
      const name = path.posix.join(below, entry.name)
      if (entry.isDirectory()) await walk(name)
      else if (entry.isFile()) found.push(name)
    }
  }
  await walk('')
  return found
}

/**
 * Links the files of a data folder into another one, or copies them where the file system has no links: what is deleted
 * afterwards is still there.
 */
export async function linkFiles(data_dir: string, into: string): Promise<string[]> {
  const names = await filesBelow(data_dir)
  for (const name of names) {
    const [from, to] = [path.join(data_dir, name), path.join(into, name)]
    await mkdir(path.dirname(to), { recursive: true, mode: 0o700 })
    await link(from, to).catch((error: unknown) => copyInstead(error, from, to))
  }
  return names
}

async function copyInstead(error: unknown, from: string, to: string): Promise<void> {
  const { code } = Object(error)
  // linked by the first pass, or deleted meanwhile
  if (code === 'EEXIST' || code === 'ENOENT') return
  await copyFile(from, to).catch(ignoreMissing)
}

/** Ignores files that are deleted during the copy. */
function ignoreMissing(error: unknown): never[] {
  if (Object(error).code === 'ENOENT') return []
  throw error
}

/**
 * Writes a ZIP atomically: under another name first, flushed and checked, then renamed.
 * @param check throws where the written file is not valid
 */
export async function writeZip(
  to: string,
  from: string,
  manifest: object,
  check: (part: string) => Promise<void>,
): Promise<void> {
  const zip = new ZipFile()
  zip.addBuffer(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), MANIFEST)
  zip.addFile(path.join(from, DATABASE), DATABASE)
  for (const name of await filesBelow(from)) {
    // pictures are compressed already
    zip.addFile(path.join(from, name), name, { compress: false })
  }
  zip.end()
  const part = `${to}.${randomUUID()}.part`
  try {
    await pipeline(zip.outputStream, createWriteStream(part, { flags: 'wx', mode: 0o600 }))
    await using file = await open(part, 'r+')
    await file.sync()
    await check(part)
    await rename(part, to)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

const FORGOTTEN = Temporal.Duration.from({ hours: 24 })

/** Deletes temporary files that a crash left. */
export async function removeLeftovers(folder: string, now: Temporal.Instant): Promise<void> {
  const before = now.subtract(FORGOTTEN).epochMilliseconds
  for (const name of await readdir(folder)) {
    const found = path.join(folder, name)
    if (!/^making-|\.part$/.test(name)) continue
    if ((await stat(found)).mtimeMs < before) await rm(found, { recursive: true, force: true })
  }
}
