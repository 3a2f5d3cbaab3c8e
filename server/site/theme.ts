import { type Colour, nearestMain, textColourOn } from './colours.ts'

/** The colours a site chose; null where it keeps those of the house. */
interface ThemeColours {
  main: Colour | null
  /** In the dark scheme; made from `main` where it is null. */
  main_dark: Colour | null
  marker: Colour | null
}

const COLOUR = /^#[0-9a-f]{6}$/

/** A stored text as a colour: nothing else ever comes into a stylesheet. */
export function parseColour(text: string): Colour | null {
  return COLOUR.test(text) ? (text as Colour) : null
}

/** The site's own stylesheet; null where it has no colours of its own. */
export function themeCss({ main, main_dark, marker }: ThemeColours): string | null {
  const dark = main_dark ?? (main && nearestMain(main, 'dark'))
  const lines = [
    ...pair('main', main, dark),
    ...(marker ? [`--marker: ${marker};`, `--on-marker: ${textColourOn(marker)};`] : []),
  ]
  if (lines.length === 0) return null
  return `@layer tokens {\n  :root {\n${lines.map((line) => `    ${line}\n`).join('')}  }\n}\n`
}

/** The house's own, where only the other scheme has a colour: what tokens.css says of ink and paper. */
const DEFAULT_COLOURS = {
  light: { fill: '#162137', words: '#f7f4ec' },
  dark: { fill: '#f5f0e8', words: '#111620' },
} as const

function pair(name: string, light: Colour | null, dark: Colour | null): string[] {
  if (!light && !dark) return []
  const day = light ? { fill: light, words: textColourOn(light) } : DEFAULT_COLOURS.light
  const night = dark ? { fill: dark, words: textColourOn(dark) } : DEFAULT_COLOURS.dark
  return [
    `--${name}: light-dark(${day.fill}, ${night.fill});`,
    `--on-${name}: light-dark(${day.words}, ${night.words});`,
  ]
}
