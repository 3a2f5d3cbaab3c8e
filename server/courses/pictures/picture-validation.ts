import { Readable } from 'node:stream'
import type { Images } from '../../images/images.ts'
import type { CourseProblem } from '../format/course-problem.ts'
import { PICTURE_FILE } from '../format/picture-links.ts'
import type { CoursePicture } from './picture-files.ts'
import { hashOf } from './picture-files.ts'
import { fitsPage, isSiteWebp } from './webp-validation.ts'

/** A picture of an import, with its bytes if they are other than those sent. */
export type InspectedPicture = CoursePicture & { redrawn: Uint8Array | null }

/** Why a picture was refused; the pages of uploads say the same in the reader's language. */
const REFUSED = {
  too_big: 'the picture is larger than 15 MB; expected a smaller copy of it',
  no_picture: 'this is no picture that can be read; expected JPEG, PNG, WebP, AVIF or GIF',
  svg: 'this is a drawing made of instructions (SVG); expected a screenshot of it, as PNG or JPEG',
  heic: 'this is a HEIC photo, which cannot be read; expected it saved as JPEG',
  damaged: 'the picture cannot be decoded; expected one that can: save it again',
  too_many_pixels: 'the picture has too many pixels; expected a smaller copy of it',
  busy: 'many pictures are being drawn right now; expected this one again in a minute',
  not_kept: 'the picture could not be kept; expected room on the disk of the server',
  quota: 'the picture could not be kept; expected room on the disk of the server',
  moving: 'the picture moves; expected a still one',
}

/**
 * Validates a picture of an import. One that this site wrote, or another that is like those, is decoded once and kept byte
 * for byte; others are drawn anew as an upload is.
 * @param known returns a picture of this site with this hash
 * @param sent_as its path as it was sent
 */
export async function inspectPicture(
  images: Pick<Images, 'receive' | 'resize'>,
  known: (hash: string) => CoursePicture | undefined,
  { file, sent_as = file, bytes }: { file: string; sent_as?: string; bytes: Uint8Array },
): Promise<InspectedPicture | CourseProblem> {
  const problem = (expected: string) => ({ file: sent_as, line: 1, expected })
  const name = PICTURE_FILE.exec(file)?.[1]
  if (!name)
    return problem(
      'this is no name of a picture; expected small letters, digits and hyphens, such as pictures/garden-1.webp',
    )
  const hash = hashOf(bytes)
  const here = known(hash)
  if (here) return { ...here, name, redrawn: null }
  const received = await images.receive(Readable.from([bytes]), sent_as)
  const picture = await images.resize(received, 'largest')
  if (picture.why !== null) return problem(REFUSED[picture.why])
  if (picture.animated) return problem(REFUSED.moving)
  const { width, height } = picture
  const size = sizeOf(bytes) ?? picture
  if (isSiteWebp(bytes) && fitsPage(size)) return { name, hash, width, height, bytes: bytes.length, redrawn: null }
  return { name, hash: hashOf(picture.bytes), width, height, bytes: picture.bytes.length, redrawn: picture.bytes }
}

/** The size from the header; null where only decoding can tell. */
function sizeOf(bytes: Uint8Array): { width: number; height: number } | null {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const kind = data.toString('latin1', 12, 16)
  if (kind === 'VP8X') return { width: data.readUIntLE(24, 3) + 1, height: data.readUIntLE(27, 3) + 1 }
  if (kind === 'VP8 ' && data.length > 30) {
    return { width: data.readUInt16LE(26) & 0x3fff, height: data.readUInt16LE(28) & 0x3fff }
  }
  if (kind === 'VP8L' && data.length > 25) {
    const bits = data.readUInt32LE(21)
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 }
  }
  return null
}
