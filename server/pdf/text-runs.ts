import bidiFactory from 'bidi-js'
import { fontOf, SCRIPTS, type Script } from './fonts.ts'

/** A stretch of a line that one font sets in one direction. */
export interface Run {
  text: string
  script: Script
}

const bidi = bidiFactory()

/** A text for one line: without control signs, those that turn the direction among them, and without half signs. */
export function cleanLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]+/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim()
}

/** Whether our fonts have every sign of a text: Latin, Greek, Cyrillic, Hebrew and Arabic letters are there. */
export function canTypeset(text: string): boolean {
  return Array.from(cleanLine(text)).every((sign) => SCRIPTS.some((script) => has(script, sign)))
}

/** A line as it is seen from left to right, by the Unicode Bidirectional Algorithm (UAX 9). */
export function textRuns(text: string): Run[] {
  const { levels } = bidi.getEmbeddingLevels(text)
  const mirrored = bidi.getMirroredCharactersMap(text, levels)
  const parts: (Run & { level: number })[] = []
  for (let at = 0; at < text.length; ) {
    const sign = String.fromCodePoint(text.codePointAt(at) ?? 0)
    const level = levels[at] ?? 0
    const last = parts.at(-1)
    const script = scriptOf(sign, last && last.level === level ? last.script : null)
    const shown = mirrored.get(at) ?? sign
    if (last && last.level === level && last.script === script) last.text += shown
    else parts.push({ text: shown, script, level })
    at += sign.length
  }
  return inVisualOrder(parts).map(({ text, script, level }) => ({
    script,
    // fonts of scripts that run to the left set them so by themselves
    text: level % 2 === 1 && script === 'latin' ? Array.from(text).reverse().join('') : text,
  }))
}

/** Rule L2: from the highest level down, each stretch at that level or above is turned round. */
function inVisualOrder<Part extends { level: number }>(parts: Part[]): Part[] {
  const order = [...parts]
  const highest = Math.max(0, ...order.map(({ level }) => level))
  for (let level = highest; level > 0; level -= 1) {
    for (let from = 0; from < order.length; from += 1) {
      if ((order[from]?.level ?? 0) < level) continue
      let to = from
      while (to < order.length && (order[to]?.level ?? 0) >= level) to += 1
      order.splice(from, to - from, ...order.slice(from, to).reverse())
      from = to
    }
  }
  return order
}

/** What stands between words goes with the word before it. */
function scriptOf(sign: string, before: Script | null): Script {
  if (/\p{Script=Hebrew}/u.test(sign)) return 'hebrew'
  if (/\p{Script=Arabic}/u.test(sign)) return 'arabic'
  if (before !== null && !/[\p{L}\p{N}]/u.test(sign) && has(before, sign)) return before
  return 'latin'
}

function has(script: Script, sign: string): boolean {
  return fontOf(script, 'regular').hasGlyphForCodePoint(sign.codePointAt(0) ?? 0)
}
