import { sizeFor, sizesOf } from './sizes.ts'

/** A picture as a text shows it. */
export interface Picture {
  id: number
  width: number
  height: number
  /** The address of a size that any screen can do with, and all of them for the browser to choose from. */
  src: string
  srcset: string
}

export interface ImageRow {
  id: number
  width: number
  height: number
  animated: 0 | 1
}

export function toPicture({ id, animated, ...row }: ImageRow): Picture {
  const whole = { ...row, animated: animated === 1 }
  const sizes = sizesOf(whole)
  const { width, height } = sizes.at(-1) ?? row
  return {
    id,
    width,
    height,
    src: `/images/${id}/${sizeFor(whole, 960)?.step ?? 960}`,
    srcset: sizes.map((size) => `/images/${id}/${size.step} ${size.width}w`).join(', '),
  }
}
