import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp, { type Metadata, type OutputInfo, type Sharp } from 'sharp'
import { fileTypeOf, type ImageKind } from './file-type.ts'
import { fileName, type Size, sizesOf } from './sizes.ts'

/** "64 megapixels": what cameras sell by that name has up to 64.5 million pixels. */
const MOST_PIXELS = 64 * 1024 * 1024
/** Their decoder needs eighteen bytes for each pixel, and all of them at once. */
const MOST_PIXELS_HEIF = 25_000_000
/** How much of a file's rows may be missing at its end. */
const MOST_MISSING = 0.25
/** What decoders fill missing rows with, give or take the rounding of colours: JPEG grey, the others black. */
const JPEG_FILL = 128
const FILL_TOLERANCE = 2
const LONGEST_SECONDS = 30
const WHITE = '#fff'

/** Where a picture lies as it was sent, and the folder that takes its sizes. */
export interface ResizeOrder {
  from: string
  to: string
}

/** Why a file did not become a picture; each has its sentence. */
export type ImageProblem = 'no_picture' | 'svg' | 'heic' | 'too_many_pixels' | 'damaged'

export type ResizedImage =
  | { problem: null; width: number; height: number; animated: boolean; bytes: number }
  | { problem: ImageProblem }

/** Only these are ever decoded: no other decoder of the library is in reach, whatever a file calls itself. */
export function restrictDecoders(): void {
  const decoders = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif']
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: decoders.map((name) => `VipsForeignLoad${name}`) })
  // one core for each picture: the others belong to the pages
  sharp.concurrency(1)
  sharp.cache(false)
}

/**
 * Decodes a picture and draws it anew in its sizes, upright and without anything that is not pixels: no place, no
 * camera, no file hidden behind it. What it says of its own size is read before anything is decoded.
 * @throws what goes wrong with files
 */
export async function resizeImage({ from, to }: ResizeOrder): Promise<ResizedImage> {
  const bytes = await readFile(from)
  const kind = fileTypeOf(bytes)
  if (kind === null) return { problem: 'no_picture' }
  if (kind === 'svg') return { problem: 'svg' }
  const head = await readMetadata(bytes)
  if (!head) return { problem: kind === 'heic' ? 'heic' : 'damaged' }
  const animated = (head.pages ?? 1) > 1 && (kind === 'gif' || kind === 'webp')
  const { width, height } = uprightSize(head)
  const most = kind === 'avif' || kind === 'heic' ? MOST_PIXELS_HEIF : MOST_PIXELS
  if (width * height * (animated ? (head.pages ?? 1) : 1) > most) return { problem: 'too_many_pixels' }
  const sizes = sizesOf({ width, height, animated })
  const files = animated
    ? await encode(drawMoving(bytes, sizes))
    : ((await encode(drawStill(bytes, sizes))) ?? (await encode(drawIncomplete(bytes, sizes, kind))))
  if (!files) return { problem: 'damaged' }
  // flushed: what is said to be kept is there after a power cut too
  await Promise.all(files.map(({ name, data }) => writeFile(path.join(to, name), data, { flush: true })))
  return { problem: null, width, height, animated, bytes: files.reduce((sum, { data }) => sum + data.length, 0) }
}

interface File {
  name: string
  data: Buffer
}

/** @param failOn the decoder stops at an error, or fills what it cannot read */
function open(bytes: Buffer, animated: boolean, failOn: 'error' | 'none' = 'error'): Sharp {
  return sharp(bytes, { animated, failOn, limitInputPixels: MOST_PIXELS }).timeout({
    seconds: LONGEST_SECONDS,
  })
}

async function readMetadata(bytes: Buffer): Promise<Metadata | null> {
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata()
  } catch {
    return null
  }
}

/** Of one frame, as it is held: cameras on their side say so and are not turned themselves. */
function uprightSize(head: Metadata): { width: number; height: number } {
  const height = head.pageHeight ?? head.height
  return (head.orientation ?? 1) > 4 ? { width: height, height: head.width } : { width: head.width, height }
}

/** The library's errors are about the picture. */
async function encode(work: Promise<File[]>): Promise<File[] | null> {
  try {
    return await work
  } catch {
    return null
  }
}

interface Pixels {
  data: Buffer
  info: OutputInfo
}

async function drawStill(bytes: Buffer, sizes: Size[]): Promise<File[]> {
  const largest = sizes.at(-1)
  return largest ? drawSizes(await pixelsOf(open(bytes, false).autoOrient(), largest), sizes, largest) : []
}

/**
 * A photo whose last bytes did not arrive, as phones and chat programs leave them. What ends much too early, or
 * contradicts itself, is refused, not shown half grey.
 * @throws Error when too much is missing
 */
async function drawIncomplete(bytes: Buffer, sizes: Size[], kind: ImageKind): Promise<File[]> {
  const largest = sizes.at(-1)
  if (!largest) return []
  // rows are missing at the end of the file, which is another edge of an upright picture
  const { orientation = 1 } = await sharp(bytes).metadata()
  const size = orientation > 4 ? { ...largest, width: largest.height, height: largest.width } : largest
  const as_stored = await pixelsOf(open(bytes, false, 'none'), size)
  if (missingShare(as_stored, kind) > MOST_MISSING) throw new Error('too many rows are missing')
  return drawSizes(await pixelsOf(open(bytes, false, 'none').autoOrient(), largest), sizes, largest)
}

/** The share of rows, counted from the last, that hold nothing but what a decoder fills them with. */
function missingShare({ data, info }: Pixels, kind: ImageKind): number {
  const fill = kind === 'jpeg' ? JPEG_FILL : 0
  const row = info.width * info.channels
  const colours = info.channels === 4 || info.channels === 2 ? info.channels - 1 : info.channels
  const isFilled = (at: number) => at % info.channels >= colours || Math.abs((data[at] ?? 0) - fill) <= FILL_TOLERANCE
  let at = data.length - 1
  while (at >= 0 && isFilled(at)) at -= 1
  return (info.height - 1 - Math.floor(at / row)) / info.height
}

function pixelsOf(picture: Sharp, size: Size): Promise<Pixels> {
  return resized(picture, size).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
}

async function drawSizes({ data, info }: Pixels, sizes: Size[], largest: Size): Promise<File[]> {
  // decoded once: the smaller ones are made of the largest, not of the photo
  const pixels = () => sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } })
  const files: File[] = []
  for (const size of sizes) {
    const one = () => (size === largest ? pixels() : resized(pixels(), size))
    files.push({ name: fileName(size, 'webp'), data: await one().webp({ quality: 78, effort: 2 }).toBuffer() })
    files.push({ name: fileName(size, 'jpeg'), data: await asJpeg(one()) })
  }
  return files
}

async function drawMoving(bytes: Buffer, sizes: Size[]): Promise<File[]> {
  const files: File[] = []
  for (const size of sizes) {
    const moving = resized(open(bytes, true), size).webp({ quality: 70, effort: 1 })
    files.push({ name: fileName(size, 'webp'), data: await moving.toBuffer() })
    files.push({ name: fileName(size, 'jpeg'), data: await asJpeg(resized(open(bytes, false), size)) })
  }
  return files
}

function resized(picture: Sharp, { width, height }: Size): Sharp {
  return picture.resize(width, height, { fit: 'fill' })
}

function asJpeg(picture: Sharp): Promise<Buffer> {
  return picture.flatten({ background: WHITE }).jpeg({ quality: 78, progressive: true }).toBuffer()
}
