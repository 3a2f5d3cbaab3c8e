import { inflateSync } from 'node:zlib'
import { BAKED_KEYWORD } from './baking.ts'

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Of a credential that is packed in a picture, when it is unpacked. */
const MOST = 250_000

/** What a file carries: a credential of Open Badges 3, or one of Open Badges 2, which may be no more than its address. */
export interface Carried {
  text: string
  older: boolean
}

/** The keywords of Open Badges 3 and 2 in a PNG. */
const KEYWORDS = new Map([
  [BAKED_KEYWORD, false],
  ['openbadges', true],
])
/** Their elements in an SVG. */
const ELEMENT = /<(?:[\w-]{1,40}:)?(credential|assertion)(?=[\s/>])/

/** The credential that a file carries: of a baked SVG or PNG what is in it, else the text itself. Null where nothing is. */
export function unbake(bytes: Buffer): Carried | null {
  if (bytes.subarray(0, PNG.length).equals(PNG)) return fromPng(bytes)
  const text = bytes.toString('utf8').trim()
  if (/^(?:<\?xml|<!--|<svg|<!DOCTYPE)/i.test(text)) return fromSvg(text)
  return text === '' || text.includes('\0') ? null : { text, older: false }
}

/**
 * Looks for the one element, without a parser of XML: what is around it decides how long that takes, and 300,000 open
 * elements took half a minute. No entity is replaced, nothing is fetched.
 */
function fromSvg(svg: string): Carried | null {
  const found = ELEMENT.exec(svg)
  if (!found) return null
  const end = svg.indexOf('>', found.index)
  if (end < 0) return null
  const tag = svg.slice(found.index, end)
  const text = tag.endsWith('/') ? '' : textFrom(svg, end + 1)
  const carried = text === '' ? (/\sverify\s*=\s*(["'])([^"']*)\1/.exec(tag)?.[2] ?? '') : text
  return carried === '' ? null : { text: carried, older: found[1] === 'assertion' }
}

const CDATA = '<![CDATA['

/** The text of an element up to the next tag, with its CDATA sections. */
function textFrom(svg: string, start: number): string {
  const pieces: string[] = []
  let at = start
  while (at < svg.length) {
    const section = svg.startsWith(CDATA, at)
    const from = section ? at + CDATA.length : at
    const end = svg.indexOf(section ? ']]>' : '<', from)
    const next = end < 0 ? svg.length : end
    pieces.push(svg.slice(from, next))
    at = section ? next + 3 : next
    if (!section && !svg.startsWith(CDATA, at)) break
  }
  return pieces.join('').trim()
}

/** The first chunk with one of the keywords counts, whatever is in it. */
function fromPng(png: Buffer): Carried | null {
  let at = PNG.length
  while (at + 12 <= png.length) {
    const length = png.readUInt32BE(at)
    const kind = png.toString('latin1', at + 4, at + 8)
    const data = png.subarray(at + 8, at + 8 + length)
    const end = kind === 'iTXt' || kind === 'tEXt' ? data.subarray(0, 80).indexOf(0) : -1
    const older = end < 0 ? undefined : KEYWORDS.get(data.toString('latin1', 0, end))
    if (older !== undefined) {
      const text = kind === 'tEXt' ? data.toString('latin1', end + 1) : textOf(data, end)
      return text === null || text.trim() === '' ? null : { text, older }
    }
    at += 12 + length
  }
  return null
}

/** An iTXt chunk: keyword, two flags, language and translated keyword, each ended by a zero, then the text. */
function textOf(data: Buffer, end: number): string | null {
  const packed = data[end + 1] === 1
  const language = data.indexOf(0, end + 3)
  const translated = data.indexOf(0, language + 1)
  if (language < 0 || translated < 0) return null
  const text = data.subarray(translated + 1)
  try {
    return (packed ? inflateSync(text, { maxOutputLength: MOST }) : text).toString('utf8')
  } catch {
    return null
  }
}
