import type { z } from 'zod'
import { BrokenCourse, type CourseProblem } from './course-problem.ts'
import { crossReferenceProblems } from './cross-references.ts'
import { type FilePart, frontMatterText, NO_YAML, readFrontMatter, readYamlFile, yamlText } from './front-matter.ts'
import { COURSE_FILE, type CourseOutline, courseShape, THING_FILE, type ThingOutline, thingShape } from './schema.ts'
import { isTranslationFile, readTranslations, translationFiles } from './translation-files.ts'

/** Whether a path is one of those that a course folder can have. */
export function belongsInCourse(path: string): boolean {
  return path === COURSE_FILE || THING_FILE.test(path) || isTranslationFile(path)
}

/**
 * Reads a course folder, given as the text of each file by path. The text of a thing is trimmed and gets LF.
 * @throws BrokenCourse with all problems
 */
export function readCourse(files: Map<string, string>): CourseOutline {
  const course = readCourseFile(files.get(COURSE_FILE))
  const paths = [...files.keys()].filter((path) => THING_FILE.test(path)).sort()
  const things = paths.map((path) => readThingFile(path, files.get(path) ?? ''))
  const translated = readTranslations(files, course.value, things)
  const problems = [
    ...[...files.keys()].filter((path) => !belongsInCourse(path)).map(strangeFile),
    ...course.problems,
    ...things.flatMap((thing) => thing.problems),
    ...crossReferenceProblems(course, things),
    ...translated.problems,
  ]
  const outlines = things.flatMap((thing) => thing.value ?? [])
  if (problems.length > 0 || !course.value) throw new BrokenCourse(problems.sort(byPlace))
  const { translations } = translated
  return { ...course.value, things: outlines, ...(translations.length > 0 ? { translations } : {}) }
}

/** Writes the canonical form. @throws BrokenCourse for a course that could not be read again */
export function writeCourse({ things, translations = [], ...course }: CourseOutline): Map<string, string> {
  const files = new Map([[COURSE_FILE, yamlText(courseShape, course)]])
  for (const [index, thing] of things.entries()) {
    files.set(`things/${String(index + 1).padStart(2, '0')}-${thing.slug}.md`, thingText(thing))
  }
  for (const [path, text] of translationFiles(things, translations)) files.set(path, text)
  readCourse(files)
  return files
}

/** Reads the file of one thing. @throws BrokenCourse with all problems */
export function readThing(text: string): ThingOutline {
  const { value, problems } = readThingFile('thing.md', text)
  if (problems.length > 0 || !value) throw new BrokenCourse(problems)
  return value
}

/** Writes the canonical file of one thing. @throws BrokenCourse for a thing that could not be read again */
export function writeThing(thing: ThingOutline): string {
  const text = thingText(thing)
  readThing(text)
  return text
}

function thingText({ body, ...front }: ThingOutline): string {
  return frontMatterText(thingShape, front, body)
}

function readCourseFile(text: string | undefined): FilePart<z.infer<typeof courseShape>> {
  if (text === undefined) {
    const problem = {
      file: COURSE_FILE,
      line: 1,
      expected: 'the file is missing; expected it at the top of the course folder',
    }
    return { file: COURSE_FILE, yaml: NO_YAML, problems: [problem] }
  }
  return readYamlFile(COURSE_FILE, text, courseShape)
}

function readThingFile(file: string, text: string): FilePart<ThingOutline> {
  return readFrontMatter(file, text, thingShape)
}

function strangeFile(file: string): CourseProblem {
  return {
    file,
    line: 1,
    expected: `this file does not belong here; expected ${COURSE_FILE} and things/01-name-of-the-thing.md, 02-...`,
  }
}

function byPlace(one: CourseProblem, other: CourseProblem): number {
  return one.file < other.file ? -1 : one.file > other.file ? 1 : one.line - other.line
}
