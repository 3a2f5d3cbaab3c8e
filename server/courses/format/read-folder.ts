import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { belongsInCourse } from './course-files.ts'
import { courseFolder, courseLayout, type SentCourse } from './course-folder.ts'
import { BrokenCourse, type CourseProblem } from './course-problem.ts'
import { isPassedOver } from './passed-over.ts'
import { PICTURE_FILE } from './picture-links.ts'
import { isPicture } from './picture-names.ts'

const LARGEST = 1_000_000
const LARGEST_PICTURE = 15_000_000
const MOST_BYTES = 50_000_000
const MOST = 500
/** Two folders around the course, and one in it. */
const DEEPEST = 3

/** The texts of a course folder by path, without its pictures. */
export function readFolder(dir: string): Map<string, string> {
  return readWholeFolder(dir).texts
}

/**
 * The files of a course folder by path, pictures as bytes. What Git, systems and editors put there is not read.
 * @throws BrokenCourse for links and other special files, large and unknown files, and texts that are not UTF-8
 */
export function readWholeFolder(dir: string): SentCourse {
  const problems: CourseProblem[] = []
  const passed_over: string[] = []
  const found = listFiles(dir, { problems, passed_over, deepest: DEEPEST })
  const layout = courseLayout(found.map(({ file }) => file))
  for (const problem of layout.problems) problems.push(problem)
  const sizes = new Map(found.map(({ file, size }) => [file, size]))
  const bytes = layout.files.reduce((sum, { sent }) => sum + (sizes.get(sent) ?? 0), 0)
  const expected = `the files have ${bytes} bytes together; expected at most ${MOST_BYTES / 1_000_000} MB`
  if (bytes > MOST_BYTES) throw new BrokenCourse([...problems, { file: '.', line: 1, expected }])
  const read = layout.files.map((place) => ({ ...place, bytes: readFileSync(join(dir, place.sent)) }))
  const folder = courseFolder(read, problems)
  if (problems.length > 0) throw new BrokenCourse(problems)
  return { ...folder, passed_over }
}

/**
 * Writes the files of a course. Things and pictures of an earlier export that the course no longer has are removed; other
 * files stay.
 */
export function writeFolder(dir: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  mkdirSync(dir, { recursive: true })
  const problems: CourseProblem[] = []
  const earlier = listFiles(dir, { problems, passed_over: [], deepest: 1 }).flatMap(({ file }) =>
    isOurs(file) ? [file] : [],
  )
  const inTheWay = problems.filter(({ file }) => ['things', 'pictures'].includes(file) || isOurs(file))
  if (inTheWay.length > 0) throw new BrokenCourse(inTheWay)
  for (const path of earlier) if (!files.has(path)) rmSync(join(dir, path))
  for (const [path, text] of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
}

function isOurs(path: string): boolean {
  return belongsInCourse(path) || PICTURE_FILE.test(path)
}

interface FolderListing {
  problems: CourseProblem[]
  passed_over: string[]
  /** How many folders deep the files may lie. */
  deepest: number
}

function listFiles(dir: string, listing: FolderListing, under = '', depth = 0): { file: string; size: number }[] {
  const { problems, passed_over, deepest } = listing
  const path = (name: string) => (under ? `${under}/${name}` : name)
  const all = readdirSync(join(dir, under)).sort()
  const [left_out = [], files = []] = [true, false].map((over) =>
    all.map(path).filter((file) => isPassedOver(file) === over),
  )
  for (const file of left_out) passed_over.push(file)
  if (files.length > MOST) {
    problems.push({ file: under || '.', line: 1, expected: `${files.length} files are here; expected at most ${MOST}` })
    return []
  }
  return files.flatMap((file) => {
    const found = lstatSync(join(dir, file))
    if (found.isDirectory() && depth < deepest) return listFiles(dir, listing, file, depth + 1)
    const largest = isPicture(file.replace(/^.*(?=pictures\/)/i, '')) ? LARGEST_PICTURE : LARGEST
    if (found.isFile() && found.size <= largest) return [{ file, size: found.size }]
    const words = found.isFile() ? `at most ${largest / 1_000_000} MB` : 'a plain file, no link and no deeper folder'
    problems.push({ file, line: 1, expected: `this cannot be part of a course; expected ${words}` })
    return []
  })
}
