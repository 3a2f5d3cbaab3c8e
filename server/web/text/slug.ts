/** Small letters that Unicode does not take apart. */
export const LETTERS: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
}

/** Words in plain Latin letters as they may stand in an address ("Łucja Wiśniewska" -> "lucja-wisniewska"); '' where there are none. */
export function slugFrom(words: string, longest: number): string {
  return words
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => LETTERS[letter] ?? '')
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replace(/^-+|-+$/g, '')
}

/** A name that nobody has: the wanted one, else with the first number that is free. */
export function freshSlug(wanted: string, taken: (slug: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const slug = number === 1 ? wanted : `${wanted}-${number}`
    if (!taken(slug)) return slug
  }
}
