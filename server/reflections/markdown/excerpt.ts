import { plainText } from './markdown.ts'

const EXCERPT = 220
const TITLE_FROM_BODY = 70

/**
 * What lists say of a text. One without a title takes its first words.
 * @param otherwise the title of one that has neither title nor words
 */
export function titleAndExcerpt(
  title: string,
  html: string,
  otherwise: () => string,
): { title: string; excerpt: string } {
  return { title: title || plainText(html, TITLE_FROM_BODY) || otherwise(), excerpt: plainText(html, EXCERPT) }
}

/**
 * What a list says of a reflection below its title. A title that was made from the first words of the text is not said
 * twice: the excerpt goes on where it stops.
 */
export function excerptBelowTitle(title: string, excerpt: string): string {
  if (excerpt === title) return ''
  const begun = title.endsWith('…') ? title.slice(0, -1) : ''
  if (begun === '' || !excerpt.startsWith(begun)) return excerpt
  const rest = excerpt.slice(begun.length).replace(/^[\s,;:.–—-]+/u, '')
  return rest === '' ? '' : `…${rest}`
}
