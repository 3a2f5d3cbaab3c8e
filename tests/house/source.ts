import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const root = path.join(import.meta.dirname, '../..')

export interface Import {
  /** As written. */
  from: string
  /** The file it leads to, from the root; null for packages and Node's own modules. */
  file: string | null
  names: string[]
  type_only: boolean
}

/** Every file below a folder, as paths from the root with forward slashes; none where there is no such folder. */
export function filesIn(folder: string, ...endings: string[]): string[] {
  try {
    return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

export function textOf(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
}

/** The code without its comments; strings stay, so what looks like a comment inside of one must stay too. */
export function codeOf(file: string): string {
  return textOf(file).replace(
    /(?<keep>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_all, keep?: string) => keep ?? '',
  )
}

const IMPORT = /^import\s+(?<type>type\s+)?(?:(?<clause>[^'"]*?)\s+from\s+)?['"](?<from>[^'"]+)['"]/gm
// a module that a thread runs: the pool calls what it exports as `run`
const THREAD = /\bnew URL\(\s*'(?<from>\.[^']+\.ts)',\s*import\.meta\.url\s*\)/g
const DYNAMIC =
  /(?:\{(?<members>[^{}]*)\}\s*=\s*await\s+)?\bimport\(\s*['"](?<from>[^'"]+)['"]\s*\)(?:\s*\)\s*\.(?<member>\w+))?/g

export function importsOf(file: string): Import[] {
  const code = codeOf(file)
  const written = [...code.matchAll(IMPORT)].map(({ groups }) => {
    const members = /\{([^}]*)\}/.exec(groups?.['clause'] ?? '')?.[1] ?? ''
    const parts = members.split(',').map((part) => part.trim())
    const named = parts.filter((part) => part !== '')
    const whole = (groups?.['clause'] ?? '')
      .replace(/\{[^}]*\}/, '')
      .replaceAll(',', '')
      .trim()
    return {
      ...leadsTo(file, groups?.['from'] ?? ''),
      names: [...named.map((part) => part.replace(/^type\s+/, '').replace(/\s+as\s+.*/, '')), ...(whole ? ['*'] : [])],
      type_only:
        Boolean(groups?.['type']) || (named.length > 0 && !whole && named.every((part) => /^type\s/.test(part))),
    }
  })
  const dynamic = [...code.matchAll(DYNAMIC)].map(({ groups }) => ({
    ...leadsTo(file, groups?.['from'] ?? ''),
    names: groups?.['member'] ? [groups['member']] : (groups?.['members']?.match(/[\w$]+/g) ?? ['*']),
    type_only: false,
  }))
  const threads = [...code.matchAll(THREAD)].map(({ groups }) => ({
    ...leadsTo(file, groups?.['from'] ?? ''),
    names: ['run'],
    type_only: false,
  }))
  return [...written, ...dynamic, ...threads]
}

function leadsTo(file: string, from: string): { from: string; file: string | null } {
  return { from, file: from.startsWith('.') ? path.posix.join(path.posix.dirname(file), from) : null }
}

const DECLARED =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\*?|const|let|class|type|interface)\s+(?<name>[\w$]+|\{[^}]*\}|\[[^\]]*\])/gm
const LISTED = /^export\s+(?:type\s+)?\{(?<names>[^}]*)\}/gm

export function exportsOf(file: string): string[] {
  const code = codeOf(file)
  const declared = [...code.matchAll(DECLARED)].flatMap(({ groups }) => groups?.['name']?.match(/[\w$]+/g) ?? [])
  const listed = [...code.matchAll(LISTED)].flatMap(({ groups }) =>
    (groups?.['names'] ?? '')
      .split(',')
      .map((part) => part.replace(/^.*\sas\s+/, '').trim())
      .filter((part) => part !== ''),
  )
  return [...declared, ...listed]
}
