import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BadgeDrawing, drawBadge } from '../../server/badges/drawing/drawing.ts'

const SHAPES = ['circle', 'shield', 'star', 'gem'] as const
const HUES = ['teal', 'blue', 'violet', 'orange', 'green', 'raspberry', 'gold', 'slate', 'plain'] as const
const STATES = ['earned', 'ahead', 'silhouette'] as const
const icon = '<path d="M20 13c0 5-3.5 7.5-7.66 8.95" /><circle cx="12" cy="12" r="3" />'

const ATTRIBUTE = '[A-Za-z][\\w:-]*="(?:[^<&"]|&#\\d+;|&(?:amp|lt|gt|quot);)*"'
const NODE = new RegExp(`<(/?)([a-z]+)((?: ${ATTRIBUTE})*) ?(/?)>|(?:[^<&]|&#\\d+;)+`, 'gy')
// what XML 1.0 calls a Char
const CHARS = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u

/** Says what keeps a text from being XML that stands alone. */
function faultIn(xml: string): string | null {
  if (!CHARS.test(xml)) return 'a sign that XML has no place for'
  const open: string[] = []
  let read = 0
  for (const [node, closes, tag, attributes = '', empty] of xml.matchAll(NODE)) {
    read += node.length
    if (tag === undefined) continue
    const names = [...attributes.matchAll(/ ([\w:-]+)="/g)].map(([, name]) => name)
    if (new Set(names).size < names.length) return `an attribute twice: ${node}`
    if (closes) {
      if (open.pop() !== tag) return `badly nested: ${node}`
    } else if (!empty) open.push(tag)
    if (open.length === 0 && read < xml.length) return 'more than one root'
  }
  if (read < xml.length) return `cannot be read from: ${xml.slice(read, read + 80)}`
  return open.length > 0 ? `left open: ${open.join(' ')}` : null
}

function draw(badge: Partial<BadgeDrawing> = {}): string {
  return drawBadge({ shape: 'circle', hue: 'teal', icon, title: 'Safe start', ...badge })
}

const count = (svg: string, part: string) => svg.split(part).length - 1

/** The lengths of the ticks that are reached, or of those that are not. */
function ticks(svg: string, reached: boolean): number[] {
  const ring = new RegExp(`data-reached="${reached}"[^>]* pathLength="(\\d+)" stroke-dasharray="([^"]+)"`)
  const [, of = '0', dashes = ''] = ring.exec(svg) ?? []
  const numbers = dashes.split(' ').map(Number)
  // one tick and one gap, over and over: all of them
  if (numbers.length === 2 && numbers[1] !== Number(of)) return Array(Number(of)).fill(numbers[0])
  return numbers.filter((_, at) => at % 2 === 0).slice(0, dashes === '' ? 0 : undefined)
}

const badge = fc.record(
  {
    shape: fc.constantFrom(...SHAPES),
    hue: fc.constantFrom(...HUES),
    icon: fc.constantFrom(icon, ''),
    number: fc.integer({ min: 1, max: 999 }),
    of: fc.nat(60),
    done: fc.nat(70),
    state: fc.constantFrom(...STATES),
    title: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"><script>alert(1)</script>', "' onload='x", ']]>&amp;&x;', '\0\u001b\ufffe\ud800'),
    ),
  },
  { requiredKeys: ['shape', 'hue', 'title'] },
)

test('any badge is well-formed XML, whatever its title', () => {
  fc.assert(
    fc.property(badge, (each) => {
      expect(faultIn(drawBadge(each))).toBeNull()
    }),
    { numRuns: 1000 },
  )
})

test('the check that holds the drawings would notice what it is there for', () => {
  expect(faultIn('<a b="c"><d/>e</a>')).toBeNull()
  expect(faultIn('<a b="c" b="d"/>')).toContain('twice')
  expect(faultIn('<a><b></a></b>')).toContain('badly nested')
  expect(faultIn('<a b="&x;"/>')).toContain('cannot be read')
  expect(faultIn('<a>')).toContain('left open')
  expect(faultIn('<a/>more')).toContain('more than one')
})

test('no badge carries styles, ids, script or anything from elsewhere', () => {
  fc.assert(
    fc.property(badge, (each) => {
      const tags = drawBadge(each).replaceAll(/"[^"]*"/g, '""')
      expect(tags).not.toMatch(/ (style|id|on\w+|href|src)=|<(script|style|foreignObject|image|use)/i)
    }),
  )
})

test('the title is read out, as it was written', () => {
  expect(draw({ title: 'Tom & "Jo" <3' })).toContain('role="img" aria-label="Tom &#38; &#34;Jo&#34; &#60;3"')
})

test('the ring has as many ticks as asked for, of which those done are reached', () => {
  fc.assert(
    fc.property(fc.nat(60), fc.nat(60), (of, done) => {
      const svg = draw({ of, done })
      expect(ticks(svg, true)).toHaveLength(Math.min(done, of))
      expect(ticks(svg, false)).toHaveLength(of - Math.min(done, of))
      expect(count(svg, 'class="badge-tick"')).toBeLessThanOrEqual(2)
    }),
  )
})

test('every tick is seen: none has a length below nothing, and they share the circle', () => {
  for (let of = 1; of <= 60; of += 1) {
    for (const done of [0, 1, of - 1, of]) {
      const svg = draw({ of, done })
      const lengths = [...ticks(svg, true), ...ticks(svg, false)]
      expect(new Set(lengths).size).toBe(1)
      expect(lengths[0]).toBeGreaterThan(0)
      expect(lengths[0]).toBeLessThanOrEqual(1)
      expect(svg).toContain(`rotate(${Number(((360 / of) * (done < of ? done : 0) - 90).toFixed(3))} 60 60)`)
    }
  }
})

test('a ring of hundreds shows its share in sixty, and is full only at the end', () => {
  expect(ticks(draw({ of: 600, done: 300 }), true)).toHaveLength(30)
  expect(ticks(draw({ of: 600, done: 599 }), true)).toHaveLength(59)
  expect(ticks(draw({ of: 600, done: 600 }), true)).toHaveLength(60)
})

test('an earned badge is filled, one ahead is an outline', () => {
  expect(draw()).toContain('fill="#0b6f70" stroke="#0b6f70"')
  expect(draw({ state: 'ahead' })).toContain('fill="none" stroke="#0b6f70" stroke-width="2.5"')
})

test('a silhouette tells neither its icon nor its number nor its colour', () => {
  const svg = draw({ state: 'silhouette', shape: 'gem', number: 7 })
  expect(svg).toContain('>?</text>')
  expect(svg).not.toContain(icon)
  expect(svg).not.toContain('>7<')
  expect(svg).not.toMatch(/#0b6f70|teal/)
})

test('a number stands instead of the icon, smaller the longer it is', () => {
  const sizes = [5, 23, 100].map((number) => /font-size="(\d+)">(\d+)</.exec(draw({ number }))?.slice(1))
  expect(sizes).toEqual([
    ['46', '5'],
    ['40', '23'],
    ['28', '100'],
  ])
  expect(draw({ number: 5 })).not.toContain(icon)
})

test('page styles find the badge by its classes, hue and state', () => {
  const svg = draw({ shape: 'gem', hue: 'gold', state: 'ahead', of: 2, done: 1 })
  expect(svg).toContain('class="badge" data-hue="gold" data-state="ahead"')
  for (const name of ['tick', 'body', 'shape', 'inset', 'icon']) expect(svg).toContain(`class="badge-${name}"`)
})

test('white can be read on every colour of its own', () => {
  const light = (hex: string) => {
    const [r = 0, g = 0, b = 0] = (hex.match(/[0-9a-f]{2}/g) ?? []).map((part) => {
      const value = Number.parseInt(part, 16) / 255
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  for (const hue of HUES) {
    const [, hex = ''] = /class="badge-shape"[^>]* fill="(#[0-9a-f]{6})"/.exec(draw({ hue })) ?? []
    expect(1.05 / (light(hex) + 0.05), hue).toBeGreaterThan(4.5)
  }
})
