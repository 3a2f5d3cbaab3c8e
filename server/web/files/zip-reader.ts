import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import iconv from 'iconv-lite'
import { type Entry, fromBufferPromise, openPromise, type ZipFile } from 'yauzl'

/** What is wrong with an entry: `expected` tells what is there, and what to do. */
interface ZipProblem {
  file: string
  expected: string
}

/** A file in a ZIP. Its name is in Unicode's composed form, with "/" between folders. */
export interface ZippedFile {
  name: string
  entry: Entry
}

export interface ZipListing {
  files: ZippedFile[]
  /** Entries that are not read. */
  passed_over: string[]
  problems: ZipProblem[]
}

interface ListingOptions {
  /** Whether an entry is left unread. */
  passesOver: (name: string) => boolean
  /** How many files may be read. */
  most: number
}

/** An entry as two places of the ZIP name it, and its byte range. */
interface EntryLocation extends ZippedFile {
  local: string | null
  from: number
  to: number
}

const LONGEST_NAME = 200
/** Entries beside the files that may be read, such as the files of a .git folder. */
const MOST_PASSED_OVER = 100_000
const OPTIONS = { autoClose: false, decodeStrings: false, lazyEntries: true, validateEntrySizes: true } as const
const STORED = 0
const DEFLATED = 8
const UTF8 = 0x0800
const ENCRYPTED = 0x0001 | 0x0040 | 0x2000
const UNICODE_PATH = 0x7075
const FILE_KINDS = [0, 0x8000, 0x4000]

/** @throws where it is no ZIP, or ends too early */
export function openZip(source: string | Buffer): Promise<ZipFile> {
  return typeof source === 'string' ? openPromise(source, OPTIONS) : fromBufferPromise(source, OPTIONS)
}

/**
 * Lists the files of a ZIP and what is wrong with them: names that lead out, links, encryption, unknown compression, names
 * that are there twice, shared bytes. Folders are left out.
 * @throws where the list itself is damaged
 */
export async function listZip(zip: ZipFile, { passesOver, most }: ListingOptions): Promise<ZipListing> {
  const found: EntryLocation[] = []
  const passed_over: string[] = []
  const problems: ZipProblem[] = []
  const tooMany = (count: number, limit: number) => ({
    files: [],
    passed_over,
    problems: [{ file: 'ZIP', expected: `${count} entries are in it; expected at most ${limit}` }],
  })
  if (zip.entryCount > most + MOST_PASSED_OVER) return tooMany(zip.entryCount, most)
  for await (const entry of zip.eachEntry()) {
    const name = nameOf(entry)
    const pathWrong = pathProblem(name)
    if (pathWrong) problems.push({ file: printable(name), expected: pathWrong })
    else if (passesOver(name.replace(/\/$/, ''))) {
      if (!name.endsWith('/')) passed_over.push(printable(name))
    } else {
      const wrong = signProblem(name) ?? entryProblem(entry, name)
      if (wrong) problems.push({ file: printable(name), expected: wrong })
      else if (!name.endsWith('/')) {
        if (found.length === most) return tooMany(zip.entryCount, most)
        const local = await zip.readLocalFileHeaderPromise(entry)
        const [from, to] = [entry.relativeOffsetOfLocalHeader, local.fileDataStart + entry.compressedSize]
        found.push({ entry, name, local: decoded(local.fileName, entry), from, to })
      }
    }
  }
  const files = found.map(({ entry, name }) => ({ entry, name }))
  return { files, passed_over, problems: [...problems, ...locationProblems(found)] }
}

/** The bytes of a file. @throws at their end where they differ from its size or checksum */
export async function* readZipped(zip: ZipFile, { name, entry }: ZippedFile): AsyncGenerator<Buffer> {
  const stream: Readable = await zip.openReadStreamPromise(entry)
  let sum = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    sum = crc32(chunk, sum)
    yield chunk
  }
  if (sum !== entry.crc32) throw new Error(`${name} is not what the ZIP says of it.`)
}

/**
 * The folders that contain a file of this name, each with "/" at its end or '' for the top: those that lie highest, at most
 * two folders deep, as systems and Git hosts put folders around what they zip.
 */
export function foldersWith(names: readonly string[], file: RegExp): string[] {
  const folders = names.flatMap((name) => {
    const parts = name.split('/')
    const last = parts.pop() ?? ''
    return parts.length <= 2 && file.test(last) ? [parts] : []
  })
  const highest = folders.reduce((least, { length }) => Math.min(least, length), 2)
  return folders.filter(({ length }) => length === highest).map((parts) => parts.map((part) => `${part}/`).join(''))
}

/** The name as it is compared where neither capitals nor the composition of letters count. */
export function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

/** Windows programs write backslashes, macOS decomposed letters. */
function nameOf(entry: Entry): string {
  return decoded(entry.fileNameRaw, entry)
}

function decoded(raw: Uint8Array, { generalPurposeBitFlag, extraFields, fileNameRaw }: Entry): string {
  const given = Buffer.from(raw)
  const field = extraFields.find(({ id }) => id === UNICODE_PATH)?.data
  const spare = field && field.length > 5 && field[0] === 1 && field.readUInt32LE(1) === crc32(fileNameRaw)
  const name = spare && given.equals(fileNameRaw) ? field.subarray(5).toString('utf8') : utf8(given)
  // without the flag it should be the code page of MS-DOS, of which 850 has the letters of Western Europe
  const read = name ?? (generalPurposeBitFlag & UTF8 ? given.toString('utf8') : iconv.decode(given, 'cp850'))
  return read.replaceAll('\\', '/').normalize('NFC')
}

function utf8(raw: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw)
  } catch {
    return null
  }
}

function pathProblem(name: string): string | null {
  if (name === '' || name.length > LONGEST_NAME)
    return `this name is empty or longer than ${LONGEST_NAME} signs; expected a shorter one`
  if (name.startsWith('/') || /^[a-z]:/i.test(name))
    return 'this name begins at the root of a disk; expected one within the folder'
  const parts = name.replace(/\/$/, '').split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    return 'this name leads out of the folder or nowhere; expected one within it'
  return name.includes('\0') ? CONTROL : null
}

/** Joiners and tags hold letters and emoji together; other format characters can make a name look like another. */
const CONTROL_SIGN = /(?!\u200c|\u200d|[\u{e0020}-\u{e007f}])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
const CONTROL = 'a control sign stands in this name; expected none'

function signProblem(name: string): string | null {
  if (name.includes('\ufffd')) return 'this name is not UTF-8, although the ZIP says so; expected one that is'
  return CONTROL_SIGN.test(name) ? CONTROL : null
}

function entryProblem(entry: Entry, name: string): string | null {
  if (entry.generalPurposeBitFlag & ENCRYPTED) return 'this file is encrypted; expected files without a password'
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED)
    return 'this file is packed in an unusual way; expected ZIP with "deflate", the usual one'
  const kind = (entry.externalFileAttributes >>> 16) & 0xf000
  if (!FILE_KINDS.includes(kind)) return 'this is a link or a device; expected a plain file'
  if (name.endsWith('/') && entry.uncompressedSize > 0) return 'this folder has bytes of its own; expected none'
  return null
}

/** Entries with equal names (also for file systems that ignore case), overlapping bytes, or two names. */
function locationProblems(places: readonly EntryLocation[]): ZipProblem[] {
  const problem = ({ name }: EntryLocation, expected: string) => ({ file: name, expected })
  const seen = new Set<string>()
  const twice = places.filter(({ name }) => seen.size === seen.add(foldedName(name)).size)
  const inOrder = places.toSorted((one, other) => one.from - other.from)
  const overlapping = inOrder.filter((place, index) => place.from < (inOrder[index - 1]?.to ?? 0))
  return [
    ...twice.map((place) => problem(place, 'this name is there twice; expected each once')),
    ...overlapping.map((place) => problem(place, 'this file shares bytes with another; expected its own')),
    ...places
      .filter(({ name, local }) => name !== local)
      .map((place) => problem(place, 'this file has two names in the ZIP; expected one')),
  ]
}

function printable(name: string): string {
  return name.replaceAll(/[^\P{C}\u{fffd}]/gu, '?').slice(0, 120)
}
