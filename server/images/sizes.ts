/** The widths a picture is offered in; its addresses end in one of them. */
export const STEPS = [480, 960, 1600] as const
type Step = (typeof STEPS)[number]

export type Format = 'webp' | 'jpeg'

export interface Size {
  step: Step
  width: number
  height: number
}

interface OriginalImage {
  width: number
  height: number
  animated: boolean
}

/** A picture of a whole scrolled page is narrowed, so that no file is higher than so many times its step. */
const HIGHEST = 5

/** Every frame of a moving picture is a picture: it comes in one size. */
const MOVING: readonly Step[] = [960]

/** The sizes in which a picture is kept, the smallest first, none larger than the picture itself. */
export function sizesOf({ width, height, animated }: OriginalImage): Size[] {
  const sizes: Size[] = []
  for (const step of animated ? MOVING : STEPS) {
    const scale = Math.min(1, step / width, (step * HIGHEST) / height)
    sizes.push({ step, width: scaled(width, scale), height: scaled(height, scale) })
    if (scale === 1) break
  }
  return sizes
}

function scaled(length: number, scale: number): number {
  return Math.max(1, Math.round(length * scale))
}

/** The size that answers an address: the one asked for, else the largest below it, else the smallest there is. */
export function sizeFor(picture: OriginalImage, step: Step): Size | undefined {
  const sizes = sizesOf(picture)
  return sizes.findLast((size) => size.step <= step) ?? sizes[0]
}

/** Under which name a size lies in the picture's folder. */
export function fileName(size: Size, format: Format): string {
  return `${size.step}.${format}`
}
