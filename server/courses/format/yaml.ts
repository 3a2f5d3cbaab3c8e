import { CST, type Document, isMap, isNode, isScalar, isSeq, Lexer, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import type { CourseProblem } from './course-problem.ts'

export type YamlText = {
  /** Undefined where the text has problems. */
  value: unknown
  problems: CourseProblem[]
  lineOf: (path: readonly PropertyKey[]) => number
}

type YamlSource = { file: string; firstLine: number }

const LONGEST = 40_000

// A course is keys, values and lists. Explicit keys make the parser take minutes for 10,000 characters; aliases make bombs.
const UNUSED: Partial<Record<CST.TokenType, string>> = {
  'explicit-key-ind': 'keys marked with "?"',
  anchor: 'anchors (&name)',
  alias: 'aliases (*name)',
  tag: 'tags (!name)',
  'directive-line': 'directives (%NAME)',
}

/** Reads YAML, with the line in the file of every value. */
export function readYaml(text: string, { file, firstLine }: YamlSource): YamlText {
  const broken = (line: number, expected: string): YamlText => ({
    value: undefined,
    problems: [{ file, line, expected }],
    lineOf: () => firstLine,
  })
  if (text.length > LONGEST)
    return broken(firstLine, `too long; expected at most ${LONGEST} characters before the text`)
  const unused = findUnused(text)
  if (unused)
    return broken(firstLine + unused.line, `${unused.words} are not used in a course; expected plain keys and values`)

  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    logLevel: 'error',
  })
  const lineAt = (offset: number) => firstLine + lines.linePos(offset).line - 1
  const faults = [...document.errors, ...document.warnings]
  return {
    value: faults.length > 0 ? undefined : document.toJS({ maxAliasCount: 0 }),
    problems: faults.map((fault) => ({
      file,
      line: lineAt(fault.pos[0]),
      expected: `this is not YAML: ${fault.message.slice(0, 200).split(';')[0]}`,
    })),
    lineOf: (path) => lineAt(offsetOf(document, path)),
  }
}

function findUnused(text: string): { words: string; line: number } | undefined {
  let line = 0
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token)
    const words = type === null ? undefined : UNUSED[type]
    if (words) return { words, line }
    line += token.split('\n').length - 1
  }
  return undefined
}

/** The offset of the key or list item at the end of the path, or of its nearest existing parent. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents
  let offset = 0
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === part)
      if (!pair || !isNode(pair.key)) break
      offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part]
      if (!isNode(node)) break
      offset = node.range?.[0] ?? offset
    } else break
  }
  return offset
}

/** Validates a value by a schema; the problems tell the lines. */
export function checkShape<T>(
  yaml: YamlText,
  shape: z.ZodType<T>,
  file: string,
): { value?: T; problems: CourseProblem[] } {
  const result = shape.safeParse(yaml.value)
  if (result.success) return { value: result.data, problems: [] }
  const problem = (path: readonly PropertyKey[], expected: string) => ({ file, line: yaml.lineOf(path), expected })
  return {
    problems: result.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) =>
            problem([...issue.path, key], `"${key}" is not known here; expected ${issue.message}`),
          )
        : [
            problem(
              issue.path,
              `${whatStands(yaml.value, issue.path)}; expected ${issue.message}${quotesHint(yaml.value, issue)}`,
            ),
          ],
    ),
  }
}

function whatStands(value: unknown, path: readonly PropertyKey[]): string {
  const found = path.reduce(within, value)
  const last = path.at(-1)
  const name = last === undefined ? 'the file' : typeof last === 'number' ? `item ${last + 1}` : `"${String(last)}"`
  if (found === undefined) return `${name} is missing`
  if (found === null) return `${name} is empty`
  const shown = JSON.stringify(found)
  return `${name} is ${shown.length > 60 ? `${shown.slice(0, 60)}...` : shown}`
}

/** YAML reads 2026 as a number and true as a boolean. */
function quotesHint(value: unknown, { path, message }: { path: readonly PropertyKey[]; message: string }): string {
  const found = typeof path.reduce(within, value)
  return message.startsWith('text') && (found === 'number' || found === 'boolean') ? ' (in double quotes)' : ''
}

/** The value of a key or at an index of any value, or undefined. */
export function within(value: unknown, part: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, part)
    ? Reflect.get(value, part)
    : undefined
}
