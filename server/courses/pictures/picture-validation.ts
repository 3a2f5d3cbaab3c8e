import { Readable } from 'node:stream'
import type { Images } from '../../images/images.ts'
import type { CourseProblem } from '../format/course-problem.ts'
import { PICTURE_FILE } from '../format/picture-links.ts'
import type { CoursePicture } from './picture-files.ts'
import { hashOf } from './picture-files.ts'
import { sizeProblem, webpProblem } from './webp-validation.ts'

/**
 * Validates a picture of an import: it is decoded once, by the process that draws pictures, and never changed.
 * @param known returns a picture of this site with this hash
 */
export async function inspectPicture(
  images: Pick<Images, 'receive' | 'resize'>,
  known: (hash: string) => CoursePicture | undefined,
  file: string,
  bytes: Uint8Array,
): Promise<CoursePicture | CourseProblem> {
  const problem = (expected: string) => ({ file, line: 1, expected })
  const name = PICTURE_FILE.exec(file)?.[1]
  if (!name)
    return problem(
      'this is no name of a picture; expected small letters, digits and hyphens, such as pictures/garden-1.webp',
    )
  const wrong = webpProblem(bytes)
  if (wrong) return problem(wrong)
  const hash = hashOf(bytes)
  const here = known(hash)
  if (here) return { ...here, name }
  const received = await images.receive(Readable.from([bytes]), name)
  const picture = await images.resize(received, 'largest')
  if (picture.why !== null) return problem('the picture cannot be decoded; expected one that can')
  const size = sizeOf(bytes)
  const large = sizeProblem(size ?? picture)
  if (large) return problem(large)
  return { name, hash, width: picture.width, height: picture.height, bytes: bytes.length }
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
