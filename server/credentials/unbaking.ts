import { inflateSync } from 'node:zlib'
import { Parser } from 'htmlparser2'
import { BAKED_KEYWORD } from './baking.ts'

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const MOST = 1_000_000

/** The credential that a file carries, as text: of a baked SVG or PNG what is in it, else the text itself. Null where nothing is. */
export function unbake(bytes: Buffer): string | null {
  if (bytes.subarray(0, PNG.length).equals(PNG)) return fromPng(bytes)
  const text = bytes.toString('utf8').trim()
  if (/^(?:<\?xml|<!--|<svg|<!DOCTYPE)/i.test(text)) return fromSvg(text)
  return text === '' || text.includes('\0') ? null : text
}

/** Nothing of the drawing is interpreted: no entity is replaced, nothing is fetched. */
function fromSvg(svg: string): string | null {
  let inside = false
  let found: string | null = null
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (!/(?:^|:)credential$/.test(name)) return
        inside = true
        found ??= attributes['verify'] ?? ''
      },
      ontext(text) {
        if (inside) found += text
      },
      onclosetag(name) {
        if (/(?:^|:)credential$/.test(name)) inside = false
      },
    },
    { xmlMode: true, decodeEntities: false },
  )
  parser.end(svg)
  const text = String(found ?? '').trim()
  return text === '' ? null : text
}

function fromPng(png: Buffer): string | null {
  let at = PNG.length
  while (at + 12 <= png.length) {
    const length = png.readUInt32BE(at)
    const kind = png.toString('latin1', at + 4, at + 8)
    if (kind === 'iTXt') {
      const text = textOf(png.subarray(at + 8, at + 8 + length))
      if (text !== null) return text
    }
    at += 12 + length
  }
  return null
}

/** An iTXt chunk: keyword, two flags, language and translated keyword, each ended by a zero, then the text. */
function textOf(data: Buffer): string | null {
  const end = data.indexOf(0)
  if (end < 0 || data.toString('latin1', 0, end) !== BAKED_KEYWORD) return null
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
