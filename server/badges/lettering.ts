import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { create, type Font } from 'fontkit'

const FILE = '@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf'
let font: Font | null = null

/** Read when the first letter is drawn: half a megabyte that most processes never need. */
function letters(): Font {
  if (font === null) {
    const made = create(readFileSync(createRequire(import.meta.url).resolve(FILE)))
    if (!('layout' in made)) throw new Error(`${FILE} holds more than one font`)
    font = made
  }
  return font
}

/** Whether every sign of a text is in the font: Latin, Greek and Cyrillic are. What runs from the right is not set here. */
export function canSet(text: string): boolean {
  if (/[\p{Script=Hebrew}\p{Script=Arabic}\p{C}]/u.test(text)) return false
  return Array.from(text).every((sign) => letters().hasGlyphForCodePoint(sign.codePointAt(0) ?? 0))
}

/** How wide a text is, in the units of its size. */
export function widthOf(text: string, size: number): number {
  const { positions } = letters().layout(text)
  return positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0) * (size / letters().unitsPerEm)
}

/** The longest beginning of a text that is no wider than asked for; with "…" where something is left out. */
export function fitting(text: string, size: number, width: number): string {
  if (widthOf(text, size) <= width) return text
  const signs = Array.from(text)
  while (signs.length > 1 && widthOf(`${signs.join('')}…`, size) > width) signs.pop()
  return `${signs.join('').trimEnd()}…`
}

interface Line {
  x: number
  /** Of the line that letters stand on. */
  y: number
  size: number
  anchor: 'start' | 'middle'
}

/** One line of text as paths, so that it looks the same where no font is. */
export function drawLine(text: string, { x, y, size, anchor }: Line): string {
  const { glyphs, positions } = letters().layout(text)
  const scale = size / letters().unitsPerEm
  let at = anchor === 'middle' ? x - widthOf(text, size) / 2 : x
  return glyphs
    .map((glyph, index) => {
      const path = glyph.path.toSVG()
      const place = `translate(${round(at)} ${round(y)}) scale(${round(scale)} ${round(-scale)})`
      at += (positions[index]?.xAdvance ?? 0) * scale
      return path === '' ? '' : `<path d="${path}" transform="${place}"/>`
    })
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
  const { glyphs, positions } = letters().layout(text)
  const scale = size / letters().unitsPerEm
  const degrees = (length: number) => (length / radius) * (180 / Math.PI)
  let turn = -degrees(widthOf(text, size)) / 2
  return glyphs
    .map((glyph, index) => {
      const path = glyph.path.toSVG()
      const advance = (positions[index]?.xAdvance ?? 0) * scale
      const centre = turn + degrees(advance / 2)
      turn += degrees(advance)
      const place = `rotate(${round(centre)} ${middle} ${middle}) translate(${round(middle - advance / 2)} ${round(middle - radius)}) scale(${round(scale)} ${round(-scale)})`
      return path === '' ? '' : `<path d="${path}" transform="${place}"/>`
    })
    .join('')
}

function round(value: number): number {
  return Number(value.toFixed(4))
}
