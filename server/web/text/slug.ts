import { replaceLetters, stripAccents } from './fold.ts'

/** A slug of Latin letters and digits ("Łucja Wiśniewska" -> "lucja-wisniewska"); '' where the words have none. */
export function slugFrom(words: string, longest: number): string {
  return stripAccents(replaceLetters(words.toLowerCase()), 'NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replace(/^-+|-+$/g, '')
}

/** The wanted slug, with the first free number behind it where it is taken. */
export function freshSlug(wanted: string, taken: (slug: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const slug = number === 1 ? wanted : `${wanted}-${number}`
    if (!taken(slug)) return slug
  }
}
