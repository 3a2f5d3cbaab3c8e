import type { Translate } from './i18n.ts'

/** "eight" for 8: words up to twelve, digits above. */
export function numberWord(t: Translate, number: number): string {
  return number >= 1 && number <= 12 ? t(`numbers.${number}`) : String(number)
}

/** The text with its first letter in upper case. */
export function sentence(text: string, locale: string): string {
  const [first = '', ...rest] = Array.from(text)
  return first.toLocaleUpperCase(locale) + rest.join('')
}

const lists = new Map<string, Intl.ListFormat>()

/** "8 and 10", "15, 35 or 60". */
export function listWords(locale: string, items: (string | number)[], kind: 'and' | 'or' = 'and'): string {
  // British, as the site's dates are: no comma before the last
  const language = locale === 'en' ? 'en-GB' : locale
  const key = `${language} ${kind}`
  const list = lists.get(key) ?? new Intl.ListFormat(language, { type: kind === 'and' ? 'conjunction' : 'disjunction' })
  lists.set(key, list)
  return list.format(items.map(String))
}
