import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { belongsInCourse } from './course-files.ts'
import { addFile, type CourseFolder } from './course-folder.ts'
import { BrokenCourse, type CourseProblem } from './course-problem.ts'
import { PICTURE_FILE } from './picture-links.ts'

const LARGEST = 1_000_000
const LARGEST_PICTURE = 3_000_000
const MOST = 500

/** The texts of a course folder by path, without its pictures. */
export function readFolder(dir: string): Map<string, string> {
  return readWholeFolder(dir).texts
}

/**
 * The files of a course folder by path, pictures as bytes. Hidden files (.git, .DS_Store) are skipped.
 * @throws BrokenCourse for links and other special files, large files, and texts that are not UTF-8
 */
export function readWholeFolder(dir: string): CourseFolder {
  const problems: CourseProblem[] = []
  const folder: CourseFolder = { texts: new Map(), pictures: new Map() }
  for (const path of listFiles(dir, '', problems)) {
    addFile(folder, path, readFileSync(join(dir, path)), problems)
  }
  if (problems.length > 0) throw new BrokenCourse(problems)
  return folder
}

/**
 * Writes the files of a course. Things and pictures of an earlier export that the course no longer has are removed; other
 * files stay.
 */
export function writeFolder(dir: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  mkdirSync(dir, { recursive: true })
  const problems: CourseProblem[] = []
  const earlier = listFiles(dir, '', problems).filter(isOurs)
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

function listFiles(dir: string, under: string, problems: CourseProblem[]): string[] {
  const names = readdirSync(join(dir, under)).filter((name) => !name.startsWith('.'))
  if (names.length > MOST) {
    problems.push({ file: under || '.', line: 1, expected: `${names.length} files are here; expected at most ${MOST}` })
    return []
  }
  return names.sort().flatMap((name) => {
    const file = under ? `${under}/${name}` : name
    const found = lstatSync(join(dir, file))
    if (found.isDirectory() && under === '') return listFiles(dir, name, problems)
    const largest = PICTURE_FILE.test(file) ? LARGEST_PICTURE : LARGEST
    if (found.isFile() && found.size <= largest) return [file]
    const words = found.isFile() ? `at most ${largest / 1_000_000} MB` : 'a plain file, no link and no deeper folder'
    problems.push({ file, line: 1, expected: `this cannot be part of a course; expected ${words}` })
    return []
  })
}
