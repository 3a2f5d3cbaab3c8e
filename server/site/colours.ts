/** A colour as it is typed and stored: `#1a2b3c`, in lower case. */
export type Colour = `#${string}`

export type Scheme = 'light' | 'dark'

/** Backgrounds of pages: --paper, --sheet and --sunk of tokens.css; a test compares them. */
export const BACKGROUNDS: Record<Scheme, readonly Colour[]> = {
  light: ['#f7f4ec', '#fefdfa', '#eee9df'],
  dark: ['#111620', '#1a212d', '#0a0e17'],
}

/** Colours of text on a colour, in order of preference: ink and paper, else black and white. */
const WORDS: readonly Colour[] = ['#162137', '#fefdfa', '#000000', '#ffffff']

export const MIN_TEXT_CONTRAST = 4.5
/** Of a button against the page. */
export const MIN_MAIN_CONTRAST = 3
/** Of the marker against the page: low, since it only decorates text. */
export const MIN_MARKER_CONTRAST = 1.1

/** Contrast ratio by WCAG 2, from 1 to 21. */
export function contrast(one: Colour, other: Colour): number {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

function channels(colour: Colour): [number, number, number] {
  const number = Number.parseInt(colour.slice(1), 16)
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255]
}

function luminance(colour: Colour): number {
  const [red, green, blue] = channels(colour).map((channel) => {
    const shown = channel / 255
    return shown <= 0.04045 ? shown / 12.92 : ((shown + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** The colour of readable text on this one. */
export function textColourOn(colour: Colour): Colour {
  const best = WORDS.toSorted((a, b) => contrast(b, colour) - contrast(a, colour))[0] ?? '#000000'
  return WORDS.find((words) => contrast(words, colour) >= MIN_TEXT_CONTRAST) ?? best
}

/** The lowest contrast of a colour with the backgrounds of a scheme. */
export function contrastWithPage(colour: Colour, scheme: Scheme): number {
  const each = BACKGROUNDS[scheme].map((ground) => contrast(colour, ground))
  return Math.min(...each)
}

/** The colour, darkened (light scheme) or lightened (dark) as far as needed for MIN_MAIN_CONTRAST. */
export function nearestMain(colour: Colour, scheme: Scheme): Colour {
  return firstMixThat(
    colour,
    scheme === 'light' ? 0 : 255,
    (mixed) => contrastWithPage(mixed, scheme) >= MIN_MAIN_CONTRAST,
  )
}

/** The lower of a marker's contrasts in both schemes. */
export function markerContrast(colour: Colour): number {
  return Math.min(contrastWithPage(colour, 'light'), contrastWithPage(colour, 'dark'))
}

/** The nearest marker with MIN_MARKER_CONTRAST in both schemes. */
export function nearestMarker(colour: Colour): Colour {
  const fits = (mixed: Colour) => markerContrast(mixed) >= MIN_MARKER_CONTRAST
  const found = [0, 255].map((towards) => firstMixThat(colour, towards, fits)).filter(fits)
  return found.toSorted((a, b) => distance(a, colour) - distance(b, colour))[0] ?? colour
}

const STEPS = 256

function firstMixThat(colour: Colour, towards: number, fits: (mixed: Colour) => boolean): Colour {
  for (let step = 0; step < STEPS; step++) {
    const mixed = mix(colour, towards, step / STEPS)
    if (fits(mixed)) return mixed
  }
  return mix(colour, towards, 1)
}

function mix(colour: Colour, towards: number, share: number): Colour {
  const mixed = channels(colour).map((channel) => Math.round(channel + (towards - channel) * share))
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

function distance(one: Colour, other: Colour): number {
  const [a, b] = [channels(one), channels(other)]
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}
