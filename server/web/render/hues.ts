export const HUES = ['teal', 'blue', 'violet', 'orange', 'green', 'raspberry', 'gold', 'slate'] as const
export type Hue = (typeof HUES)[number]

/** The hues for files without a stylesheet; on pages they are tokens of the stylesheet. */
export const HUE_COLOURS = {
  teal: '#0b6f70',
  blue: '#1f62b5',
  violet: '#7d46b5',
  orange: '#bb5412',
  green: '#23753a',
  raspberry: '#b3214f',
  gold: '#866000',
  slate: '#4a5b70',
  plain: '#39415e',
} as const satisfies Record<Hue | 'plain', string>
