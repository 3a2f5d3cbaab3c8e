import { stringify } from 'yaml'
import type { z } from 'zod'
import { cleanText } from '../../web/text/clean-text.ts'
import type { CourseProblem } from './course-problem.ts'
import type { CourseFile } from './cross-references.ts'
import { BODY_MAX } from './schema.ts'
import { checkShape, readYaml, type YamlText } from './yaml.ts'

/** A file of a course folder as it was read: its value where it is valid, and its problems. */
export type FilePart<T> = CourseFile & { value?: T; problems: CourseProblem[] }

export const NO_YAML: YamlText = { value: undefined, problems: [], lineOf: () => 1 }

/** Reads a file with front matter and a text, which is cleaned and trimmed. */
export function readFrontMatter<Front extends object>(
  file: string,
  text: string,
  frontShape: z.ZodType<Front>,
): FilePart<Front & { body: string }> {
  const lines = cleanText(text).split('\n')
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
  const shape = yaml.problems.length > 0 ? { problems: yaml.problems } : checkShape(yaml, frontShape, file)
  const problems = [...shape.problems, ...bodyProblems(file, end, body)]
  return 'value' in shape && shape.value
    ? { file, yaml, value: { ...shape.value, body }, problems }
    : { file, yaml, problems }
}

/** Reads a file that is only YAML. */
export function readYamlFile<T>(file: string, text: string, shape: z.ZodType<T>): FilePart<T> {
  const yaml = readYaml(cleanText(text), { file, firstLine: 1 })
  if (yaml.problems.length > 0) return { file, yaml, problems: yaml.problems }
  return { file, yaml, ...checkShape(yaml, shape, file) }
}

/** The canonical form of what `readFrontMatter` reads. */
export function frontMatterText(shape: z.ZodType, front: object, body: string): string {
  const text = tidyText(body)
  return `---\n${yamlText(shape, front)}---\n${text && `\n${text}\n`}`
}

/** Writes keys in the order of the schema. An invalid value is written as it is: reading it tells the problems. */
export function yamlText(shape: z.ZodType, value: unknown): string {
  const result = shape.safeParse(value)
  return stringify(result.success ? result.data : value, {
    indent: 2,
    lineWidth: 0,
    singleQuote: false,
    blockQuote: false,
    aliasDuplicateObjects: false,
  })
}

function bodyProblems(file: string, end: number, body: string): CourseProblem[] {
  const problems: CourseProblem[] = []
  if (body.length > BODY_MAX) {
    problems.push({
      file,
      line: end + 2,
      expected: `the text has ${body.length} characters; expected at most ${BODY_MAX}`,
    })
  }
  return problems
}

function isFence(line: string | undefined): boolean {
  return line?.trimEnd() === '---'
}

function tidyText(text: string): string {
  return cleanText(text).trim()
}
