import { type RenderOptions, renderMarked } from './markdown.ts'

/** Renders texts in a thread of the pool. */
export function run({ texts, options }: { texts: string[]; options: RenderOptions }): string[] {
  return texts.map((text) => renderMarked(text, options))
}
