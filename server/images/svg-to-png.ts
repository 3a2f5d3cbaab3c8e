import sharp from 'sharp'

/** A drawing of our own, whose letters are paths: what somebody sent never comes here. */
export interface SvgDrawing {
  svg: string
  /** In pixels. */
  width: number
}

/** A picture that was drawn anew here, for what does not read WebP. */
export interface WebpImage {
  webp: Uint8Array
}

export interface PngImage {
  png: Uint8Array
}

const SVG = { operation: ['VipsForeignLoadSvg'] }

/** The decoder of drawings is in reach for ours alone, one at a time. */
export async function svgToPng({ svg, width }: SvgDrawing): Promise<PngImage> {
  sharp.unblock(SVG)
  try {
    const drawing = Buffer.from(svg)
    const { width: natural = width } = await sharp(drawing).metadata()
    const density = Math.min(2400, Math.max(1, (72 * width) / natural))
    return { png: await sharp(drawing, { density }).resize({ width }).png({ compressionLevel: 9 }).toBuffer() }
  } finally {
    sharp.block(SVG)
  }
}

export async function webpToPng({ webp }: WebpImage): Promise<PngImage> {
  return { png: await sharp(webp).png({ compressionLevel: 9 }).toBuffer() }
}
