import type { Request } from 'express'
import { memoize } from './memoize.ts'

/** Languages that authors choose from; an imported course may have any other. */
export const OFFERED_LANGUAGES = [
  ...['ar', 'bg', 'bn', 'ca', 'cs', 'cy', 'da', 'de', 'el', 'en', 'es', 'et', 'eu', 'fa', 'fi', 'fr', 'ga', 'gl', 'he'],
  ...['hi', 'hr', 'hu', 'hy', 'id', 'is', 'it', 'ja', 'ka', 'kk', 'kl', 'ko', 'lt', 'lv', 'mk', 'ms', 'mt', 'nb', 'nl'],
  ...['nn', 'pl', 'pt', 'pt-BR', 'ro', 'ru', 'se', 'sk', 'sl', 'so', 'sq', 'sr', 'sv', 'sw', 'ta', 'th', 'tr', 'uk'],
  ...['ur', 'vi', 'zh-Hans', 'zh-Hant'],
]

/** The wanted language where a text is in another one, else null; regions are ignored. */
export function missingLanguage(wanted: string | null, language: string): string | null {
  return wanted === null || wanted.split('-')[0] === language.split('-')[0] ? null : wanted
}

/** The known languages that a browser accepts, most preferred first; regions are ignored. */
export function acceptedLanguages(req: Request, known: readonly string[]): string[] {
  if (known.length < 2 || req.headers['accept-language'] === undefined) return []
  const withoutRegion = (language: string) => language.toLowerCase().split('-')[0]
  const found = req.acceptsLanguages().flatMap((asked) => {
    const same = known.filter((language) => withoutRegion(language) === withoutRegion(asked))
    return same.find((language) => language.toLowerCase() === asked.toLowerCase()) ?? same[0] ?? []
  })
  return [...new Set(found)]
}

const RIGHT_TO_LEFT = new Set(['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'ks', 'ps', 'sd', 'ug', 'ur', 'yi'])

export const directionOf = memoize(200, (language): 'ltr' | 'rtl' => {
  const { language: base, script } = new Intl.Locale(language)
  if (script) return ['Arab', 'Hebr', 'Thaa', 'Syrc'].includes(script) ? 'rtl' : 'ltr'
  return RIGHT_TO_LEFT.has(base) ? 'rtl' : 'ltr'
})

/** A language's name in that language: Dansk, Deutsch. */
export const languageName = memoize(200, (language) => {
  const name = nameIn(language) ?? language
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1)
})

function nameIn(language: string): string | undefined {
  try {
    return new Intl.DisplayNames([language], { type: 'language', languageDisplay: 'standard' }).of(language)
  } catch {
    // a tag may hold more than a name can be made of
    return undefined
  }
}
