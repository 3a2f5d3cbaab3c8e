import { stringify } from 'yaml'
import type { z } from 'zod'
import { type CourseFile, disagreements } from './agreement.ts'
import {
  BODY_MAX,
  COURSE_FILE,
  type CourseOutline,
  courseShape,
  THING_FILE,
  type ThingOutline,
  thingShape,
} from './outline.ts'
import { BrokenCourse, type CourseProblem } from './problems.ts'
import { checkShape, readYaml, type YamlText } from './yaml-text.ts'

const NO_YAML: YamlText = { value: undefined, problems: [], lineOf: () => 1 }

type Part<T> = CourseFile & { value?: T; problems: CourseProblem[] }

/** Whether a path inside a course folder is one that the folder's form knows. */
export function belongsInCourse(path: string): boolean {
  return path === COURSE_FILE || THING_FILE.test(path)
}

/**
 * Reads a course folder, given as path and text of each file.
 * Throws `BrokenCourse` with every problem found. Strings are kept as they stand; a thing's text is trimmed and gets LF.
 */
export function readCourse(files: Map<string, string>): CourseOutline {
  const course = readCourseFile(files.get(COURSE_FILE))
  const paths = [...files.keys()].filter((path) => THING_FILE.test(path)).sort()
  const things = paths.map((path) => readThingFile(path, files.get(path) ?? ''))
  const problems = [
    ...[...files.keys()].filter((path) => !belongsInCourse(path)).map(strangeFile),
    ...course.problems,
    ...things.flatMap((thing) => thing.problems),
    ...disagreements(course, things),
  ]
  const outlines = things.flatMap((thing) => thing.value ?? [])
  if (problems.length > 0 || !course.value) throw new BrokenCourse(problems.sort(byPlace))
  return { ...course.value, things: outlines }
}

/** Writes the one canonical form. Throws `BrokenCourse` rather than write what could not be read again. */
export function writeCourse({ things, ...course }: CourseOutline): Map<string, string> {
  const files = new Map([[COURSE_FILE, toYaml(inOrder(courseShape, course))]])
  for (const [index, thing] of things.entries()) {
    files.set(`things/${String(index + 1).padStart(2, '0')}-${thing.slug}.md`, thingText(thing))
  }
  readCourse(files)
  return files
}

/** Reads the file of one thing, as it was written. Throws `BrokenCourse` with every problem found. */
export function readThing(text: string): ThingOutline {
  const { value, problems } = readThingFile('thing.md', text)
  if (problems.length > 0 || !value) throw new BrokenCourse(problems)
  return value
}

/** Writes the canonical file of one thing. Throws `BrokenCourse` rather than write what could not be read again. */
export function writeThing(thing: ThingOutline): string {
  const text = thingText(thing)
  readThing(text)
  return text
}

function thingText({ body, ...front }: ThingOutline): string {
  const text = tidyText(body)
  return `---\n${toYaml(inOrder(thingShape, front))}---\n${text && `\n${text}\n`}`
}

function readCourseFile(text: string | undefined): Part<z.infer<typeof courseShape>> {
  if (text === undefined) {
    const problem = {
      file: COURSE_FILE,
      line: 1,
      expected: 'the file is missing; expected it at the top of the course folder',
    }
    return { file: COURSE_FILE, yaml: NO_YAML, problems: [problem] }
  }
  const yaml = readYaml(withLf(text), { file: COURSE_FILE, firstLine: 1 })
  if (yaml.problems.length > 0) return { file: COURSE_FILE, yaml, problems: yaml.problems }
  return { file: COURSE_FILE, yaml, ...checkShape(yaml, courseShape, COURSE_FILE) }
}

function readThingFile(file: string, text: string): Part<ThingOutline> {
  const lines = withLf(text).split('\n')
  const end = lines.findIndex((line, index) => index > 0 && isFence(line))
  if (!isFence(lines[0]) || end < 0) {
    const missing = isFence(lines[0])
      ? 'a second line of --- after the keys of the thing'
      : '--- as the first line, then the keys of the thing'
    return {
      file,
      yaml: NO_YAML,
      problems: [{ file, line: 1, expected: `the front matter is broken; expected ${missing}` }],
    }
  }
  const yaml = readYaml(lines.slice(1, end).join('\n'), { file, firstLine: 2 })
  const body = tidyText(lines.slice(end + 1).join('\n'))
  const shape = yaml.problems.length > 0 ? { problems: yaml.problems } : checkShape(yaml, thingShape, file)
  const problems = [...shape.problems, ...bodyProblems(file, lines, end, body)]
  return 'value' in shape && shape.value
    ? { file, yaml, value: { ...shape.value, body }, problems }
    : { file, yaml, problems }
}

function bodyProblems(file: string, lines: string[], end: number, body: string): CourseProblem[] {
  const problems: CourseProblem[] = []
  if (body.length > BODY_MAX) {
    problems.push({
      file,
      line: end + 2,
      expected: `the text has ${body.length} characters; expected at most ${BODY_MAX}`,
    })
  }
  const broken = lines.findIndex((line, index) => index > end && (!line.isWellFormed() || /(?!\t)\p{Cc}/u.test(line)))
  if (broken >= 0) problems.push({ file, line: broken + 1, expected: 'a control sign stands here; expected text' })
  return problems
}

function strangeFile(file: string): CourseProblem {
  return {
    file,
    line: 1,
    expected: `this file does not belong here; expected ${COURSE_FILE} and things/01-name-of-the-thing.md, 02-...`,
  }
}

function toYaml(value: unknown): string {
  return stringify(value, {
    indent: 2,
    lineWidth: 0,
    singleQuote: false,
    blockQuote: false,
    aliasDuplicateObjects: false,
  })
}

/** Keys in the order of the shape. What does not fit goes on as it is: reading it again says what and where. */
function inOrder(shape: z.ZodType, value: unknown): unknown {
  const result = shape.safeParse(value)
  return result.success ? result.data : value
}

function isFence(line: string | undefined): boolean {
  return line?.trimEnd() === '---'
}

function withLf(text: string): string {
  return text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n')
}

function tidyText(text: string): string {
  return withLf(text).trim()
}

function byPlace(one: CourseProblem, other: CourseProblem): number {
  return one.file < other.file ? -1 : one.file > other.file ? 1 : one.line - other.line
}
