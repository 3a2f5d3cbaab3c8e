import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { filesIn, root, textOf } from './source.ts'

// The compiler checks each template as a function of `it`. What stands between the tags of EJS keeps its line, the
// markup is left out. The `it` of a page is the page context and what the page's binding takes; the `it` of a part is
// the page context and what its callers pass. A template is a generator that yields its calls of parts, so that the
// compiler can tell what they pass.

/** Texts by the paths of their files from the root. */
type Texts = Record<string, string>

const TYPES = 'tests/house/template-types.ts'
const COMPILER = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const BINDING =
  /\bconst (?<constant>\w+) = (?<kind>view|renderStandalone)\b(?:(?!\bconst )[\s\S])*?\(\s*'(?<name>[\w-]+(?:\/[\w-]+)+)',?\s*\)/g
const TAG = /<%(?<kind>[-=#]?)(?<code>[\s\S]*?)%>/g
const PROBLEM = /^(?<file>views\/[^(\n]+)\.ts\((?<line>\d+),\d+\): error (?<code>TS\d+): (?<text>.*)$/gm
/** Whether a value may be null or what a function takes: this hangs on conditions that the types do not tell. */
const LEFT_TO_TESTS = new Set(['TS2345', 'TS2531', 'TS2532', 'TS18047', 'TS18048', 'TS18049'])

const SETTINGS = {
  extends: path.join(root, 'tsconfig.json'),
  compilerOptions: {
    paths: { '~/*': ['./*'] },
    // helpers in templates have no types; whether an index is there hangs on conditions too
    noImplicitAny: false,
    noUnusedParameters: false,
    noUncheckedIndexedAccess: false,
  },
  include: ['views', 'server/**/*.d.ts'],
}

/**
 * What the compiler finds in the templates, as `views/people/settings.ejs:12: Property 'nmae' does not exist on ...`.
 * @param more files beside those of the project, or in place of them
 */
export function templateProblems(more: Texts = {}): string[] {
  const files = [...filesIn('server', '.ts'), ...filesIn('views', '.ejs')]
  const texts = { ...Object.fromEntries(files.map((file) => [file, textOf(file)])), ...more }
  const folder = mkdtempSync(path.join(tmpdir(), 'templates-'))
  try {
    for (const [file, text] of Object.entries(projectOf(texts))) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true })
      writeFileSync(path.join(folder, file), text)
    }
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction')
    // one checker: several would each look up the types of the server for themselves
    const options = ['--project', '.', '--pretty', 'false', '--checkers', '1']
    const { stdout } = spawnSync(process.execPath, [COMPILER, ...options], { cwd: folder, encoding: 'utf8' })
    const problems = Array.from(stdout.matchAll(PROBLEM), ({ groups }) => groups ?? {})
      .filter(({ code }) => !LEFT_TO_TESTS.has(code ?? ''))
      .map(({ file, line, text = '' }) => `${file}:${line}: ${readable(text)}`)
    return Array.from(new Set(problems))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Without the types that only this check has. */
function readable(text: string): string {
  const unread = /^Type '(?<names>.*)' does not satisfy the constraint 'never'\.$/.exec(text)?.groups?.['names']
  if (unread) return `Its binding passes ${unread}, which it does not read.`
  const part = /"(?<name>[\w/-]+) does not read it"'\.$/.exec(text)?.groups?.['name']
  if (part) return `It passes ${part} what that does not read.`
  return text.replace(/ on type 'Over<.*?>'\./, ' on what it is passed.')
}

/** The server with the types of its bindings exported, and each template as a function beside its file. */
function projectOf(texts: Texts): Texts {
  const views = Object.keys(texts).filter((file) => file.startsWith('views/'))
  const reads = views.map((file) => `  '${nameOf(file)}': ${namesReadIn(texts[file] ?? '')}\n`)
  const bound = new Map<string, string>()
  const made: Texts = {
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify(SETTINGS),
    'types.ts': textOf(TYPES)
      .replaceAll("'../../", "'~/")
      .replace('Record<string, string>', `{\n${reads.join('')}}`),
  }
  for (const file of Object.keys(texts).filter((name) => name.startsWith('server/'))) {
    const types = Array.from((texts[file] ?? '').matchAll(BINDING), ({ groups }) => {
      const { constant, kind, name } = groups ?? {}
      const locals = `import('~/${file}').${constant}Locals`
      bound.set(`views/${name}.ejs`, kind === 'view' ? `t.Over<t.Context, ${locals}>` : locals)
      return `export type ${constant}Locals = Parameters<typeof ${constant}>[${kind === 'view' ? 1 : 0}]\n`
    })
    // what is wrong in the server itself is told by the check of the server
    made[file] = `${file.endsWith('.d.ts') ? '' : '// @ts-nocheck\n'}${texts[file]}\n${types.join('')}`
  }
  for (const file of views) {
    const name = nameOf(file)
    const callers = views.filter((view) => partsOf(texts[view] ?? '').includes(name))
    const passed = callers.map((view) => `typeof import('~/${view}.ts').default`).join(' | ')
    const locals = bound.get(file) ?? `t.Over<t.Context, t.Passed<${passed || 'never'}, '${name}'>>`
    // a call that passes what a part does not read is told where it stands
    const unread = bound.has(file) ? `null as unknown as t.Nothing<t.Unread<${locals}, '${name}'>>;` : ''
    made[`${file}.ts`] =
      `import type * as t from '~/types.ts'; export default function* (it: t.It<${locals}>) { ${unread}${statementsOf(texts[file] ?? '')}\n}\n`
  }
  return made
}

const nameOf = (file: string) => file.slice('views/'.length, -'.ejs'.length)
const codeOf = (text: string) => Array.from(text.matchAll(TAG), ({ groups }) => groups?.['code'] ?? '').join('\n')
const partsOf = (text: string) => Array.from(text.matchAll(/\bit\.part\(\s*'([^']+)'/g), ([, name]) => name ?? '')

/** The names that a template takes from `it`, as a type; any where it hands on the whole. */
function namesReadIn(text: string): string {
  const names: string[] = []
  const code = codeOf(text)
    .replace(/\{([^{}]*)\}\s*=\s*it\b(?![.?])/g, (_all, list: string) => {
      names.push(...list.split(',').map((entry) => entry.split(/[:=]/)[0]?.trim() ?? ''))
      return ''
    })
    .replace(/\bit\??\.(\w+)/g, (_all, name: string) => {
      names.push(name)
      return ''
    })
  return /(?<![\w.'-])it(?![\w'-])/.test(code)
    ? 'string'
    : Array.from(new Set(names), (name) => `'${name}'`).join(' | ') || 'never'
}

/** The code of a template, each piece at its line; what it prints are statements. */
function statementsOf(text: string): string {
  let code = ''
  let end = 0
  for (const match of text.matchAll(TAG)) {
    const { kind, code: inner = '' } = match.groups ?? {}
    const yielding = inner.replaceAll(/\bit\.part\(/g, 'yield it.part(')
    code += linesOf(text.slice(end, match.index))
    code += kind === '#' ? linesOf(inner) : kind ? `;(${yielding});` : `;${yielding}`
    end = match.index + match[0].length
  }
  return code + linesOf(text.slice(end))
}

const linesOf = (text: string) => text.replaceAll(/[^\n]/g, '')
