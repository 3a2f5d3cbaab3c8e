import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import i18next from 'i18next'
import { memoize } from './memoize.ts'

/** Translates a key: `t('map.next')`, with values and plurals as in i18next. @throws Error for an unknown key */
export type Translate = (key: string, values?: Record<string, unknown>) => string

/** Cached texts of one language. */
const MAX_TEXTS = 5000
/** Cached plural forms of one text. */
const MAX_COUNTS = 200

/** Leaves the placeholders in the text. */
const RAW = { skipInterpolation: true }
const folder = path.join(import.meta.dirname, '../locales')

/** Loads every translation file. */
export function loadTranslations(): (locale: string) => Translate {
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
    // a page needs hundreds of texts: those without values are cached, the others joined from cached pieces
    const plain = memoize(MAX_TEXTS, (key) => fixed(key))
    const counted = memoize(MAX_TEXTS, (key) =>
      memoize(MAX_COUNTS, (count) => piecesOf(fixed(key, { count: Number(count), ...RAW }))),
    )
    const pieces = memoize(MAX_TEXTS, (key) => piecesOf(fixed(key, RAW)))
    const translate: Translate = (key, values) => {
      if (!values) return plain(key)
      const { count } = values
      const found = typeof count === 'number' ? counted(key)(String(count)) : pieces(key)
      return found.pieces ? join(found.pieces, values) : fixed(key, values)
    }
    bound.set(locale, translate)
    return translate
  }
}

/** Text and names of values by turns; null where a value has a format, which is left to i18next. */
type Pieces = { pieces: string[] | null }

function piecesOf(text: string): Pieces {
  const pieces = text.split(/{{(.*?)}}/)
  const formatted = pieces.some((piece, at) => at % 2 === 1 && !/^\w+$/.test(piece))
  return { pieces: formatted ? null : pieces }
}

function join(pieces: string[], values: Record<string, unknown>): string {
  let text = ''
  for (const [at, piece] of pieces.entries()) text += at % 2 === 0 ? piece : String(values[piece] ?? '')
  return text
}
