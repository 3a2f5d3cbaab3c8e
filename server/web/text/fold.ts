/** Small Latin letters that Unicode does not decompose. */
const LATIN: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
}
/** Forms of one letter that people type for each other, as search engines treat them; the hamza is a mark, see MARKS. */
const FORMS: Record<string, string> = { ς: 'σ', ٱ: 'ا', ى: 'ي', ی: 'ي', ة: 'ه', ہ: 'ه', ک: 'ك' }
const REPLACED: Record<string, string> = { ...LATIN, ...FORMS }
const LETTER = new RegExp(`[${Object.keys(REPLACED).join('')}]`, 'g')

/**
 * Marks without which a word is the same: accents, vowel points of Hebrew and Arabic, variation selectors. Those of other
 * scripts are letters to their readers: the vowels of Thai and Hindi, the voiced sounds of kana.
 */
const MARKS = /(?![\u3099\u309a])(?=[\p{sc=Inherited}\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Cyrillic}])\p{M}|\u0640/gu
/** What nobody sees: soft hyphens, zero-width signs, direction marks. And apostrophes that are letters to Unicode. */
const IGNORED = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u02b9-\u02bf]/gu
const ASCII = /^[\0-\x7f]*$/

/**
 * A text for comparison: lower case, one form of each letter and digit, without accents and what nobody sees, so that
 * "asa" finds Åsa, "ﾊﾝｶﾞ" ハンガ and "احمد" أَحْمَد.
 */
export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(IGNORED, '')
    .replace(MARKS, '')
    .normalize('NFC')
    .replace(LETTER, (letter) => REPLACED[letter] ?? letter)
    .replace(/[^\P{Nd}0-9]/gu, digitOf)
}

/** The ten digits of a script stand beside each other, from its zero. */
function digitOf(sign: string): string {
  const code = sign.codePointAt(0) ?? 0
  let value = 0
  while (/\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1
  return String(value % 10)
}

export function replaceLetters(lower_case: string): string {
  return lower_case.replace(LETTER, (letter) => LATIN[letter] ?? letter)
}

export function stripAccents(text: string, form: 'NFD' | 'NFKD' = 'NFD'): string {
  return text.normalize(form).replace(/\p{Mn}/gu, '')
}
