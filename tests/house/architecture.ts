// npm run architecture: draws docs/architecture.svg, the rooms of the server and what they import, from the source.

import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { filesIn, importsOf, root } from './source.ts'

export const PICTURE = path.join(root, 'docs/architecture.svg')

/** From room to room: imports that are there when the program runs, types left out. */
type Graph = Map<string, Set<string>>

interface Band {
  title: string
  /** Each a line of boxes. */
  rows: string[][]
}

const WIDTH = 960
const BOX = { width: 176, height: 62, gap: 8 }
const MARGIN = 16
const GAP = 26
const IN_A_ROW = Math.floor((WIDTH - 2 * MARGIN + BOX.gap) / (BOX.width + BOX.gap))

function roomOf(file: string): string {
  const [, first = '', ...rest] = file.split('/')
  return rest.length > 0 ? first : path.posix.basename(file)
}

function roomGraph(): Graph {
  const files = filesIn('server', '.ts').filter((file) => !file.endsWith('.d.ts'))
  const graph: Graph = new Map(files.map((file) => [roomOf(file), new Set()]))
  for (const file of files)
    for (const { file: to, type_only } of importsOf(file))
      if (to?.startsWith('server/') && !type_only && roomOf(to) !== roomOf(file))
        graph.get(roomOf(file))?.add(roomOf(to))
  return graph
}

/** The rooms in rows, so that imports lead down; rooms that import each other stand in one row. */
function rowsOf(rooms: string[], graph: Graph): string[][] {
  const reach = new Map(rooms.map((room) => [room, reachedFrom(room, graph)]))
  const below = (room: string) =>
    rooms.filter((other) => other !== room && reach.get(room)?.has(other) && !reach.get(other)?.has(room))
  const level = (room: string): number => Math.max(0, ...below(room).map((other) => level(other) + 1))
  const levels = Map.groupBy(rooms, level)
  return [...levels.keys()].sort((a, b) => b - a).flatMap((each) => chunks((levels.get(each) ?? []).sort(), IN_A_ROW))
}

function chunks(rooms: string[], size: number): string[][] {
  return rooms.length <= size ? [rooms] : [rooms.slice(0, size), ...chunks(rooms.slice(size), size)]
}

function reachedFrom(room: string, graph: Graph): Set<string> {
  const reached = new Set<string>()
  const walk = (from: string) => {
    for (const to of graph.get(from) ?? []) if (!reached.has(to)) walk(reached.add(to) && to)
  }
  walk(room)
  return reached
}

function bandsOf(graph: Graph): Band[] {
  const rooms = [...graph.keys()]
  const knowsWeb = (room: string) => room === 'web' || reachedFrom(room, graph).has('web')
  const starts = rooms.filter((room) => graph.get(room)?.has('services.ts'))
  const low = rooms.filter((room) => !starts.includes(room) && !knowsWeb(room))
  const wiring = rooms.filter((room) => room.endsWith('.ts') && ![...starts, ...low].includes(room))
  const nouns = rooms.filter((room) => ![...starts, ...wiring, ...low, 'web'].includes(room))
  return [
    { title: 'start: the server, the command line, the demo', rows: [starts.sort()] },
    { title: 'wiring: routers and services', rows: [wiring.sort()] },
    { title: 'nouns: pages, verbs and their SQL, policies, pure rules', rows: rowsOf(nouns, graph) },
    { title: 'HTTP without a noun', rows: [['web']] },
    { title: 'work without a page', rows: rowsOf(low, graph) },
  ]
}

/** The picture as SVG: in each box what the room imports of its own band; each band imports from those below. */
export function architecturePicture(): string {
  const graph = roomGraph()
  const parts: string[] = []
  let y = MARGIN
  for (const { title, rows } of bandsOf(graph)) {
    const height = 36 + rows.length * (BOX.height + BOX.gap)
    const band = rows.flat()
    if (y > MARGIN) parts.push(`<path class="arrow" d="M${WIDTH / 2} ${y - GAP + 3}v${GAP - 10}m-6 -6l6 6l6 -6"/>`)
    parts.push(`<rect class="band" x="8" y="${y}" width="${WIDTH - 16}" height="${height}" rx="10"/>`)
    parts.push(`<text class="title" x="20" y="${y + 19}">${title}</text>`)
    for (const [at, row] of rows.entries()) {
      const left = (WIDTH - row.length * (BOX.width + BOX.gap) + BOX.gap) / 2
      for (const [index, room] of row.entries()) {
        const uses = [...(graph.get(room) ?? [])].filter((other) => band.includes(other)).sort()
        parts.push(boxOf(room, uses, left + index * (BOX.width + BOX.gap), y + 28 + at * (BOX.height + BOX.gap)))
      }
    }
    y += height + GAP
  }
  const height = y - GAP + MARGIN
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="The rooms of server/ and what they import">`,
    '<style>',
    '.ground{fill:#fff}.band{fill:#eef1f4}.room{fill:#fff;stroke:#5b6b7b}.arrow{fill:none;stroke:#5b6b7b;stroke-width:2}',
    'text{font:14px system-ui,sans-serif;fill:#1d2733}.name{text-anchor:middle}.title{fill:#4b5a69;font-size:13px}',
    '.uses{text-anchor:middle;fill:#4b5a69;font-size:11px}',
    '</style>',
    `<rect class="ground" width="${WIDTH}" height="${height}"/>`,
    ...parts,
    '</svg>',
  ].join('\n')}\n`
}

function boxOf(room: string, uses: string[], x: number, y: number): string {
  const lines = linesOf(uses)
  const middle = x + BOX.width / 2
  const first = y + 36 - 6 * lines.length
  const name = `<text class="name" x="${middle}" y="${first}">${room}</text>`
  const small = lines.map((line, at) => `<text class="uses" x="${middle}" y="${first + 14 + 12 * at}">${line}</text>`)
  const box = `<rect class="room" x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6"/>`
  return [box, name, ...small].join('')
}

/** In lines that fit into a box. */
function linesOf(uses: string[]): string[] {
  return uses.reduce<string[]>((lines, name, at) => {
    const word = at === 0 ? `imports ${name}` : name
    const last = lines.at(-1)
    if (last === undefined) return [word]
    if (`${last}, ${word}`.length <= 30) return [...lines.slice(0, -1), `${last}, ${word}`]
    return [...lines.slice(0, -1), `${last},`, word]
  }, [])
}

if (import.meta.main) writeFileSync(PICTURE, architecturePicture())
