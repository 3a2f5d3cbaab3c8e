/** How wide a text is at a size of one point. */
type Measure = (text: string) => number

interface Room {
  width: number
  /** In points. */
  size: number
  lines?: number
  height?: number
}

const SMALLEST = 9
export const LEADING = 1.35

/** Lines that fit: the text becomes smaller until they do, and is cut off where even that does not help. */
export function breakLines(text: string, wide: Measure, { width, size, lines, height }: Room) {
  const words = text.split(' ').map((word) => ({ word, wide: wide(word) }))
  const space = wide(' ')
  for (let smaller = size; ; smaller *= 0.9) {
    const most = Math.min(lines ?? Number.POSITIVE_INFINITY, Math.floor((height ?? Infinity) / (smaller * LEADING)))
    const wrapped = wrap(words, space, wide, width / smaller)
    if (wrapped.length <= most || smaller * 0.9 < SMALLEST)
      return { lines: wrapped.slice(0, Math.max(1, most)), size: smaller }
  }
}

/** The words in lines of so much room; a word that is wider than a line in parts. */
function wrap(words: { word: string; wide: number }[], space: number, wide: Measure, room: number): string[] {
  const lines: { text: string; wide: number }[] = []
  for (const one of words) {
    const parts = one.wide <= room ? [one] : pieces(one.word, wide, room)
    for (const { word, wide: long } of parts) {
      const last = lines.at(-1)
      if (!last || last.wide + space + long > room) lines.push({ text: word, wide: long })
      else {
        last.text += ` ${word}`
        last.wide += space + long
      }
    }
  }
  return lines.map(({ text }) => text)
}

/** A word that is wider than a line, in parts that are not. */
function pieces(word: string, wide: Measure, room: number): { word: string; wide: number }[] {
  const parts: { word: string; wide: number }[] = []
  for (const sign of word) {
    const last = parts.at(-1)
    const longer = (last?.wide ?? room) + wide(sign)
    if (!last || longer > room) parts.push({ word: sign, wide: wide(sign) })
    else {
      last.word += sign
      last.wide = longer
    }
  }
  return parts
}
