import { type RenderOptions, renderMarked } from './markdown.ts'

/** Worker task: renders Markdown. */
export function run({ texts, options }: { texts: string[]; options: RenderOptions }): string[] {
  return texts.map((text) => renderMarked(text, options))
}
