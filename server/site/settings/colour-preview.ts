import { apart, type Colour, contrast, markerApart, nearestMain, type Scheme, wordsOn } from '../colours.ts'
import { colourIn } from '../theme.ts'
import type { SettingName } from './definitions.ts'

/** A colour as it comes out: with words on it, and how well both are seen. */
export interface Swatch {
  name: 'main' | 'marker'
  scheme: Scheme | 'both'
  fill: Colour
  words: Colour
  /** Of the words on it, by WCAG. */
  readable: string
  /** From the page. */
  apart: string
}

/** The site's own colours as they come out in each scheme. */
export function swatches(value: (name: SettingName) => string): Swatch[] {
  const main = colourIn(value('main_colour'))
  const dark = colourIn(value('dark_colour')) ?? (main && nearestMain(main, 'dark'))
  const marker = colourIn(value('marker_colour'))
  return [
    ...(main ? [swatch('main', 'light', main, apart(main, 'light'))] : []),
    ...(dark ? [swatch('main', 'dark', dark, apart(dark, 'dark'))] : []),
    ...(marker ? [swatch('marker', 'both', marker, markerApart(marker))] : []),
  ]
}

function swatch(name: Swatch['name'], scheme: Swatch['scheme'], fill: Colour, distance: number): Swatch {
  const words = wordsOn(fill)
  return { name, scheme, fill, words, readable: contrast(words, fill).toFixed(1), apart: distance.toFixed(1) }
}
