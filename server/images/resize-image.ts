import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp, { type Metadata, type Sharp } from 'sharp'
import { fileTypeOf } from './file-type.ts'
import { fileName, type Size, sizesOf } from './sizes.ts'

const MEGA = 1_000_000
const MOST_PIXELS = 50 * MEGA
/** Their decoder needs eighteen bytes for each pixel, and all of them at once. */
const MOST_PIXELS_HEIF = 25 * MEGA
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
  const files = await encode(animated ? drawMoving(bytes, sizes) : drawStill(bytes, sizes))
  if (!files) return { problem: 'damaged' }
  // flushed: what is said to be kept is there after a power cut too
  await Promise.all(files.map(({ name, data }) => writeFile(path.join(to, name), data, { flush: true })))
  return { problem: null, width, height, animated, bytes: files.reduce((sum, { data }) => sum + data.length, 0) }
}

interface File {
  name: string
  data: Buffer
}

/** A file that ends too early or contradicts itself is refused, not shown half grey. */
function open(bytes: Buffer, animated: boolean): Sharp {
  return sharp(bytes, { animated, failOn: 'error', limitInputPixels: MOST_PIXELS }).timeout({
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

async function drawStill(bytes: Buffer, sizes: Size[]): Promise<File[]> {
  const largest = sizes.at(-1)
  if (!largest) return []
  const { data, info } = await resized(open(bytes, false).autoOrient(), largest)
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
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
