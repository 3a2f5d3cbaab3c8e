import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { codeOf, exportsOf, filesIn, type Import, importsOf, root, textOf } from './source.ts'

// Who may import whom. Each rule lists the lines that break it, so that a failure names them.

const ROOMS = ['web', 'db', 'jobs', 'mail', 'http-client', 'pdf', 'workers']
/** The nouns around a cohort: what they share stands in `enrolments` and in pure files of `calendar`. */
const AROUND_COHORTS = ['enrolments', 'calendar', 'pods', 'cohorts', 'invitations', 'announcements', 'people-import']
/** Where processes start that have the whole site. */
const STARTS = ['server/main.ts', 'server/manage.ts', 'server/demo/seed.ts']
/** A statement that is prepared or run. */
const SQL = /\.(?:prepare|exec)(?:<[^(]*>)?\(\s*[`'"]/
const server = filesIn('server', '.ts').filter((file) => !file.endsWith('.d.ts'))

interface Place {
  file: string
  /** `main`, `app`, `services` and so on for files in server/ itself, else the folder. */
  room: string
  is_noun: boolean
  is_routes: boolean
  is_policy: boolean
  speaks_http: boolean
}

const places = new Map(server.map((file) => [file, placeOf(file)]))

function placeOf(file: string): Place {
  const [, first = '', ...rest] = file.split('/')
  const room = first.replace(/\.ts$/, '')
  return {
    file,
    room,
    is_noun: rest.length > 0 && !ROOMS.includes(room),
    is_routes: /(?:^|[-/])routes\.ts$/.test(rest.join('/')),
    is_policy: rest.at(-1) === 'policy.ts',
    speaks_http: importsOf(file).some(({ from }) => from === 'express'),
  }
}

/** Every import between files of the server that the rule refuses. */
function refused(rule: (from: Place, to: Place, line: Import) => boolean): string[] {
  return [...places.values()].flatMap((from) =>
    importsOf(from.file).flatMap((line) => {
      const to = places.get(line.file ?? '')
      return to && rule(from, to, line) ? [`${from.file} -> ${to.file} (${line.names.join(', ')})`] : []
    }),
  )
}

test('web, db, jobs, mail, http-client, pdf and workers know no noun and nothing above them', () => {
  const above = ['main', 'manage', 'app', 'services', 'foundation']
  expect(refused((from, to) => ROOMS.includes(from.room) && (to.is_noun || above.includes(to.room)))).toEqual([])
})

test('db, jobs, mail, http-client, pdf and workers work without a page', () => {
  expect(refused((from, to) => ROOMS.includes(from.room) && from.room !== 'web' && to.room === 'web')).toEqual([])
})

/** Whether a file has, also through what it imports, neither SQL nor HTTP. */
function isPure(file: string, seen = new Set<string>()): boolean {
  if (seen.has(file)) return true
  seen.add(file)
  if (places.get(file)?.speaks_http || SQL.test(codeOf(file))) return false
  return importsOf(file).every((line) => line.type_only || line.file === null || isPure(line.file, seen))
}

test('of another noun only types, its policy and pure rules are imported: its verbs arrive from services.ts', () => {
  const foreign = (from: Place, to: Place) => from.is_noun && to.is_noun && from.room !== to.room
  const refuses = (to: Place, line: Import) => !line.type_only && !to.is_policy && !isPure(to.file)
  expect(refused((from, to, line) => foreign(from, to) && refuses(to, line))).toEqual([])
})

test('the nouns around a cohort are in no circle, also not by their types', () => {
  const around = [...places.values()].filter(({ room }) => AROUND_COHORTS.includes(room))
  const roomsBelow = (room: string, below = new Set<string>()): Set<string> => {
    for (const { file } of around.filter((place) => place.room === room)) {
      const next = importsOf(file).flatMap((line) => places.get(line.file ?? '')?.room ?? [])
      for (const other of next.filter((name) => name !== room && AROUND_COHORTS.includes(name) && !below.has(name)))
        roomsBelow(other, below.add(other))
    }
    return below
  }
  expect(AROUND_COHORTS.filter((room) => roomsBelow(room).has(room))).toEqual([])
})

test('the services are known by type, and only where HTTP is spoken or the whole site is started or shown', () => {
  const mayKnow = (from: Place) => from.speaks_http || ['site', 'demo'].includes(from.room)
  const knows = (from: Place, to: Place) => from.is_noun && to.room === 'services'
  const starts = ({ file }: Place) => STARTS.includes(file)
  expect(refused((from, to, line) => knows(from, to) && !starts(from) && !(line.type_only && mayKnow(from)))).toEqual(
    [],
  )
})

test('the foundation is known by type, and only where a noun is wired', () => {
  const wires = ({ file }: { file: string }) => /^server\/.+\/services\.ts$/.test(file)
  const knows = (to: { room: string }) => to.room === 'foundation'
  expect(refused((from, to, line) => from.is_noun && knows(to) && !(line.type_only && wires(from)))).toEqual([])
  expect(refused((from, to) => from.is_noun && !wires(from) && wires(to))).toEqual([])
})

test('nobody imports main, manage or app, but main and manage', () => {
  const top = ['main', 'manage']
  expect(refused((from, to) => [...top, 'app'].includes(to.room) && !top.includes(from.room))).toEqual([])
})

test('app.ts wires routers and no verb, services.ts verbs and no router', () => {
  expect(refused((from, to, line) => from.room === 'app' && to.is_noun && !line.type_only && !to.is_routes)).toEqual([])
  expect(refused((from, to) => from.room === 'services' && to.is_routes)).toEqual([])
})

test('main and manage wire no noun: services.ts does', () => {
  const wires = (line: Import) => !line.type_only && line.names.some((name) => name.startsWith('create'))
  expect(refused((from, to, line) => ['main', 'manage'].includes(from.room) && to.is_noun && wires(line))).toEqual([])
})

test('what speaks HTTP has no SQL', () => {
  const both = [...places.values()].filter(({ file, is_noun, speaks_http }) => {
    return is_noun && speaks_http && SQL.test(codeOf(file))
  })
  expect(both.map(({ file }) => file)).toEqual([])
})

/** The circles of a graph of files, each as the way around it. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>()
  const circles: string[] = []
  const walk = (file: string, way: string[]) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' -> '))
    if (way.includes(file) || done.has(file)) return
    for (const next of graph.get(file) ?? []) walk(next, [...way, file])
    done.add(file)
  }
  for (const file of graph.keys()) walk(file, [])
  return circles
}

test('no circle: what is imported never leads back, also not by types', () => {
  const filesFrom = (file: string) => importsOf(file).flatMap((line) => line.file ?? [])
  expect(circlesIn(new Map(server.map((file) => [file, filesFrom(file)])))).toEqual([])
  const planted = { 'a.ts': ['b.ts', 'd.ts'], 'b.ts': ['c.ts'], 'c.ts': ['b.ts', 'd.ts'], 'd.ts': [] }
  expect(circlesIn(new Map(Object.entries(planted)))).toEqual(['b.ts -> c.ts -> b.ts'])
})

test('what draws PDF (40 MB) and what reads lists of people is loaded in worker threads alone', () => {
  const loaded = new Set<string>(['server/main.ts'])
  for (const file of loaded)
    for (const line of importsOf(file))
      if (line.file !== null && !line.type_only && !line.names.includes('run')) loaded.add(line.file)
  const packages = [...loaded].flatMap((file) =>
    importsOf(file).flatMap(({ from, type_only }) => (type_only ? [] : [from])),
  )
  expect(loaded).toContain('server/certificates/certificate-pdf.ts')
  expect(loaded).not.toContain('server/pdf/page.ts')
  expect(packages).not.toContain('pdfkit')
  expect(packages).not.toContain('fontkit')
  expect(loaded).toContain('server/people-import/admin-routes.ts')
  expect(loaded).not.toContain('server/people-import/read/read-table.ts')
  for (const name of ['hucre/xlsx', 'jschardet']) expect(packages).not.toContain(name)
})

test('imports name a file that is there, with its ending', () => {
  const files = [...server, ...filesIn('tests', '.ts'), ...filesIn('public/js', '.js')]
  const broken = files.flatMap((file) =>
    importsOf(file)
      .filter((line) => line.file !== null && !existsSync(path.join(root, line.file)))
      .map((line) => `${file} -> ${line.from}`),
  )
  expect(broken).toEqual([])
})

test('the server runs on the packages that a production installation has', () => {
  const has = Object.keys(JSON.parse(textOf('package.json')).dependencies)
  const packageOf = (from: string) =>
    from
      .split('/')
      .slice(0, from.startsWith('@') ? 2 : 1)
      .join('/')
  const missing = server.flatMap((file) =>
    importsOf(file)
      .filter((line) => line.file === null && !line.type_only && !line.from.startsWith('node:'))
      .filter((line) => !has.includes(packageOf(line.from)))
      .map((line) => `${file} -> ${line.from}`),
  )
  expect(missing).toEqual([])
})

test('names are exported where they are made: no default, no barrel, no utils', () => {
  const files = [...server, ...filesIn('public/js', '.js')]
  expect(files.filter((file) => /^export\s+default\b/m.test(codeOf(file)))).toEqual([])
  expect(files.filter((file) => /^export\s+(?:type\s+)?(?:\*|\{[^}]*\})\s+from\b/m.test(codeOf(file)))).toEqual([])
  expect(files.filter((file) => /(?:^|\/)(?:utils?|helpers?|index|common|misc)\.[jt]s$/.test(file))).toEqual([])
})

test('the environment is read where the process starts, by readConfig', () => {
  const readers = server.filter((file) => /\bprocess\.env\b/.test(codeOf(file)))
  expect(readers.filter((file) => !STARTS.includes(file))).toEqual([])
})

test('these rules see what they look at', () => {
  expect(server).toContain('server/config.ts')
  expect(exportsOf('server/config.ts')).toEqual(expect.arrayContaining(['readConfig', 'Config']))
  expect(importsOf('server/main.ts').map((line) => line.file)).toContain('server/config.ts')
})
