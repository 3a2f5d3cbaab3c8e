import { plainText } from './markdown.ts'

const EXCERPT = 220
const TITLE_FROM_BODY = 70

/**
 * Title and excerpt of a text for lists. Without a title its first words are used.
 * @param otherwise the title when there is neither title nor text
 */
export function titleAndExcerpt(
  title: string,
  html: string,
  otherwise: () => string,
): { title: string; excerpt: string } {
  return { title: title || plainText(html, TITLE_FROM_BODY) || otherwise(), excerpt: plainText(html, EXCERPT) }
}

/**
 * The excerpt of a reflection below its title in a list. A title made from the first words of the text is not
 * repeated: the excerpt continues after it.
 */
export function excerptBelowTitle(title: string, excerpt: string): string {
  if (excerpt === title) return ''
  const begun = title.endsWith('…') ? title.slice(0, -1) : ''
  if (begun === '' || !excerpt.startsWith(begun)) return excerpt
  const rest = excerpt.slice(begun.length).replace(/^[\s,;:.–—-]+/u, '')
  return rest === '' ? '' : `…${rest}`
}
