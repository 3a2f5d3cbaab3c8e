import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import i18next from 'i18next'
import { kept } from './kept.ts'

/** Words in the reader's language: `t('map.next')`, with values and plurals as i18next has them. */
export type Translate = (key: string, values?: Record<string, unknown>) => string

const KEPT = 5000
const folder = path.join(import.meta.dirname, 'locales')

/** Loads every translation file at boot; a key without words is an error, not an empty place. */
export function loadWords(): (locale: string) => Translate {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  const resources = Object.fromEntries(
    files.map((name) => [
      path.basename(name, '.json'),
      { translation: JSON.parse(readFileSync(path.join(folder, name), 'utf8')) },
    ]),
  )
  const words = i18next.createInstance()
  words.init({
    resources,
    lng: 'en',
    fallbackLng: 'en',
    initAsync: false,
    interpolation: { escapeValue: false },
    returnEmptyString: false,
    saveMissing: true,
    missingKeyHandler: (_languages, _namespace, key) => {
      throw new Error(`There are no words for "${key}"`)
    },
  })
  const bound = new Map<string, Translate>()
  return (locale) => {
    const known = bound.get(locale)
    if (known) return known
    const fixed = words.getFixedT(locale)
    // a page asks for hundreds of words, most of them the same as the page before
    const made = kept(KEPT, (asked) => {
      const [key, values]: [string, Record<string, unknown>] = JSON.parse(asked)
      return fixed(key, values)
    })
    const plain = kept(KEPT, (key) => fixed(key))
    const translate: Translate = (key, values) => (values ? made(JSON.stringify([key, values])) : plain(key))
    bound.set(locale, translate)
    return translate
  }
}
