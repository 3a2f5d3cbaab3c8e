import {
  type Colour,
  contrast,
  contrastWithPage,
  markerContrast,
  nearestMain,
  type Scheme,
  textColourOn,
} from '../colours.ts'
import { parseColour } from '../theme.ts'
import type { SettingName } from './definitions.ts'

/** A colour in a scheme, with text on it and their contrasts. */
export interface ColourPreview {
  name: 'main' | 'marker'
  scheme: Scheme | 'both'
  fill: Colour
  words: Colour
  /** Contrast of the text on it, by WCAG. */
  readable: string
  /** Contrast with the page. */
  apart: string
}

/** The colours of the site in each scheme. */
export function colourPreviews(value: (name: SettingName) => string): ColourPreview[] {
  const main = parseColour(value('main_colour'))
  const dark = parseColour(value('dark_colour')) ?? (main && nearestMain(main, 'dark'))
  const marker = parseColour(value('marker_colour'))
  return [
    ...(main ? [swatch('main', 'light', main, contrastWithPage(main, 'light'))] : []),
    ...(dark ? [swatch('main', 'dark', dark, contrastWithPage(dark, 'dark'))] : []),
    ...(marker ? [swatch('marker', 'both', marker, markerContrast(marker))] : []),
  ]
}

function swatch(
  name: ColourPreview['name'],
  scheme: ColourPreview['scheme'],
  fill: Colour,
  distance: number,
): ColourPreview {
  const words = textColourOn(fill)
  return { name, scheme, fill, words, readable: contrast(words, fill).toFixed(1), apart: distance.toFixed(1) }
}
