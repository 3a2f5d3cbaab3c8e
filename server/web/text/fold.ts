/** Small letters that Unicode does not decompose. */
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

export function replaceLetters(lower_case: string): string {
  return lower_case.replace(/[ßæœøłđðþı]/g, (letter) => LETTERS[letter] ?? letter)
}

export function stripAccents(text: string, form: 'NFD' | 'NFKD' = 'NFD'): string {
  return text.normalize(form).replace(/\p{Mn}/gu, '')
}
