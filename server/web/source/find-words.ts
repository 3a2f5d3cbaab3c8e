import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type RouteLine, routesIn } from './route-table.ts'

/** Where a text of the translation file is used. Files are paths from the root of the project with forward slashes. */
interface WordUse {
  key: string
  text: string
  /** `file:line` of each place that names the key. */
  used_in: string[]
  /** Pages that show it, or else what leads to it, as far as the source tells: `GET /cohorts/:cohort`. */
  addresses: string[]
}

interface Source {
  file: string
  text: string
}

/** A declaration or a route of a source file; what is declared inside of another is a unit too. */
interface Unit extends Source {
  name: string
  first_line: number
  last_line: number
  route?: RouteLine
}

const root = path.join(import.meta.dirname, '../../..')
const PLURAL = /_(?:zero|one|two|few|many|other)$/
const DECLARATION =
  /^(?<indent> *)(?:export )?(?:async )?(?:(?:function\*?|const|let|class) (?<name>\w+)|router\.\w+\()/
const IMPORT = /^import (?:type )?\{(?<names>[^}]*)\} from '(?<from>\.[^']+)'/gm

/**
 * Finds texts of the English translation file and where they are shown. A page is found by following the names in the
 * source, from the key over templates, view bindings and functions to the routes.
 * @param wanted part of a text, in any case
 */
export function findWords(wanted: string): WordUse[] {
  const sought = plain(wanted)
  const english = JSON.parse(readFileSync(path.join(import.meta.dirname, '../locales/en.json'), 'utf8'))
  const found = textsOf(english).filter(({ text }) => plain(text).includes(sought))
  if (found.length === 0) return []
  const templates = sourcesIn('views', '.ejs')
  const code = sourcesIn('server', '.ts')
  const units = code.flatMap(unitsOf)
  const pages = pagesOf(units)
  return found.map(({ key, text }) => {
    const places = [...templates, ...code].flatMap((source) => linesWith(source, key).map((line) => ({ source, line })))
    const names = withParents(
      templates,
      places.map(({ source }) => source.file),
    )
    const showing = units.filter(
      (unit) =>
        places.some(({ source, line }) => source.file === unit.file && isInnermost(unit, line, units)) ||
        names.some((name) => unit.text.includes(`'${name}'`) && /\b(?:view|renderStandalone)\b/.test(unit.text)),
    )
    const all = [...new Set(showing.flatMap((unit) => [...(pages.get(unit) ?? [])]))].sort()
    const shown = all.filter((address) => address.startsWith('GET '))
    return {
      key,
      text,
      used_in: places.map(({ source, line }) => `${source.file}:${line}`),
      addresses: shown.length > 0 ? shown : all,
    }
  })
}

function plain(text: string): string {
  return text.replaceAll('’', "'").toLowerCase()
}

function textsOf(branch: object, before = ''): { key: string; text: string }[] {
  return Object.entries(branch).flatMap(([key, value]) =>
    typeof value === 'string' ? [{ key: before + key, text: value }] : textsOf(value, `${before}${key}.`),
  )
}

function sourcesIn(folder: string, ending: string): Source[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.posix.join(folder, ...name.split(path.sep)))
    .sort()
    .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }))
}

/** Lines that name the key, whole or put together: `errors.${reason}.title`. */
function linesWith({ text }: Source, key: string): number[] {
  const names = [key, key.replace(PLURAL, '')]
  return text.split('\n').flatMap((line, at) => {
    const whole = names.some((name) => line.includes(`'${name}'`))
    const parts = line.matchAll(/`(?<key>[a-z_]+\.[^`]*\$\{[^`]*)`/g)
    const made = Array.from(parts, ({ groups }) => shapeOf(String(groups?.['key'])))
    return whole || made.some((shape) => names.some((name) => shape.test(name))) ? [at + 1] : []
  })
}

function shapeOf(key: string): RegExp {
  const fixed = key.split(/\$\{[^}]*\}/).map(RegExp.escape)
  return new RegExp(`^${fixed.join('[\\w-]+')}$`)
}

/** The names of these templates and of all that contain them as parts. */
function withParents(templates: Source[], files: string[]): string[] {
  const names = new Set(files.filter((file) => file.endsWith('.ejs')).map(nameOf))
  for (const name of names)
    for (const { file, text } of templates) if (text.includes(`'${name}'`)) names.add(nameOf(file))
  return [...names]
}

function nameOf(template: string): string {
  return template.replace(/^views\//, '').replace(/\.ejs$/, '')
}

function unitsOf({ file, text }: Source): Unit[] {
  const lines = text.split('\n')
  return lines.flatMap((line, at) => {
    const declared = DECLARATION.exec(line)?.groups
    if (!declared) return []
    const { indent = '', name = '' } = declared
    const end = endOf(lines, at, indent.length)
    const unit = { file, name, first_line: at + 1, last_line: end, text: lines.slice(at, end).join('\n') }
    const [route] = name === '' ? routesIn(file, unit.text) : []
    return [route ? { ...unit, route } : unit]
  })
}

/** The number of the last line of a statement: as Biome formats it, lines inside are indented, or close a bracket. */
function endOf(lines: string[], start: number, indent: number): number {
  let at = start + 1
  for (; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const inside = line === '' || line.search(/\S/) > indent || /^\s*[)}\]`]/.test(line)
    if (!inside || (line !== '' && line.search(/\S/) < indent)) break
  }
  return at
}

function isInnermost(unit: Unit, line: number, units: Unit[]): boolean {
  const holds = (one: Unit) => one.file === unit.file && one.first_line <= line && line <= one.last_line
  return holds(unit) && !units.some((one) => holds(one) && one.first_line > unit.first_line)
}

/** The routes that lead to each unit, as `GET /cohorts/:cohort`. */
function pagesOf(units: Unit[]): Map<Unit, Set<string>> {
  const inFile = Map.groupBy(units, ({ file }) => file)
  const imported = new Map([...inFile.keys()].map((file) => [file, importsOf(file, inFile)]))
  const usesOf = (unit: Unit): Unit[] => {
    const names = new Set(unit.text.match(/(?<![.\w$'])[A-Za-z_$][\w$]*/g))
    const own = (inFile.get(unit.file) ?? []).filter(({ name }) => names.has(name))
    return [...own, ...[...names].flatMap((name) => imported.get(unit.file)?.get(name) ?? [])]
  }
  const pages = new Map<Unit, Set<string>>()
  for (const start of units) {
    if (!start.route) continue
    const reached = new Set([start])
    for (const unit of reached) {
      pages.set(unit, (pages.get(unit) ?? new Set()).add(`${start.route.method} ${start.route.address}`))
      for (const next of usesOf(unit)) reached.add(next)
    }
  }
  return pages
}

function importsOf(file: string, inFile: Map<string, Unit[]>): Map<string, Unit[]> {
  const text = readFileSync(path.join(root, file), 'utf8')
  const found = [...text.matchAll(IMPORT)].flatMap(({ groups }) => {
    const from = path.posix.join(path.posix.dirname(file), String(groups?.['from']))
    const names = String(groups?.['names'])
      .split(',')
      .map((name) => name.trim())
    return names.map((name): [string, Unit[]] => [name, (inFile.get(from) ?? []).filter((unit) => unit.name === name)])
  })
  return new Map(found)
}
