import { type Colour, nearestMain, textColourOn } from './colours.ts'

/** The colours of a site; null keeps the default. */
interface ThemeColours {
  main: Colour | null
  /** Main colour of the dark scheme; derived from `main` where it is null. */
  main_dark: Colour | null
  marker: Colour | null
}

const COLOUR = /^#[0-9a-f]{6}$/

/** Parses a stored colour; null for any other text, so that nothing else enters a stylesheet. */
export function parseColour(text: string): Colour | null {
  return COLOUR.test(text) ? (text as Colour) : null
}

/** The stylesheet with the colours of the site; null where it has none. */
export function themeCss({ main, main_dark, marker }: ThemeColours): string | null {
  const dark = main_dark ?? (main && nearestMain(main, 'dark'))
  const lines = [
    ...pair('main', main, dark),
    ...(marker ? [`--marker: ${marker};`, `--on-marker: ${textColourOn(marker)};`] : []),
  ]
  if (lines.length === 0) return null
  return `@layer tokens {\n  :root {\n${lines.map((line) => `    ${line}\n`).join('')}  }\n}\n`
}

/** Defaults for a scheme without a colour of its own: ink and paper of tokens.css. */
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
