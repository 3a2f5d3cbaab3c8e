import { readFileSync } from 'node:fs'

export type Weakness = 'common' | 'repeated' | 'sequence' | 'personal'

/** Words that a password must not consist of. */
interface PersonalWords {
  name: string
  email: string
  site_name: string
}

/**
 * Why a password is easy to guess; null where no rule matches (ASVS 6.2.4, 6.1.2). The form checks that it has at least
 * 12 characters; no kinds of characters are required.
 */
export function weaknessOf(password: string, personal: PersonalWords): Weakness | null {
  const typed = withoutAccents(password)
  const forms = new Set(
    [typed, withoutEnds(typed)].flatMap((form) => [form, lettersFor(form, 'l'), lettersFor(form, 'i')]),
  )
  const anyForm = (rule: (form: string) => boolean) => [...forms].some(rule)
  if (anyForm(isRepeated)) return 'repeated'
  if (isSequence(typed)) return 'sequence'
  if (anyForm((form) => commonPasswords().has(form))) return 'common'
  if (anyForm((form) => isMostly(form, wordsOf(personal)))) return 'personal'
  return null
}

/** In lower case and without accents. */
function withoutAccents(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** Without the digits and signs at both ends, where most people add them. */
function withoutEnds(text: string): string {
  return text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
}

const SWAPS: Record<string, string> = { 0: 'o', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's' }

/** With the letters that digits and signs stand for: `p@55w0rd`. @param one what 1 and ! stand for */
function lettersFor(text: string, one: 'l' | 'i'): string {
  return text.replace(/[013457@$!]/g, (sign) => SWAPS[sign] ?? one)
}

const FEWEST_CHARACTERS = 4

/** A block repeated to the end (`librarylibrary`), or hardly any different characters. */
function isRepeated(text: string): boolean {
  if (text.length >= 6 && new Set(text).size < FEWEST_CHARACTERS) return true
  const blocks = Array.from({ length: Math.floor(text.length / 2) }, (_, index) => index + 1)
  return blocks.some((length) => text.slice(length) === text.slice(0, -length))
}

const LINES = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'yxcvbnm',
  'azertyuiop',
  'qsdfghjklm',
  'йцукенгшщзхъ',
  'фывапролджэ',
  'ячсмитьбю',
].flatMap((line) => [line, [...line].reverse().join('')])
const SHORTEST_RUN = 3

/** Consists of runs along the alphabet, the digits or a row of keys: `qwerty123456`. */
function isSequence(text: string): boolean {
  const signs = text.replace(/[^\p{L}\p{N}]/gu, '')
  let from = 0
  while (from < signs.length) {
    let to = from + SHORTEST_RUN
    if (to > signs.length || !isRun(signs.slice(from, to))) return false
    while (to < signs.length && isRun(signs.slice(from, to + 1))) to += 1
    from = to
  }
  return signs.length > 0
}

function isRun(text: string): boolean {
  return LINES.some((line) => line.includes(text))
}

const SHORTEST_WORD = 3

function wordsOf({ name, email, site_name }: PersonalWords): string[] {
  const parts = [name, email, site_name].flatMap((text) => withoutAccents(text).split(/[^\p{L}\p{N}]+/u))
  const all = [name, site_name, email, email.split('@')[0] ?? ''].map((text) => bare(withoutAccents(text)))
  const words = [...all, ...parts].filter((word) => word.length >= SHORTEST_WORD)
  // the longest first: a part may be in a whole
  return [...new Set(words)].sort((one, other) => other.length - one.length)
}

const FEWEST_OTHERS = 6

/** Whether fewer than six characters are left of the text without these words. */
function isMostly(text: string, words: string[]): boolean {
  const all = bare(text)
  const others = words.reduce((left, word) => left.replaceAll(word, ' '), all).replaceAll(' ', '')
  return others.length < all.length && others.length < FEWEST_OTHERS
}

function bare(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '')
}

const LIST = new URL('./common-passwords/list.txt', import.meta.url)
const SHORTEST_BASE = 4
let common: Set<string> | null = null

/** The list, with and without digits and signs at the ends; read when a password is first chosen. */
function commonPasswords(): Set<string> {
  if (common) return common
  const entries = readFileSync(LIST, 'utf8').trimEnd().split('\n')
  const bases = entries.map(withoutEnds).filter((base) => base.length >= SHORTEST_BASE)
  common = new Set([...entries, ...bases])
  return common
}
