import { readFileSync } from 'node:fs'
import path from 'node:path'
import { memoize } from '../text/memoize.ts'

const file = path.join(import.meta.dirname, '../../../public/icons/icons.json')
const shapes: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'))

export function isIcon(name: string): boolean {
  return Object.hasOwn(shapes, name)
}

/**
 * The inner markup of one 24 x 24 line icon.
 * @throws when there is no such icon: names from people are checked by isIcon before they are stored
 */
export function iconMarkup(name: string): string {
  const markup = isIcon(name) ? shapes[name] : undefined
  if (markup === undefined) throw new Error(`There is no icon "${name}"`)
  return markup
}

function svg(name: string, classes: string): string {
  return `<svg class="${classes}" viewBox="0 0 24 24" aria-hidden="true">${iconMarkup(name)}</svg>`
}

const plain = memoize(2000, (name) => svg(name, 'icon'))
const classed = memoize(100, (extraClass) => memoize(2000, (name) => svg(name, `icon ${extraClass}`)))

/** An icon as decoration beside words. */
export function iconHtml(name: string, extraClass = ''): string {
  return extraClass ? classed(extraClass)(name) : plain(name)
}

export function iconNames(): string[] {
  return Object.keys(shapes)
}
