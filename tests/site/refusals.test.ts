import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import SQLite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../../server/db/migrate.ts'
import { openDatabase } from '../../server/db/open.ts'
import { ENVIRONMENT } from '../support/server-process.ts'

const root = path.join(import.meta.dirname, '../..')
const DATABASE = 'twentythree.sqlite'
const BACKUP = 'twentythree-20260301-020000.zip'

let place = ''
beforeAll(() => {
  place = mkdtempSync(path.join(os.tmpdir(), 'refusals-'))
  chmodSync(place, 0o755)
  const sound = path.join(place, 'sound')
  mkdirSync(path.join(sound, 'backups'), { recursive: true })
  writeFileSync(path.join(sound, 'backups', BACKUP), '')
  const db = openDatabase(path.join(sound, DATABASE))
  migrate(db, Temporal.Instant.from('2026-03-02T07:00:00Z'))
  db.close()
})
afterAll(() => rmSync(place, { recursive: true }))

/** Starts the site on a folder that it should refuse. */
async function start(data_dir: string, uid?: number) {
  const child = spawn(process.execPath, ['server/main.ts'], {
    cwd: root,
    env: { ...ENVIRONMENT, PORT: '0', DATA_DIR: data_dir },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid ? { uid, gid: uid } : {}),
  })
  // a site that starts after all would never end
  child.stdout.on('data', () => child.kill('SIGKILL'))
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  return { code, said: said.trim() }
}

function overwrite(file: string, at: number, bytes: number): void {
  writeSync(openSync(file, 'r+'), Buffer.alloc(bytes, 0x5a), 0, bytes, at)
}

/** What is done to a sound data folder, and what is said then; every other sentence names the file too. */
const cases: [what: string, harm: (file: string) => void, words: RegExp][] = [
  ['a damaged header', (file) => overwrite(file, 0, 100), /is not a database of Twentythree/],
  ['page 2 overwritten', (file) => overwrite(file, 4096, 4096), /is damaged \(/],
  ['a page in the middle overwritten', (file) => overwrite(file, 50 * 4096, 4096), /is damaged \(/],
  ['a truncated file', (file) => truncateSync(file, 20 * 4096), /is damaged \(/],
  ['a file of no bytes', (file) => truncateSync(file, 0), /is empty/],
  ['a text', (file) => writeFileSync(file, 'Dear diary,\n'.repeat(1000)), /is not a database of Twentythree/],
  ["another program's database", (file) => foreign(file), /is not a database of Twentythree/],
  ['a folder', (file) => folderInstead(file), /is a folder where the database should be/],
]

function foreign(file: string): void {
  rmSync(file)
  const db = new SQLite(file)
  db.exec('CREATE TABLE recipe (id INTEGER PRIMARY KEY, words TEXT)')
  db.close()
}

function folderInstead(file: string): void {
  rmSync(file)
  mkdirSync(file)
}

function copyOfSound(name: string): string {
  const folder = path.join(place, name)
  cpSync(path.join(place, 'sound'), folder, { recursive: true })
  return folder
}

const bytesOf = (file: string) => (statSync(file).isFile() ? readFileSync(file).toString('base64') : 'a folder')

test.each(cases)(
  '%s in place of the database is refused in words, with the restore command, and left unchanged',
  async (what, harm, words) => {
    const folder = copyOfSound(what.replaceAll(/\W/g, '-'))
    const file = path.join(folder, DATABASE)
    harm(file)
    const before = bytesOf(file)
    const { code, said } = await start(folder)
    expect(said).toMatch(words)
    expect(said).toContain(file)
    expect(said).toContain(`npm run manage -- restore ${path.join(folder, 'backups', BACKUP)}`)
    expect(said).not.toMatch(/\n|\bat \S+:\d+|node:/)
    expect(code).toBe(1)
    expect(bytesOf(file)).toBe(before)
  },
)

test('a database of a newer version is refused in words and left unchanged', async () => {
  const folder = copyOfSound('newer')
  const db = new SQLite(path.join(folder, DATABASE))
  db.prepare("INSERT INTO migration VALUES ('9999_future.sql', '2030')").run()
  db.close()
  const before = bytesOf(path.join(folder, DATABASE))
  const { code, said } = await start(folder)
  expect(said).toMatch(/^The database \S+ was written by a newer version .*9999_future\.sql.*restore \S+$/)
  expect(code).toBe(1)
  expect(bytesOf(path.join(folder, DATABASE))).toBe(before)
})

test('a file in place of the data folder is named', async () => {
  const file = path.join(place, 'a-file')
  writeFileSync(file, '')
  const { code, said } = await start(file)
  expect(said).toBe(`${file} is a file, not a folder. Set DATA_DIR to a folder.`)
  expect(code).toBe(1)
})

test.each(['the folder', 'the database', 'a folder above'])('%s that cannot be written is named', async (what) => {
  const folder = copyOfSound(what.replaceAll(' ', '-'))
  const file = path.join(folder, DATABASE)
  // for root every file can be written: the site runs as somebody else then
  const uid = process.getuid?.() === 0 ? 65_534 : undefined
  if (uid) chownSync(folder, uid, uid)
  if (what === 'the database') chmodSync(file, 0o400)
  else chmodSync(folder, 0o500)
  const named = { 'the folder': folder, 'the database': file, 'a folder above': path.join(folder, 'below') }[what] ?? ''
  const { code, said } = await start(what === 'the database' ? folder : named, uid)
  expect(said).toMatch(
    /^\S+ cannot be written \(\w+\)\. Give the user who runs Twentythree permission to read and write it\.$/,
  )
  expect(said).toContain(named)
  expect(code).toBe(1)
  chmodSync(folder, 0o700)
})
