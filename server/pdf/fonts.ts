import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type * as Fontkit from 'fontkit'
import type { Font, Glyph } from 'fontkit'

/** Which letters a font has; the first one has Latin, Greek and Cyrillic. */
export const SCRIPTS = ['latin', 'hebrew', 'arabic'] as const
export type Script = (typeof SCRIPTS)[number]
export type Weight = 'regular' | 'bold'

const FILES: Record<Script, Record<Weight, string>> = {
  latin: { regular: 'noto-sans/400Regular/NotoSans_400Regular.ttf', bold: 'noto-sans/700Bold/NotoSans_700Bold.ttf' },
  hebrew: {
    regular: 'noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf',
    bold: 'noto-sans-hebrew/700Bold/NotoSansHebrew_700Bold.ttf',
  },
  arabic: {
    regular: 'noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf',
    bold: 'noto-sans-arabic/700Bold/NotoSansArabic_700Bold.ttf',
  },
}

const require = createRequire(import.meta.url)
const opened = new Map<string, Font>()

/** A font, opened when it is first needed and kept: to read its tables takes longer than to set a page. */
export function fontOf(script: Script, weight: Weight): Font {
  const name = FILES[script][weight]
  const known = opened.get(name)
  if (known) return known
  // loaded with the first font: it takes 26 MB, which a site that draws no lettering does without
  const { create }: typeof Fontkit = require('fontkit')
  const font = create(readFileSync(require.resolve(`@expo-google-fonts/${name}`)))
  if (!('layout' in font)) throw new Error(`${name} holds more than one font`)
  opened.set(name, withOwnCharacters(font))
  return font
}

/**
 * fontkit keeps one glyph object per id, with the characters that the first caller gave it: none where that was the
 * accent or the base of a composed letter, another letter's where both have one shape. Here each caller gets a glyph with
 * the characters that it asked for; outlines and metrics stay shared.
 */
function withOwnCharacters(font: Font): Font {
  const shared = font.getGlyph.bind(font)
  font.getGlyph = (id, codePoints = []) => {
    const glyph = shared(id)
    if (!glyph || codePoints.length === 0) return glyph
    const own: Partial<Glyph> = {
      codePoints,
      isMark: codePoints.every((each) => /\p{M}/u.test(String.fromCodePoint(each))),
      isLigature: codePoints.length > 1,
    }
    return Object.assign(Object.create(glyph), own)
  }
  return font
}
