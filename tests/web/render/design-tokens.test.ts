import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

type Scheme = 'light' | 'dark'
type Tokens = ReadonlyMap<string, string>
type Colour = readonly [red: number, green: number, blue: number]

const folder = path.join(import.meta.dirname, '../../../public/css')
const files = globSync('**/*.css', { cwd: folder }).sort()
const schemes: Scheme[] = ['light', 'dark']
const hues = ['teal', 'blue', 'violet', 'orange', 'green', 'raspberry', 'gold', 'slate', 'plain']

const read = (file: string) => readFileSync(path.join(folder, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '')
const rules = [...read('tokens.css').matchAll(/([^{};]+)\{([^{}]*)\}/g)].map(([, selector = '', body = '']) => ({
  selector: selector.trim(),
  tokens: [...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value] as const),
}))

/** What the custom properties are on an element with this hue. */
function tokensOf(hue: string): Tokens {
  const applying = [':root', '[data-hue]', `[data-hue="${hue}"]`]
  return new Map(rules.filter((rule) => applying.includes(rule.selector)).flatMap((rule) => rule.tokens))
}

/** The arguments of a function call at the start of the text, commas inside brackets left alone. */
function argumentsOf(call: string): string[] {
  const parts = ['']
  let depth = 0
  for (const sign of call.slice(call.indexOf('(') + 1, call.lastIndexOf(')'))) {
    if (sign === '(') depth++
    if (sign === ')') depth--
    if (sign === ',' && depth === 0) parts.push('')
    else parts.push(`${parts.pop()}${sign}`)
  }
  return parts.map((part) => part.trim())
}

function resolve(tokens: Tokens, value: string, scheme: Scheme): string {
  const plain = value.replaceAll(/var\((--[\w-]+)\)/g, (_, name: string) => {
    const found = tokens.get(name)
    if (found === undefined) throw new Error(`${name} is used but nowhere set`)
    return resolve(tokens, found, scheme)
  })
  if (plain.startsWith('light-dark('))
    return resolve(tokens, argumentsOf(plain)[scheme === 'light' ? 0 : 1] ?? '', scheme)
  return plain.replaceAll(/calc\(([\d.]+) \* ([\d.]+)\)/g, (_, one: string, two: string) =>
    String(Number(one) * Number(two)),
  )
}

/** OKLCH to linear-light sRGB, by the matrices of CSS Color 4. */
function linear(oklch: string): Colour {
  const [, L, C, H] = oklch.match(/^oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)$/)?.map(Number) ?? []
  if (L === undefined || C === undefined || H === undefined) throw new Error(`Not an opaque oklch() colour: ${oklch}`)
  const a = C * Math.cos((H * Math.PI) / 180)
  const b = C * Math.sin((H * Math.PI) / 180)
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

/** As a screen shows it: gamma-encoded, rounded to 8 bits, and back, as WCAG counts it. */
function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((channel) => {
    const light = Math.min(1, Math.max(0, channel))
    const encoded = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055
    const shown = Math.round(encoded * 255) / 255
    return shown <= 0.04045 ? shown / 12.92 : ((shown + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: Colour, two: Colour): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(two)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

function contrastOf(hue: string, scheme: Scheme, over: string, under: string): number {
  const tokens = tokensOf(hue)
  return contrast(linear(resolve(tokens, `var(${over})`, scheme)), linear(resolve(tokens, `var(${under})`, scheme)))
}

/** Words or lines, the grounds they stand on, and the least contrast. */
const everywhere: [over: string, unders: string[], least: number][] = [
  ['--ink', ['--paper', '--sheet', '--sunk', '--wrong-tint', '--added', '--removed'], 7],
  ['--on-marker', ['--marker'], 7],
  ['--ink-soft', ['--paper', '--sheet', '--sunk'], 4.5],
  ['--paper', ['--ink'], 4.5],
  ['--on-main', ['--main'], 4.5],
  ['--wrong', ['--paper', '--sheet', '--sunk', '--wrong-tint'], 4.5],
  ['--on-wrong', ['--wrong'], 4.5],
  ['--edge', ['--paper', '--sheet', '--sunk'], 3],
]
const inEachHue: typeof everywhere = [
  ['--ink', ['--set-tint'], 7],
  ['--ink-soft', ['--set-tint'], 4.5],
  ['--on-set', ['--set'], 4.5],
  ['--set-words', ['--set-tint', '--paper', '--sheet', '--sunk'], 4.5],
  ['--set', ['--paper', '--sheet', '--sunk', '--set-tint'], 3],
]

test('the computation agrees with colours whose luminance is known', () => {
  expect(contrast(linear('oklch(1 0 0)'), linear('oklch(0 0 0)'))).toBeCloseTo(21, 5)
  expect(luminance(linear('oklch(0.62796 0.25768 29.234)'))).toBeCloseTo(0.2126, 3)
})

test('each hue that authors may choose is in the tokens', () => {
  const found = rules.flatMap((rule) => rule.selector.match(/^\[data-hue="(\w+)"\]$/)?.[1] ?? [])
  expect(found).toEqual(hues)
})

describe.each(schemes)('in the %s scheme', (scheme) => {
  for (const [over, unders, least] of everywhere) {
    test.each(unders)(`${over} has ${least}:1 on %s`, (under) => {
      expect(contrastOf('plain', scheme, over, under)).toBeGreaterThanOrEqual(least)
    })
  }
  describe.each(hues)('in %s', (hue) => {
    for (const [over, unders, least] of inEachHue) {
      test.each(unders)(`${over} has ${least}:1 on %s`, (under) => {
        expect(contrastOf(hue, scheme, over, under)).toBeGreaterThanOrEqual(least)
      })
    }
    test('every colour is one that any screen can show, so that what is counted is what is seen', () => {
      const tokens = tokensOf(hue)
      const colours = [...new Set([...everywhere, ...inEachHue].flatMap(([over, unders]) => [over, ...unders]))]
      const outside = colours.filter((name) =>
        linear(resolve(tokens, `var(${name})`, scheme)).some((channel) => channel < -0.001 || channel > 1.001),
      )
      expect(outside).toEqual([])
    })
  })
})

test.each(files)('%s is laid out by the direction of the text, never by left and right', (file) => {
  const physical =
    /^\s*(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|top|bottom|width|height|(?:min|max)-(?:width|height)|border-(?:top|bottom)-(?:left|right)-radius)\b.*:|text-align:\s*(?:left|right)|float:/gm
  expect(read(file).match(physical) ?? []).toEqual([])
})
