import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { belongsInCourse } from './folder.ts'
import { BrokenCourse, type CourseProblem } from './problems.ts'

const LARGEST = 1_000_000
const MOST = 500

/**
 * The files of a course folder as text, by their path in it. Hidden ones (.git, .DS_Store) are passed over.
 * Throws `BrokenCourse` for links, what is no file, large files and what is not UTF-8.
 */
export function readFolder(dir: string): Map<string, string> {
  const problems: CourseProblem[] = []
  const files = new Map<string, string>()
  for (const path of listFiles(dir, '', problems)) {
    const bytes = readFileSync(join(dir, path))
    try {
      files.set(path, new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    } catch {
      problems.push({ file: path, line: 1, expected: 'these bytes are not text; expected UTF-8' })
    }
  }
  if (problems.length > 0) throw new BrokenCourse(problems)
  return files
}

/** Writes the files of a course. Things of an earlier export that the course no longer has go away; what else is there stays. */
export function writeFolder(dir: string, files: Map<string, string>): void {
  mkdirSync(dir, { recursive: true })
  const problems: CourseProblem[] = []
  const earlier = listFiles(dir, '', problems).filter(belongsInCourse)
  const inTheWay = problems.filter(({ file }) => file === 'things' || belongsInCourse(file))
  if (inTheWay.length > 0) throw new BrokenCourse(inTheWay)
  for (const path of earlier) if (!files.has(path)) rmSync(join(dir, path))
  for (const [path, text] of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
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
    if (found.isFile() && found.size <= LARGEST) return [file]
    const words = found.isFile() ? `at most ${LARGEST / 1_000_000} MB` : 'a plain file, no link and no deeper folder'
    problems.push({ file, line: 1, expected: `this cannot be part of a course; expected ${words}` })
    return []
  })
}
