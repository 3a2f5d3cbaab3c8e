export type ImageKind = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'heic' | 'svg'

/** Number of bytes that identify a file type. */
const HEAD = 1024

const HEIC = ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1']

/** Detects the type by the first bytes, not by name or content type; null where it is no known picture. */
export function fileTypeOf(head: Uint8Array): ImageKind | null {
  const text = Buffer.from(head.subarray(0, HEAD)).toString('latin1')
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (/^GIF8[79]a/.test(text)) return 'gif'
  if (/^RIFF[\s\S]{4}WEBP/.test(text)) return 'webp'
  if (text.slice(4, 8) === 'ftyp') return kindOfBrands(head, text)
  return /^(?:\xef\xbb\xbf)?\s*<[\s\S]*<svg\b|^(?:\xef\xbb\xbf)?\s*<svg\b/i.test(text) ? 'svg' : null
}

/** A file of the MPEG family lists its compatible formats in its first box. */
function kindOfBrands(head: Uint8Array, text: string): ImageKind | null {
  const length = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0)
  const brands = (text.slice(8, Math.min(length, HEAD)).match(/[\s\S]{4}/g) ?? []).filter((_brand, at) => at !== 1)
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif'
  return brands.some((brand) => HEIC.includes(brand)) ? 'heic' : null
}
