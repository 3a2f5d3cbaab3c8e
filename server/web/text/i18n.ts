import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import i18next from 'i18next'
import { memoize } from './memoize.ts'

/** Words in the reader's language: `t('map.next')`, with values and plurals as i18next has them. */
export type Translate = (key: string, values?: Record<string, unknown>) => string

const KEPT = 5000

/** So many counts are kept of one phrase. */
const COUNTS = 200

/** Words with the places for values as they are written. */
const RAW = { skipInterpolation: true }
const folder = path.join(import.meta.dirname, '../locales')

/** Loads every translation file at boot; a key without words is an error, not an empty place. */
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
    // a page asks for hundreds of words: those without values are kept, the others put together from kept pieces
    const plain = memoize(KEPT, (key) => fixed(key))
    const counted = memoize(KEPT, (key) =>
      memoize(COUNTS, (count) => piecesOf(fixed(key, { count: Number(count), ...RAW }))),
    )
    const pieces = memoize(KEPT, (key) => piecesOf(fixed(key, RAW)))
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

/** Text and the name of a value by turns. Null where a value is formatted, which is i18next's to do. */
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
