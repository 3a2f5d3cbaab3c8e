import { buffer } from 'node:stream/consumers'
import type { ZipFile } from 'yauzl'
import { ZipFile as NewZip } from 'yazl'
import { listZip, openZip, readZipped, type ZipListing, type ZippedFile } from '../../web/files/zip-reader.ts'
import { type CourseFolder, courseFolder, courseLayout, type SentCourse } from './course-folder.ts'
import { BrokenCourse, type CourseProblem } from './course-problem.ts'
import { isPassedOver } from './passed-over.ts'
import { PICTURE_FILE } from './picture-links.ts'

const MOST_ENTRIES = 2000
const MOST_BYTES = 50_000_000
const LARGEST_TEXT = 1_000_000
const MOST_PROBLEMS = 100

/**
 * Reads a course from a ZIP in memory. The declared sizes are checked before anything is inflated, and compared with the
 * result.
 * @throws BrokenCourse with everything that is wrong
 */
export async function readArchive(bytes: Buffer): Promise<SentCourse> {
  const zip = await openZip(bytes).catch(() => {
    throw broken('this is no ZIP file, or not a whole one; expected one of a course')
  })
  const { files, passed_over, problems: refused } = await listed(zip)
  if (refused.length > 0) throw new BrokenCourse(inLines(refused))
  const layout = courseLayout(files.map(({ name }) => name))
  const byName = new Map(files.map((file) => [file.name, file]))
  const wanted = layout.files.flatMap((place) => {
    const file = byName.get(place.sent)
    return file ? [{ ...place, file }] : []
  })
  const problems = [...layout.problems]
  const declared = wanted.reduce((sum, { file }) => sum + file.entry.uncompressedSize, 0)
  if (declared > MOST_BYTES) throw broken(TOO_MUCH)
  const read: { as: string; path: string; bytes: Buffer }[] = []
  for (const { file, as, path } of wanted) {
    const content = await inflated(zip, file, path)
    if (Buffer.isBuffer(content)) read.push({ as, path, bytes: content })
    else problems.push({ file: as, line: 1, expected: content.wrong })
  }
  const folder = courseFolder(read, problems)
  if (problems.length > 0) throw new BrokenCourse(problems.slice(0, MOST_PROBLEMS))
  return { ...folder, passed_over }
}

const TOO_MUCH = `the files have more than ${MOST_BYTES / 1_000_000} MB together; expected at most that`

async function listed(zip: ZipFile): Promise<ZipListing> {
  try {
    return await listZip(zip, { passesOver: isPassedOver, most: MOST_ENTRIES })
  } catch {
    throw broken('the list of its files is damaged; expected a ZIP file that is whole')
  }
}

/** What is wrong with an entry, or its bytes: at most so many, and exactly those that it says. */
async function inflated(zip: ZipFile, file: ZippedFile, path: string): Promise<Buffer | { wrong: string }> {
  const size = file.entry.uncompressedSize
  if (!PICTURE_FILE.test(path) && size > LARGEST_TEXT)
    return { wrong: `this text has ${size} bytes; expected at most ${LARGEST_TEXT / 1_000_000} MB` }
  try {
    // ends in an error at the first byte beyond the size that the entry says
    const content = await buffer(readZipped(zip, file))
    const is_zip = content.subarray(0, 4).toString('latin1') === 'PK\x03\x04'
    return is_zip ? { wrong: 'a ZIP is in the ZIP; expected files' } : content
  } catch {
    return { wrong: 'this file is not what the ZIP says of it, in size or content; expected a ZIP file that is whole' }
  }
}

function inLines(problems: ZipListing['problems']): CourseProblem[] {
  return problems.slice(0, MOST_PROBLEMS).map((problem) => ({ ...problem, line: 1 }))
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
