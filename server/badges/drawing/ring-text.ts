import type { Glyph } from 'fontkit'
import { fontOf } from '../../pdf/fonts.ts'

/** Opened when the first letter is drawn: half a megabyte that most processes never need. */
const letters = () => fontOf('latin', 'bold')

/** Whether every sign of a text is in the font: Latin, Greek and Cyrillic are. What runs from the right is not set here. */
export function canTypeset(text: string): boolean {
  if (/[\p{Script=Hebrew}\p{Script=Arabic}\p{C}]/u.test(text)) return false
  return Array.from(text).every((sign) => letters().hasGlyphForCodePoint(sign.codePointAt(0) ?? 0))
}

/** A text as its letters: where each begins and how far it goes, in the units of a size. */
function layOut(text: string, size: number) {
  const { glyphs, positions } = letters().layout(text)
  const scale = size / letters().unitsPerEm
  let width = 0
  const laid = glyphs.map((glyph, index) => {
    const [at, advance] = [width, (positions[index]?.xAdvance ?? 0) * scale]
    width += advance
    return { glyph, at, advance }
  })
  return { laid, width, turned: `scale(${round(scale)} ${round(-scale)})` }
}

/** How wide a text is, in the units of its size. */
export function widthOf(text: string, size: number): number {
  return layOut(text, size).width
}

/** The longest beginning of a text that is no wider than asked for; with "…" where something is left out. */
export function fitting(text: string, size: number, width: number): string {
  if (widthOf(text, size) <= width) return text
  const signs = Array.from(text)
  const beginning = (length: number) => signs.slice(0, length).join('')
  // laying out a text takes as long as it is, and a name may have 300 signs: halving needs nine of them
  let [fits, too_long] = [1, signs.length]
  while (too_long - fits > 1) {
    const length = Math.floor((fits + too_long) / 2)
    if (widthOf(`${beginning(length)}…`, size) <= width) fits = length
    else too_long = length
  }
  return `${beginning(fits).trimEnd()}…`
}

interface LetteredLine {
  x: number
  /** Of the line that letters stand on. */
  y: number
  size: number
  anchor: 'start' | 'middle'
}

/** One line of text as paths, so that it looks the same where no font is. */
export function drawLine(text: string, { x, y, size, anchor }: LetteredLine): string {
  const { laid, width, turned } = layOut(text, size)
  const begins = anchor === 'middle' ? x - width / 2 : x
  return laid
    .map(({ glyph, at }) => drawLetter(glyph, `translate(${round(begins + at)} ${round(y)}) ${turned}`))
    .join('')
}

interface Arc {
  /** Of the circle that letters stand on, around the middle. */
  radius: number
  size: number
  middle: number
}

/** A text on a circle, with its middle at the top. */
export function drawArc(text: string, { radius, size, middle }: Arc): string {
  const { laid, width, turned } = layOut(text, size)
  return laid
    .map(({ glyph, at, advance }) => {
      const turn = ((at + advance / 2 - width / 2) / radius) * (180 / Math.PI)
      const place = `translate(${round(middle - advance / 2)} ${round(middle - radius)})`
      return drawLetter(glyph, `rotate(${round(turn)} ${middle} ${middle}) ${place} ${turned}`)
    })
    .join('')
}

/** A space has no path. */
function drawLetter(glyph: Glyph, place: string): string {
  const path = glyph.path.toSVG()
  return path === '' ? '' : `<path d="${path}" transform="${place}"/>`
}

function round(value: number): number {
  return Number(value.toFixed(4))
}
