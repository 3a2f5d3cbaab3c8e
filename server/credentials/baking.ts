import { crc32 } from 'node:zlib'

/** Open Badges 3.0, "baking": a picture that carries its credential. */
const BAKED_NAMESPACE = 'https://purl.imsglobal.org/ob/v3p0'
export const BAKED_KEYWORD = 'openbadgecredential'

/** The credential as an element of the drawing. */
export function bakeSvg(svg: string, credential: Record<string, unknown>): string {
  // the end of a CDATA section may be part of a title or text
  const json = JSON.stringify(credential).replaceAll(']]>', ']]]]><![CDATA[>')
  const element = `<openbadges:credential><![CDATA[${json}]]></openbadges:credential>`
  const opened = svg.replace(/^<svg /, `<svg xmlns:openbadges="${BAKED_NAMESPACE}" `)
  return opened.replace(/^(<svg [^>]*>)/, (start) => start + element)
}

const SIGNATURE = 8

/** The credential as an iTXt chunk behind the first chunk of the picture. */
export function bakePng(png: Buffer, credential: Record<string, unknown>): Buffer {
  // no compression, no language, no translated keyword
  const head = Buffer.concat([Buffer.from(BAKED_KEYWORD, 'latin1'), Buffer.alloc(5)])
  const chunk = pngChunk('iTXt', Buffer.concat([head, Buffer.from(JSON.stringify(credential))]))
  const behind = SIGNATURE + 12 + png.readUInt32BE(SIGNATURE)
  return Buffer.concat([png.subarray(0, behind), chunk, png.subarray(behind)])
}

function pngChunk(kind: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
