import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl'
import { ZipFile as NewZip } from 'yazl'
import { belongsInCourse } from './course-files.ts'
import { addFile, type CourseFolder } from './course-folder.ts'
import { BrokenCourse, type CourseProblem } from './course-problem.ts'
import { PICTURE_FILE } from './picture-links.ts'
import { type EntryLocation, nameProblem, placeProblems } from './zip-entries.ts'

const MOST_ENTRIES = 2000
const MOST_BYTES = 50_000_000
const LARGEST_TEXT = 1_000_000
const STORED = 0
const DEFLATED = 8
const ENCRYPTED = 0x0001 | 0x0040 | 0x2000

/**
 * Reads a course from a ZIP in memory. The declared sizes are checked before anything is inflated, and compared with the
 * result.
 * @throws BrokenCourse with everything that is wrong
 */
export async function readArchive(bytes: Buffer): Promise<CourseFolder> {
  const zip = await opened(bytes)
  const places = await entriesOf(zip)
  const shared = sharedFolder(places)
  const folder: CourseFolder = { texts: new Map(), pictures: new Map() }
  const problems: CourseProblem[] = []
  let left = MOST_BYTES
  for (const { entry, name } of places) {
    const path = name.slice(shared.length)
    if (name.endsWith('/') || isAside(path)) continue
    if (!belongsInCourse(path) && !PICTURE_FILE.test(path)) {
      problems.push(strange(path))
      continue
    }
    const content = await inflated(zip, entry, path, left)
    if (!Buffer.isBuffer(content)) {
      problems.push(content)
      if (content.expected === TOO_MUCH) break
      continue
    }
    left -= content.length
    addFile(folder, path, content, problems)
  }
  if (problems.length > 0) throw new BrokenCourse(problems.slice(0, 100))
  return folder
}

const TOO_MUCH = `the files have more than ${MOST_BYTES / 1_000_000} MB together; expected at most that`

async function opened(bytes: Buffer): Promise<ZipFile> {
  try {
    const zip = await fromBufferPromise(bytes, { decodeStrings: false, lazyEntries: true, validateEntrySizes: true })
    if (zip.entryCount > MOST_ENTRIES) {
      throw broken(`${zip.entryCount} entries are in it; expected at most ${MOST_ENTRIES}`)
    }
    return zip
  } catch (error) {
    throw error instanceof BrokenCourse ? error : broken('this is no ZIP file; expected one of a course')
  }
}

interface LocatedEntry extends EntryLocation {
  entry: Entry
}

/** Every entry with its name and where its bytes lie. @throws BrokenCourse */
async function entriesOf(zip: ZipFile): Promise<LocatedEntry[]> {
  const found: LocatedEntry[] = []
  const problems: CourseProblem[] = []
  let declared = 0
  try {
    for await (const entry of zip.eachEntry()) {
      const name = decoded(entry.fileNameRaw)
      const problem = entryProblem(entry, name)
      if (problem) {
        problems.push({ file: printable(entry.fileNameRaw), line: 1, expected: problem })
        continue
      }
      const local = await zip.readLocalFileHeaderPromise(entry)
      declared += entry.uncompressedSize
      const [from, to] = [entry.relativeOffsetOfLocalHeader, local.fileDataStart + entry.compressedSize]
      found.push({ entry, name: name ?? '', local: decoded(local.fileName), from, to })
    }
  } catch {
    throw broken('the list of its files is damaged; expected a ZIP file that is whole')
  }
  for (const problem of placeProblems(found)) problems.push(problem)
  if (declared > MOST_BYTES) problems.push({ file: 'ZIP', line: 1, expected: TOO_MUCH })
  if (problems.length > 0) throw new BrokenCourse(problems.slice(0, 100))
  return found
}

function entryProblem(entry: Entry, name: string | null): string | null {
  if (name === null) return 'this name is not UTF-8; expected one that is'
  const wrong = nameProblem(name)
  if (wrong) return wrong
  if (entry.generalPurposeBitFlag & ENCRYPTED) return 'this file is encrypted; expected files without a password'
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED)
    return 'this file is packed in an unusual way; expected ZIP with "deflate"'
  const kind = (entry.externalFileAttributes >>> 16) & 0xf000
  if (kind !== 0 && kind !== 0x8000 && kind !== 0x4000) return 'this is a link or a device; expected a plain file'
  if (name.endsWith('/') && entry.uncompressedSize > 0) return 'this folder has bytes of its own; expected none'
  return null
}

/** What is wrong with an entry, or its bytes: at most so many, and exactly those that it says. */
async function inflated(zip: ZipFile, entry: Entry, file: string, left: number): Promise<Buffer | CourseProblem> {
  const problem = (expected: string) => ({ file, line: 1, expected })
  if (entry.uncompressedSize > left) return problem(TOO_MUCH)
  if (!PICTURE_FILE.test(file) && entry.uncompressedSize > LARGEST_TEXT)
    return problem(`this text has ${entry.uncompressedSize} bytes; expected at most ${LARGEST_TEXT / 1_000_000} MB`)
  try {
    // ends in an error at the first byte beyond the size that the entry says
    const content = await buffer(await zip.openReadStreamPromise(entry))
    if (content.subarray(0, 4).toString('latin1') === 'PK\x03\x04')
      return problem('a ZIP is in the ZIP; expected files')
    if (crc32(content) === entry.crc32) return content
  } catch {
    // said below
  }
  return problem('this file is not what the ZIP says of it, in size or content; expected a ZIP file that is whole')
}

/** "my-course/" where everything lies in one folder, as systems make a ZIP of a folder; else nothing. */
function sharedFolder(places: readonly LocatedEntry[]): string {
  const names = places.map(({ name }) => name).filter((name) => !isAside(name))
  const first = names[0]?.split('/', 1)[0] ?? ''
  const all = first !== 'things' && first !== 'pictures' && names.every((name) => name.startsWith(`${first}/`))
  return names.length > 0 && all ? `${first}/` : ''
}

/** What systems put beside files without being asked. */
function isAside(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX')
}

function strange(path: string): CourseProblem {
  const words = /\.(zip|jar|gz|tgz|7z|rar|bz2|xz|tar)$/i.test(path)
    ? 'an archive is in the ZIP; expected files'
    : 'this file does not belong here; expected course.yaml, things/01-name-of-the-thing.md and pictures/name.webp'
  return { file: path, line: 1, expected: words }
}

function decoded(raw: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw)
  } catch {
    return null
  }
}

function printable(raw: Uint8Array): string {
  return new TextDecoder()
    .decode(raw)
    .replaceAll(/[^\P{C}\u{fffd}]/gu, '?')
    .slice(0, 120)
}

function broken(expected: string): BrokenCourse {
  return new BrokenCourse([{ file: 'ZIP', line: 1, expected }])
}

/** The ZIP of a course: the same bytes for the same course, whenever and wherever it is made. */
export function writeArchive({ texts, pictures }: CourseFolder): Promise<Buffer> {
  const zip = new NewZip()
  // the format keeps the local time, and so this is the same everywhere
  const options = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true }
  const files: [string, Uint8Array][] = [...texts].map(([path, text]) => [path, Buffer.from(text)])
  for (const [path, bytes] of [...files, ...pictures].sort(([one], [other]) => (one < other ? -1 : 1))) {
    zip.addBuffer(Buffer.from(bytes), path, { ...options, compress: !pictures.has(path) })
  }
  zip.end()
  return buffer(zip.outputStream)
}
