import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  BACKGROUNDS,
  type Colour,
  contrast,
  contrastWithPage,
  MIN_MAIN_CONTRAST,
  MIN_MARKER_CONTRAST,
  MIN_TEXT_CONTRAST,
  markerContrast,
  nearestMain,
  nearestMarker,
  textColourOn,
} from '../../server/site/colours.ts'
import { parseColour, themeCss } from '../../server/site/theme.ts'
import { testSite } from '../support/site.ts'

const colours = fc
  .integer({ min: 0, max: 0xffffff })
  .map((number): Colour => `#${number.toString(16).padStart(6, '0')}`)

test('contrast of known colours is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.478, 3)
  expect(contrast('#0000ff', '#ffffff')).toBeCloseTo(8.592, 3)
})

test('the backgrounds are those of the stylesheet', () => {
  const css = readFileSync(path.join(import.meta.dirname, '../../public/css/tokens.css'), 'utf8')
  const grounds = { light: [] as string[], dark: [] as string[] }
  for (const name of ['paper', 'sheet', 'sunk']) {
    const [, light = '', dark = ''] =
      new RegExp(`--${name}: light-dark\\(oklch\\(([\\d. ]+)\\), oklch\\(([\\d. ]+)\\)\\)`).exec(css) ?? []
    grounds.light.push(hexOf(light))
    grounds.dark.push(hexOf(dark))
  }
  expect(grounds).toEqual(BACKGROUNDS)
})

function hexOf(oklch: string): string {
  const [L = 0, C = 0, H = 0] = oklch.split(' ').map(Number)
  const [a, b] = [C * Math.cos((H * Math.PI) / 180), C * Math.sin((H * Math.PI) / 180)]
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((light) => Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055)))
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

test('text on any colour is readable', () => {
  fc.assert(
    fc.property(colours, (colour) => {
      expect(contrast(textColourOn(colour), colour)).toBeGreaterThanOrEqual(MIN_TEXT_CONTRAST)
    }),
    { numRuns: 2000 },
  )
})

test('the nearest colour is told from the page, and a colour that is told already stays as it is', () => {
  fc.assert(
    fc.property(colours, fc.constantFrom('light', 'dark'), (colour, scheme) => {
      const nearest = nearestMain(colour, scheme)
      expect(contrastWithPage(nearest, scheme)).toBeGreaterThanOrEqual(MIN_MAIN_CONTRAST)
      if (contrastWithPage(colour, scheme) >= MIN_MAIN_CONTRAST) expect(nearest).toBe(colour)
      const marker = nearestMarker(colour)
      expect(markerContrast(marker)).toBeGreaterThanOrEqual(MIN_MARKER_CONTRAST)
      if (markerContrast(colour) >= MIN_MARKER_CONTRAST) expect(marker).toBe(colour)
    }),
    { numRuns: 1000 },
  )
})

test('whatever is typed, the stylesheet holds colours and nothing else', () => {
  const typed = fc.oneof(fc.string(), colours, fc.constantFrom('#fff;}', 'url(x)', 'red', '</style>', '#12345g'))
  fc.assert(
    fc.property(typed, typed, typed, (main, main_dark, marker) => {
      const css =
        themeCss({ main: parseColour(main), main_dark: parseColour(main_dark), marker: parseColour(marker) }) ?? ''
      const colour = '#[0-9a-f]{6}'
      const value = `(?:${colour}|light-dark\\(${colour}, ${colour}\\))`
      expect(css).toMatch(
        new RegExp(
          `^(?:@layer tokens \\{\\n {2}:root \\{\\n(?: {4}--(?:on-)?(?:main|marker): ${value};\\n)+ {2}\\}\\n\\}\\n)?$`,
        ),
      )
    }),
  )
})

test('colours of the site are on every page, under an address that changes with them', async () => {
  using site = await testSite()
  const { admin, guest } = site.cast()
  expect(await guest.read('/')).not.toContain('theme.css')
  const saved = await admin.post('/admin/settings/colours', {
    seen: '0',
    main_colour: '0B5C4A',
    dark_colour: '',
    marker_colour: '#ffd400',
  })
  expect(saved.status).toBe(303)
  const [, address = ''] = /href="(\/theme\.css\?v=[0-9a-f]{12})"/.exec(await guest.read('/')) ?? []
  const answer = await guest.get(address)
  expect(answer.headers.get('cache-control')).toContain('immutable')
  expect(answer.headers.get('content-type')).toContain('text/css')
  const css = await answer.text()
  expect(css).toContain('--main: light-dark(#0b5c4a, #')
  expect(css).toContain('--marker: #ffd400;')
  await admin.post('/admin/settings/colours', { seen: '1', main_colour: '#0b5c4a', dark_colour: '', marker_colour: '' })
  expect(await guest.read('/')).not.toContain(address)
  expect((await guest.get(address)).headers.get('cache-control')).not.toContain('immutable')
})

test.each([
  [
    'main_colour',
    '#ffff00',
    /seen at 1\.\d\d to 1, and a button needs 3 to 1. The nearest colour that does is #[0-9a-f]{6}\./,
  ],
  ['dark_colour', '#001133', /On the dark page this is seen at 1\.\d\d to 1/],
  ['marker_colour', '#f7f4ec', /a marker needs 1\.1 to 1/],
])('%s %s is refused with the ratio and the nearest colour, which is taken', async (name, colour, words) => {
  using site = await testSite()
  const { admin } = site.cast()
  const fields = { seen: '0', main_colour: '', dark_colour: '', marker_colour: '' }
  const refused = await admin.post('/admin/settings/colours', { ...fields, [name]: colour })
  expect(refused.status).toBe(422)
  const page = await refused.text()
  expect(page).toMatch(words)
  expect(page).toContain(`value="${colour}"`)
  const nearest = /nearest colour that does is (#[0-9a-f]{6})/.exec(page)?.[1] ?? ''
  expect((await admin.post('/admin/settings/colours', { ...fields, [name]: nearest })).status).toBe(303)
})

test.each(['red', '#ffF', 'url(//evil.example)', '#12345678', '#0b5c4a;}body{display:none', 'var(--ink)'])(
  '%s is no colour here',
  async (main) => {
    using site = await testSite()
    const { admin, guest } = site.cast()
    const answer = await admin.post('/admin/settings/colours', {
      seen: '0',
      main_colour: main,
      dark_colour: '',
      marker_colour: '',
    })
    expect(answer.status).toBe(422)
    expect((await guest.get('/theme.css')).status).toBe(404)
  },
)
