import { escapeHtml } from '../web/render/escape.ts'
import type { PageContext } from '../web/render/page-context.ts'
import type { BreakBetween, ThingTally } from './statistics.ts'

interface DropOffNumbers {
  learners: number
  things: readonly ThingTally[]
  rests: readonly BreakBetween[]
}

const [WIDTH, HEIGHT] = [640, 260]
const [TOP, FLOOR, END] = [56, 218, 620]
/** Width of one digit in the largest text: on a phone the picture shrinks and its text does not. */
const DIGIT = 13
/** Width of the name of a break. */
const NAME = 110

/** SVG of how many people completed each thing, as a falling line with the breaks between. */
export function dropOffHtml({ t }: Pick<PageContext, 't'>, { learners, things, rests }: DropOffNumbers): string {
  const start = 20 + String(learners).length * DIGIT
  const pace = things.length > 1 ? (END - start) / (things.length - 1) : 0
  const x = (at: number) => round(things.length > 1 ? start + at * pace : (start + END) / 2)
  const y = (people: number) => round(FLOOR - (people / Math.max(1, learners)) * (FLOOR - TOP))
  const radius = pace > 0 ? round(Math.max(4, Math.min(6.5, pace / 5))) : 6.5
  const points = things.map(({ done }, at) => `${x(at)} ${y(done)}`)
  const line = `M${points.join('L')}`
  let named_at = Number.NEGATIVE_INFINITY
  const parts = [
    ...gridLines(learners).map((people) => ruled(people, y(people))),
    ...rests.map(({ kind, after }) => rest(t(`insights.far.${kind}`), (x(after - 1) + x(after)) / 2)),
    `<path class="area" d="${line}L${x(things.length - 1)} ${FLOOR}L${x(0)} ${FLOOR}Z"/><path class="curve" d="${line}"/>`,
    ...things.map(
      ({ thing, done }, at) => `<circle data-hue="${thing.set.hue}" cx="${x(at)}" cy="${y(done)}" r="${radius}"/>`,
    ),
    ...spaced(things.length, pace, String(learners).length).map((at) => {
      const { done = 0 } = things[at] ?? {}
      return words(x(at), y(done) - 13, String(done), 'strong')
    }),
    ...spaced(things.length, pace, 2).map((at) => words(x(at), FLOOR + 24, String(things[at]?.number ?? ''))),
  ]
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="far-caption">${parts.join('')}</svg>`

  function ruled(people: number, level: number): string {
    const rule = `<line class="rule" x1="${start - 8}" x2="${WIDTH - 8}" y1="${level}" y2="${level}"/>`
    return `${rule}<text x="${start - 16}" y="${round(level + 5)}" text-anchor="end">${people}</text>`
  }

  function rest(name: string, middle: number): string {
    const side = Math.min(24, pace / 2)
    const band = `<rect class="rest" x="${round(middle - side / 2)}" y="${TOP - 28}" width="${round(side)}" height="${FLOOR - TOP + 28}"/>`
    if (middle - named_at < NAME) return band
    named_at = middle
    return band + words(round(middle), TOP - 36, escapeHtml(name))
  }
}

function words(x: number, y: number, text: string, kind = ''): string {
  return `<text${kind && ` class="${kind}"`} x="${x}" y="${round(y)}" text-anchor="middle">${text}</text>`
}

/** Round numbers of people from 0 up to all of them, without one that would be too near the last. */
function gridLines(people: number): number[] {
  const rough = people / 4
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)))
  const step = ([1, 2, 5, 10].find((nice) => nice * power >= rough) ?? 10) * power
  const lines = Array.from({ length: Math.ceil(people / step) }, (_, at) => at * step)
  return [...lines.filter((line) => line === 0 || people - line > people * 0.17), people]
}

/** Indexes that have room for a number of this many digits, counted back from the last. */
function spaced(count: number, pace: number, digits: number): number[] {
  const every = Math.max(1, Math.ceil((digits * DIGIT + 6) / Math.max(1, pace)))
  return Array.from({ length: count }, (_, at) => at).filter((at) => (count - 1 - at) % every === 0)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
