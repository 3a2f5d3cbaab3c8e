import { z } from 'zod'
import { hasVisibleCharacter } from '../../web/text/visible.ts'

/** Building blocks of the schemas of a course folder; each tells in words what it expected. */

/** One value; `words` complete the sentence "expected ..." for the author of the file. */
export function field<T>(words: string, fits: (value: unknown) => boolean) {
  return z.custom<T>(fits, { error: words })
}

export function line(max: number) {
  return field<string>(
    `text on one line, 1 to ${max} characters`,
    (value) => typeof value === 'string' && isLine(value, max),
  )
}

function isLine(value: string, max: number): boolean {
  return (
    hasVisibleCharacter(value) && value.length <= max && value.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(value)
  )
}

export function named(example: string) {
  const fits = (value: unknown) =>
    typeof value === 'string' && value.length <= 60 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value)
  return field<string>(`small letters, digits and single hyphens, such as ${example}`, fits)
}

export function oneOf<const T extends string>(words: readonly T[]) {
  return field<T>(`one of ${words.join(', ')}`, (value) => words.some((word) => word === value))
}

export function whole(min: number, max: number) {
  const fits = (value: unknown) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max
  return field<number>(`a whole number from ${min} to ${max}`, fits)
}

export function keys<Shape extends z.ZodRawShape>(noun: string, shape: Shape) {
  const names = Object.keys(shape).join(', ')
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `one of the keys of ${noun}: ${names}` : `${noun} with the keys ${names}`,
  })
}

export function list<Item extends z.ZodType>(noun: string, item: Item, min: number) {
  const words = min > 0 ? `a list of at least ${min} of the ${noun}` : `a list of ${noun}, or [] for none`
  return z
    .array(item, { error: words })
    .min(min, { error: words })
    .max(200, { error: `at most 200 ${noun}` })
}

export const isLanguage = (value: unknown) => {
  try {
    return typeof value === 'string' && Intl.getCanonicalLocales(value)[0] === value
  } catch {
    return false
  }
}

export const isLink = (value: unknown) =>
  typeof value === 'string' && isLine(value, 2000) && /^https?:\/\//i.test(value) && URL.canParse(value)

export const isRisingList = (value: unknown) =>
  Array.isArray(value) &&
  value.every((number, at) => Number.isInteger(number) && number > (at === 0 ? 0 : value[at - 1]))
