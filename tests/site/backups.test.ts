import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { expect, onTestFinished, test } from 'vitest'
import { ZipFile } from 'yazl'
import { lockFolder } from '../../server/db/data-lock.ts'
import { openDatabase } from '../../server/db/open.ts'
import { restoreBackup } from '../../server/site/backups/restore-backup.ts'
import { photo, sendForm } from '../images/photos.ts'
import { managed } from '../support/manage-command.ts'
import { startServer } from '../support/server-process.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'
import { unzip } from '../support/unzip.ts'

const NOW = Temporal.Instant.from('2026-03-02T07:00:00Z')

function temporary(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'backups-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** A site on disk, whose database lies in its data folder as a real one's does. */
async function siteOnDisk() {
  const file = path.join(temporary(), 'twentythree.sqlite')
  const site = await testSite({ file })
  return { site, folder: site.config.data_dir }
}

async function addPicture(person: Actor): Promise<void> {
  const answer = await sendForm(person, '/images', [
    ['picture', { bytes: await photo({ width: 300, height: 200 }), name: 'a.jpg' }],
  ])
  expect(answer.status).toBe(200)
}

/** @returns its hash */
async function addCoursePicture(site: TestSite): Promise<string> {
  const author = site.person({ role: 'author' })
  const bytes = await photo({ width: 300, height: 200 })
  const file = await site.services.images.receive(Readable.from([bytes]), 'garden.jpg')
  await site.services.coursePictures.add(site.course(), file, author.id)
  return site.db.prepare<[], string>('SELECT hash FROM course_picture').pluck().get() ?? ''
}

function restored(folder: string) {
  const db = openDatabase(path.join(folder, 'twentythree.sqlite'))
  try {
    const one = (sql: string) => db.prepare<[], string>(sql).pluck().all()
    return {
      integrity: db.pragma('integrity_check', { simple: true }),
      broken: db.pragma('foreign_key_check'),
      comments: one('SELECT body FROM comment'),
      hashes: one('SELECT DISTINCT hash FROM image'),
      names: one('SELECT name FROM person'),
    }
  } finally {
    db.close()
  }
}

test('a backup made during writes contains every earlier comment and each picture it refers to', async () => {
  const { site } = await siteOnDisk()
  using _ = site
  const { cohort, learner, peer } = site.cast()
  const reflection = site.reflection(learner, cohort)
  await addPicture(learner)
  const course_picture = await addCoursePicture(site)
  const acknowledged: string[] = []
  const writing = new AbortController()
  const write = async (person: Actor, name: string) => {
    for (let number = 0; !writing.signal.aborted; number++) {
      const body = `${name} ${number}`
      const answer = await person.post(`/reflections/${reflection}/comments`, { body, once: `${name}-${number}` })
      if (answer.status === 303) acknowledged.push(body)
      if (number % 5 === 0) await addPicture(person)
    }
  }
  const writers = [write(learner, 'Amara'), write(peer, 'Kenji')]
  while (acknowledged.length < 6) await new Promise((soon) => setTimeout(soon, 5))
  const before = [...acknowledged]
  const to = path.join(temporary(), 'copy.zip')
  await site.services.backups.make({ to })
  writing.abort()
  await Promise.all(writers)

  const elsewhere = temporary()
  expect(await restoreBackup(to, elsewhere, NOW)).toBeNull()
  const { integrity, broken, comments, hashes } = restored(elsewhere)
  expect([integrity, broken]).toEqual(['ok', []])
  expect(before.filter((body) => !comments.includes(body))).toEqual([])
  expect(hashes.length).toBeGreaterThan(0)
  for (const hash of hashes) {
    expect(readdirSync(path.join(elsewhere, 'uploads', hash.slice(0, 2), hash))).toContain('480.webp')
  }
  expect(
    existsSync(path.join(elsewhere, 'uploads/courses', course_picture.slice(0, 2), `${course_picture}.webp`)),
  ).toBe(true)
  // nothing half done stays behind
  expect(readdirSync(elsewhere).sort()).toEqual(['serving.lock', 'twentythree.sqlite', 'uploads'])
  expect(readdirSync(path.join(site.config.data_dir, 'backups'))).toEqual([])
})

test('a restore keeps the old contents beside the new ones', async () => {
  const { site } = await siteOnDisk()
  using _ = site
  site.person({ name: 'Sione Tupou' })
  const to = path.join(temporary(), 'copy.zip')
  await site.services.backups.make({ to })
  const folder = temporary()
  const old = openDatabase(path.join(folder, 'twentythree.sqlite'))
  old.exec("CREATE TABLE old (words TEXT); INSERT INTO old VALUES ('before')")
  old.close()
  mkdirSync(path.join(folder, 'uploads/ab'), { recursive: true })
  const aside = (await restoreBackup(to, folder, NOW)) ?? ''
  expect(restored(folder).names).toContain('Sione Tupou')
  const kept = openDatabase(path.join(aside, 'twentythree.sqlite'))
  expect(kept.prepare('SELECT words FROM old').pluck().get()).toBe('before')
  kept.close()
  expect(existsSync(path.join(aside, 'uploads/ab'))).toBe(true)
})

interface Entry {
  name: string
  text: string | Buffer
  mode?: number
}

async function zipOf(entries: Entry[], rename: [string, string][] = []): Promise<string> {
  const file = path.join(temporary(), 'made.zip')
  const zip = new ZipFile()
  for (const { name, text, mode } of entries) {
    zip.addBuffer(Buffer.from(text), name, mode === undefined ? { compress: false } : { mode, compress: false })
  }
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(file))
  // names that the library would not write, of the same length
  let bytes = readFileSync(file).toString('latin1')
  for (const [from, to] of rename) bytes = bytes.replaceAll(from, to)
  writeFileSync(file, bytes, 'latin1')
  return file
}

const MANIFEST = { name: 'backup.json', text: '{"format":1}' }

test.each<[string, Entry[], [string, string][], string]>([
  ['a name that leads out', [{ name: 'aa/slip.txt', text: 'x' }], [['aa/slip.txt', '../slip.txt']], 'bad_name'],
  ['a name from the root', [{ name: 'aetc/slip.txt', text: 'x' }], [['aetc/slip.txt', '/etc/slip.txt']], 'bad_name'],
  ['a backslash that leads out', [{ name: 'aa/slip.txt', text: 'x' }], [['aa/slip.txt', '..\\slip.txt']], 'bad_name'],
  [
    'a file beside the folder around it',
    [
      { name: 'u/twentythree.sqlite', text: 'x' },
      { name: 'notes.txt', text: 'x' },
    ],
    [],
    'bad_name',
  ],
  [
    'two backups',
    [
      { name: 'a/twentythree.sqlite', text: 'x' },
      { name: 'b/twentythree.sqlite', text: 'x' },
    ],
    [],
    'several',
  ],
  [
    'a file of another content',
    [MANIFEST, { name: 'uploads/x', text: 'the words' }],
    [['the words', 'tha words']],
    'damaged_file',
  ],
  ['a hidden file', [{ name: 'uploads/.ssh', text: 'x' }], [], 'bad_name'],
  ['the folder of backups', [{ name: 'backups/x.zip', text: 'x' }], [], 'bad_name'],
  ['the lock', [{ name: 'serving.lock', text: 'x' }], [], 'bad_name'],
  ['a link', [{ name: 'uploads/link', text: '/etc/passwd', mode: 0o120777 }], [], 'bad_name'],
  ['the same name twice', [MANIFEST, MANIFEST], [], 'bad_name'],
  ['no database', [MANIFEST], [], 'no_backup'],
  ['no database inside', [MANIFEST, { name: 'twentythree.sqlite', text: 'x'.repeat(5000) }], [], 'broken'],
  ['an empty database', [MANIFEST, { name: 'twentythree.sqlite', text: '' }], [], 'broken'],
])('a ZIP with %s is refused, and the folder is as before', async (_what, entries, rename, why) => {
  const folder = path.join(temporary(), 'data')
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'twentythree.sqlite'), 'as it was')
  const file = await zipOf(entries, rename)
  await expect(restoreBackup(file, folder, NOW)).rejects.toMatchObject({ why })
  expect(readFileSync(path.join(folder, 'twentythree.sqlite'), 'utf8')).toBe('as it was')
  expect(readdirSync(folder).filter((name) => name !== 'serving.lock')).toEqual(['twentythree.sqlite'])
  expect(existsSync(path.join(folder, '../slip.txt'))).toBe(false)
})

interface ZippedAgain {
  around?: string
  separator?: string
  aside?: string[]
  options?: { compress?: boolean; forceZip64Format?: boolean }
  /** Sizes follow the bytes, as in a ZIP that is written while it is read. */
  streamed?: boolean
}

/** The files of a backup in a ZIP that somebody made of them. */
async function zippedAgain(files: Map<string, Buffer>, how: ZippedAgain): Promise<string> {
  const { around = '', separator = '/', aside = [], options = {}, streamed = false } = how
  const zip = new ZipFile()
  const folders = [...files.keys()].map((name) => path.posix.dirname(name)).filter((name) => name !== '.')
  for (const name of new Set([around, ...folders.map((folder) => `${around}${folder}/`)])) {
    if (name !== '') zip.addEmptyDirectory(name)
  }
  for (const name of aside) zip.addBuffer(Buffer.from('of a system'), name)
  for (const [name, bytes] of files) {
    if (streamed) zip.addReadStream(Readable.from([bytes]), `${around}${name}`)
    else zip.addBuffer(bytes, `${around}${name}`, options)
  }
  zip.end()
  const file = path.join(temporary(), 'again.zip')
  await pipeline(zip.outputStream, createWriteStream(file))
  if (separator === '/') return file
  let written = readFileSync(file).toString('latin1')
  for (const name of files.keys()) {
    const from = `${around}${name}`
    written = written.replaceAll(from, from.replaceAll('/', separator))
  }
  writeFileSync(file, written, 'latin1')
  return file
}

test('a backup that was unpacked and zipped again is restored', async () => {
  const { site } = await siteOnDisk()
  using _ = site
  const person = site.person({ name: 'Lupe Tamasese' })
  await addPicture(person)
  await addCoursePicture(site)
  const to = path.join(temporary(), 'copy.zip')
  await site.services.backups.make({ to })
  const files = await unzip(readFileSync(to))
  const ways: ZippedAgain[] = [
    {},
    { around: 'twentythree 2/' },
    { around: 'backups/monday/', streamed: true },
    { around: 'u/', separator: '\\' },
    { options: { compress: false } },
    { options: { forceZip64Format: true } },
    {
      around: 'u/',
      aside: [
        'u/.DS_Store',
        'u/uploads/Thumbs.db',
        'u/desktop.ini',
        '__MACOSX/u/._backup.json',
        '__MACOSX/._u',
        '.DS_Store',
      ],
    },
  ]
  for (const how of ways) {
    const folder = temporary()
    expect(await restoreBackup(await zippedAgain(files, how), folder, NOW)).toBeNull()
    expect(restored(folder).names).toContain('Lupe Tamasese')
    expect(readdirSync(folder).sort()).toEqual(['serving.lock', 'twentythree.sqlite', 'uploads'])
  }
})

test('a backup is refused if it lacks a picture, is of a newer version, or is truncated', async () => {
  const { site } = await siteOnDisk()
  using _ = site
  const person = site.person()
  await addPicture(person)
  const to = path.join(temporary(), 'copy.zip')
  await site.services.backups.make({ to })
  const files = await unzip(readFileSync(to))
  const entries = Array.from(files, ([name, text]) => ({ name, text }))
  const without = await zipOf(entries.filter(({ name }) => !name.startsWith('uploads/')))
  await expect(restoreBackup(without, temporary(), NOW)).rejects.toMatchObject({ why: 'pictures', detail: '1' })

  site.db.prepare("INSERT INTO migration VALUES ('9999_tomorrow.sql', '')").run()
  const later = path.join(temporary(), 'later.zip')
  await site.services.backups.make({ to: later })
  await expect(restoreBackup(later, temporary(), NOW)).rejects.toMatchObject({ why: 'newer' })

  writeFileSync(to, readFileSync(to).subarray(0, -1000))
  await expect(restoreBackup(to, temporary(), NOW)).rejects.toMatchObject({ why: 'no_backup' })
})

test('a folder is held by one process at a time', () => {
  const folder = temporary()
  const letGo = lockFolder(folder)
  expect(lockFolder(folder, 0)).toBeNull()
  letGo?.()
  lockFolder(folder, 0)?.()
})

test('from the command line: back up beside a running server, restore only without one', async () => {
  const folder = temporary()
  const manage = async (...args: string[]) => (await managed(folder, ...args)).facts
  const server = await startServer(folder)
  const to = path.join(temporary(), 'copy.zip')
  expect(await manage('backup', to)).toMatchObject({ ok: true, file: to })
  expect((await manage('backup', to)).error).toContain('already')
  const { file } = await manage('backup')
  expect(path.dirname(String(file))).toBe(path.join(folder, 'backups'))
  expect((await manage('restore', to)).error).toContain('A server runs')
  // a second server on the same folder does not start
  await expect(startServer(folder)).rejects.toThrow(/Another server runs/)
  await server.stop('SIGKILL')
  const back = await manage('restore', to)
  expect(back).toMatchObject({ ok: true, folder, aside: expect.stringContaining('before-restore-') })
  const again = await startServer(folder)
  expect((await fetch(`${again.origin}/`)).status).toBe(200)
  expect(await again.stop('SIGTERM')).toBe(0)
})

test('an admin makes, sees and downloads a backup, and the log has both acts', async () => {
  using site = await testSite()
  const { admin, organiser } = site.cast()
  expect(await admin.read('/admin/settings/backups')).toContain('There is no backup yet')
  await admin.post('/admin/settings/backups/now')
  await admin.post('/admin/settings/backups/now')
  expect(await admin.read('/admin/settings/backups')).toContain('One is being made')
  await site.services.jobs.runDue()
  const names = site.services.backups.list().map(({ name }) => name)
  expect(names).toEqual(['twentythree-20260302-070000.zip'])
  const address = `/admin/settings/backups/${names[0]}`
  expect(await admin.read('/admin/settings/backups')).toContain(`href="${address}"`)
  const answer = await admin.get(address)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const files = await unzip(Buffer.from(await answer.arrayBuffer()))
  expect([...files.keys()]).toEqual(expect.arrayContaining(['backup.json', 'twentythree.sqlite']))
  expect((await organiser.get(address)).status).toBe(403)
  for (const name of ['nothing.zip', '..%2f..%2fetc%2fpasswd', 'twentythree-20260302-070001.zip']) {
    expect((await admin.get(`/admin/settings/backups/${name}`)).status).toBe(404)
  }
  const log = site.db.prepare("SELECT kind, person_id FROM activity WHERE kind LIKE 'backup.%' ORDER BY id").all()
  expect(log).toEqual([
    { kind: 'backup.made', person_id: admin.id },
    { kind: 'backup.downloaded', person_id: admin.id },
  ])
})

test('a backup is made each night at its hour in the site’s time zone, and the oldest is deleted', async () => {
  using site = await testSite({ now: '2026-03-02T20:00:00Z' })
  const { backups, jobs, settings } = site.services
  settings.set('time_zone', 'Asia/Tokyo')
  settings.set('backup_hour', '4')
  settings.set('backups_kept', '2')
  await jobs.runDue()
  const made: number[] = []
  for (let hour = 0; hour < 24 * 4; hour++) {
    site.clock.advance({ hours: 1 })
    const before = backups.list()[0]?.name
    await jobs.runDue()
    if (backups.list()[0]?.name !== before) made.push(site.clock.now().toZonedDateTimeISO('Asia/Tokyo').hour)
  }
  expect(made).toEqual([4, 4, 4, 4].slice(0, made.length))
  expect(made.length).toBeGreaterThanOrEqual(3)
  expect(backups.list()).toHaveLength(2)
  settings.set('backups_nightly', '0')
  const last = backups.list()[0]?.name
  site.clock.advance({ hours: 30 })
  await jobs.runDue()
  expect(backups.list()[0]?.name).toBe(last)
})
