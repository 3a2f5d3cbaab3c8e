import { createHash } from 'node:crypto'
import type { Shape } from '../../courses/format/schema.ts'
import type { Hue } from '../../web/render/hues.ts'
import { HUE_COLOURS } from '../../web/render/hues.ts'
import { memoize } from '../../web/text/memoize.ts'
import { drawArc, drawLine, widthOf } from './ring-text.ts'

export type BadgeDrawing = {
  shape: Shape
  hue: Hue | 'plain'
  /** Inner markup of a 24 x 24 line icon, as it stands in our own icon file; `number` stands in its place. */
  icon?: string
  number?: number
  /** How many ticks the ring has, and how many of them are reached. */
  of?: number
  done?: number
  state?: 'earned' | 'ahead' | 'silhouette'
  /** Around the shape. */
  ring_text?: string | null
  /** Where a picture is that stands in place of icon and number. */
  picture?: string | null
  /** For a file that stands alone: letters are paths, since there is no font. */
  alone?: boolean
  title: string
}

const MOST_TICKS = 60
/** The circle that they stand on. */
const AROUND = 2 * Math.PI * 55

/**
 * A badge as SVG text. The attributes carry colours for a file that stands alone; on a page the style sheet finds the
 * classes, `data-hue` and `data-state` and takes its tokens. A silhouette tells neither icon, number nor hue.
 */
export function drawBadge({
  shape,
  hue,
  icon = '',
  number,
  of = 0,
  done = 0,
  state = 'earned',
  ring_text = null,
  picture = null,
  alone = false,
  title,
}: BadgeDrawing): string {
  const told = state !== 'silhouette'
  const around = told && ring_text ? ring_text : null
  const outline = SHAPES[shape]
  const ink = state === 'earned' ? '#fff' : state === 'ahead' ? HUE_COLOURS[hue] : INK
  const parts = [
    drawRing(of, done, alone),
    around === null ? '' : drawAround(around, state === 'ahead' ? HUE_COLOURS[hue] : INK),
    `<g class="badge-body"${around === null ? '' : ' transform="translate(60 60) scale(0.84) translate(-60 -60)"'}>`,
    `<path class="badge-shape" d="${outline}" ${body(state, HUE_COLOURS[hue])} stroke-linejoin="round"/>`,
    told && picture ? drawPicture() : '',
    told ? drawInset(outline, state, ink) : '',
    !told || picture || shape !== 'gem' ? '' : `<path class="badge-inset" d="${FACETS}" ${inset(state, ink)}/>`,
    told && picture ? '' : drawSign(),
    '</g>',
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" class="badge" data-hue="${told ? hue : 'plain'}" data-state="${state}" viewBox="0 0 120 120" role="img" aria-label="${escapeText(title)}">${parts.join('')}</svg>`

  /** Cut to the shape; paler while it lies ahead. */
  function drawPicture(): string {
    const parts = [picture, shape, state, of, done, title].join('|')
    const id = `cut-${createHash('sha256').update(parts).digest('hex').slice(0, 12)}`
    const fade = state === 'ahead' ? ' opacity=".35"' : ''
    return `<clipPath id="${id}"><path d="${outline}"/></clipPath><image class="badge-picture" href="${escapeText(picture ?? '')}" x="14" y="14" width="92" height="92" preserveAspectRatio="xMidYMid slice" clip-path="url(#${id})"${fade}/>`
  }

  function drawSign(): string {
    if (state === 'silhouette') return drawMark('?', shape, ink, alone)
    return number === undefined ? drawIcon(icon, shape, ink) : drawMark(String(number), shape, ink, alone)
  }
}

function body(state: BadgeDrawing['state'], colour: string): string {
  if (state === 'silhouette') return `fill="${INK}" fill-opacity=".25" stroke="none"`
  return state === 'ahead'
    ? `fill="none" stroke="${colour}" stroke-width="2.5"`
    : `fill="${colour}" stroke="${colour}" stroke-width="5"`
}

function drawInset(outline: string, state: BadgeDrawing['state'], ink: string): string {
  return `<path class="badge-inset" d="${outline}" transform="translate(60 60) scale(0.86) translate(-60 -60)" ${inset(state, ink)}/>`
}

function inset(state: BadgeDrawing['state'], ink: string): string {
  const line = state === 'ahead' ? 'stroke-dasharray="1 5" stroke-linecap="round"' : 'stroke-linejoin="round"'
  return `fill="none" stroke="${ink}" stroke-opacity=".45" stroke-width="1.5" ${line}`
}

/**
 * The ticks share the circle, with a gap between them: those that are reached and those that are not are a dashed line
 * each. More than can be told apart become a share of sixty.
 */
function drawRing(of: number, done: number, alone: boolean): string {
  const ticks = Math.min(of, MOST_TICKS)
  const reached = done >= of ? ticks : Math.floor((done * ticks) / of)
  return drawTicks(true, 0, reached, ticks, alone) + drawTicks(false, reached, ticks, ticks, alone)
}

/** The ticks from one to before another as one circle, which is as long as the ring has ticks. */
function drawTicks(reached: boolean, from: number, to: number, of: number, alone: boolean): string {
  if (from >= to) return ''
  // what draws files does not know `pathLength`
  const unit = alone ? AROUND / of : 1
  const length = of === 1 ? 1 : Math.max(0.3, 1 - of * 0.028)
  const tick = `${round(length * unit)} ${round((1 - length) * unit)}`
  const dashes =
    to - from === of ? tick : `${`${tick} `.repeat(to - from - 1)}${round(length * unit)} ${round(of * unit)}`
  const turn = (360 / of) * from - 90
  return `<circle class="badge-tick" data-reached="${reached}" cx="60" cy="60" r="55" fill="none" ${alone ? '' : `pathLength="${of}" `}stroke-dasharray="${dashes}" transform="rotate(${round(turn)} 60 60)" stroke="${reached ? INK : '#c9c5bb'}" stroke-width="4.5" stroke-linecap="${of > 12 ? 'butt' : 'round'}"/>`
}

function drawIcon(icon: string, shape: Shape, ink: string): string {
  const scale = shape === 'star' ? 1.5 : shape === 'gem' ? 1.3 : 1.75
  return `<g class="badge-icon" transform="translate(60 ${shape === 'gem' ? 54 : 60}) scale(${scale}) translate(-12 -12)" fill="none" stroke="${ink}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${icon}</g>`
}

function drawMark(text: string, shape: Shape, ink: string, alone: boolean): string {
  const size = [46, 46, 40, 28][text.length] ?? 28
  if (alone) {
    const y = (shape === 'gem' ? 56 : 61) + size * 0.355
    return `<g class="badge-number" fill="${ink}">${drawLine(text, { x: 60, y, size: size * 0.94, anchor: 'middle' })}</g>`
  }
  return `<text class="badge-number" x="60" y="${shape === 'gem' ? 56 : 61}" text-anchor="middle" dominant-baseline="central" fill="${ink}" font-family="Bricolage Grotesque, sans-serif" font-weight="800" font-size="${size}">${text}</text>`
}

function drawAround(text: string, ink: string): string {
  return `<g class="badge-around" fill="${ink}">${arcOf(text)}</g>`
}

/** The letters of a ring, smaller where it is longer, so that it stays clear of itself. Setting them takes half a millisecond. */
const arcOf = memoize(200, (text) => {
  const size = Math.min(8, (8 * 210) / Math.max(1, widthOf(text, 8)))
  return drawArc(text, { radius: 44.5, size, middle: 60 })
})

function starPath(points: number, outer: number, inner: number): string {
  const corners = Array.from({ length: points * 2 }, (_, corner) => {
    const radius = corner % 2 ? inner : outer
    const angle = (Math.PI / points) * corner - Math.PI / 2
    return `${(60 + radius * Math.cos(angle)).toFixed(1)} ${(60 + radius * Math.sin(angle)).toFixed(1)}`
  })
  return `M${corners.join('L')}Z`
}

function round(value: number): number {
  return Number(value.toFixed(3))
}

/** XML has no place for control signs and half signs, however they are written. */
function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, '')
    .replaceAll(/[&"<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

const SHAPES: Record<Shape, string> = {
  circle: 'M60 20a40 40 0 1 1 0 80a40 40 0 1 1 0-80Z',
  shield: 'M60 19C70 26 82 29 94 29V58C94 80 79 93 60 101C41 93 26 80 26 58V29C38 29 50 26 60 19Z',
  star: starPath(8, 43, 33),
  gem: 'M37 23H83L104 51L60 104L16 51Z',
}
const FACETS = 'M24 51H39L42 30M96 51H81L78 30M39 51L56 86M81 51L64 86'
const INK = '#1d2540'
