import { escapeHtml } from '../../web/render/escape.ts'
import { slugFrom } from '../../web/text/slug.ts'

/** A link from one thing of a course to another, however it was written. */
interface ThingLink {
  /** The slug of the course in the address; null where it names none, and so means its own. */
  course: string | null
  /** The slug of the cohort in the address. */
  cohort: string | null
  /** A slug, a number, or both: `know-your-phone`, `3`, `03-know-your-phone`. */
  thing: string
  /** With its `#`, or ''. */
  fragment: string
}

/** The things that links of a course can lead to. */
export interface LinkedCourse<Thing extends { slug: string }> {
  slug: string
  /** The courses it was forked from, whose addresses its texts may still have. */
  parents?: readonly { slug: string }[]
  /** In order. */
  things: readonly Thing[]
  /** Things without a number. */
  hidden?: readonly Thing[]
}

const SCHEME = /^([a-z][a-z\d+.-]*):(.*)$/is
/** The end of a thing's file, with the language of a translation. */
const TEXT_FILE = /(?:\.[a-z]{2,3}(?:-[a-z\d]+)*)?\.(?:md|markdown|html?)$/i
const OTHER_FILE = /\.[a-z\d]{1,8}$/i
const STORED = /^thing:(?:([a-z0-9-]+)\/)?([a-z0-9-]+)(#[\w-]+)?$/
const ANCHOR = /<a href="(thing:[^"]*)"[^>]*>([\s\S]*?)<\/a>/g
const LONGEST = 100

/**
 * Reads the address of a link within a course: `thing:know-your-phone`, or what leads there in a folder or on a site, such
 * as `../things/3`, `./03-know-your-phone.md` and `/courses/mobile-things/things/3`. Null for every other address.
 */
export function readThingLink(address: string): ThingLink | null {
  const [, scheme, rest = address] = SCHEME.exec(address) ?? []
  if (scheme !== undefined && scheme.toLowerCase() !== 'thing') return null
  if (scheme === undefined && /^(?:\/\/|\\\\|[#?]|$)/.test(rest)) return null
  const [, path = '', hash = ''] = /^([^?#]*)(?:\?[^#]*)?(#[\w-]+)?/.exec(rest) ?? []
  const parts = path.split(/[/\\]+/).map(decoded)
  const named = parts.filter((part) => !['', '.', '..'].includes(part))
  const at = named.lastIndexOf('things')
  const [room, owner = null] = at >= 2 ? named.slice(at - 2) : []
  const link = (file: string | undefined, course: string | null, cohort: string | null = null): ThingLink | null => {
    const thing = thingIn(file ?? '')
    return thing === '' ? null : { course, cohort, thing, fragment: hash }
  }
  if (at >= 0) return link(named[at + 1], room === 'courses' ? owner : null, room === 'cohorts' ? owner : null)
  // "/home" is a page of the site
  if (scheme === undefined && parts[0] === '' && named.length > 0) return null
  if (named.length === 1) return link(named[0], null)
  return scheme !== undefined && named.length === 2 ? link(named[1], slugFrom(named[0] ?? '', LONGEST) || null) : null
}

/** The address as stored HTML has it; null where it is no link within a course. */
export function storedThingLink(address: string): string | null {
  const link = readThingLink(address)
  return link && `thing:${link.course === null ? '' : `${link.course}/`}${link.thing}${link.fragment}`
}

export function isStoredThingLink(href: string): boolean {
  return STORED.test(href)
}

/** Whether a course of that slug is this one, or one that this one was made from. */
export function isOwnCourse(
  { slug, parents = [] }: Pick<LinkedCourse<never>, 'slug' | 'parents'>,
  course: string,
): boolean {
  return course === slug || parents.some((parent) => parent.slug === course)
}

/** The thing of a course by slug, number or both. */
export function linkedThing<Thing extends { slug: string }>(
  { things, hidden = [] }: Pick<LinkedCourse<Thing>, 'things' | 'hidden'>,
  thing: string,
): Thing | undefined {
  const bySlug = (wanted: string) => [...things, ...hidden].find((each) => each.slug === wanted)
  return bySlug(thing) ?? (/^\d+$/.test(thing) ? things[Number(thing) - 1] : bySlug(thing.replace(/^\d{1,3}-/, '')))
}

interface ThingHtml {
  body_html: string
  note_html: string | null
  without_account_html: string | null
}

/** Makes the function that changes all HTML of a thing. */
export function ofThingHtml(change: (html: string) => string) {
  const orNone = (html: string | null) => (html === null ? null : change(html))
  return <Thing extends ThingHtml>(thing: Thing): Thing => ({
    ...thing,
    body_html: change(thing.body_html),
    note_html: orNone(thing.note_html),
    without_account_html: orNone(thing.without_account_html),
  })
}

/**
 * Stored texts name the things they link to, so that a course can be run, copied and exported; this adds the addresses. A
 * link that leads nowhere is replaced by its words.
 * @param hrefOf the page of a thing for this reader; null where there is none
 */
export function withThingLinks<Thing extends { slug: string }>(
  course: LinkedCourse<Thing>,
  hrefOf: (thing: Thing) => string | null,
) {
  function ownHref(thing: string): string | null {
    const found = linkedThing(course, thing)
    return found ? hrefOf(found) : null
  }

  function hrefTo(stored: string): string | null {
    const [, owner = null, thing = '', fragment = ''] = STORED.exec(stored) ?? []
    const own = owner === null || isOwnCourse(course, owner)
    const href = own ? ownHref(thing) : /^\d+$/.test(thing) ? thingAddress(owner, Number(thing)) : null
    return href && `${href}${fragment}`
  }

  const html = (text: string) =>
    text.replaceAll(ANCHOR, (_, stored: string, words: string) => {
      const href = hrefTo(stored)
      return href === null ? words : `<a href="${escapeHtml(href)}">${words}</a>`
    })
  return { html, thing: ofThingHtml(html) }
}

/** The page of a thing of a public course. */
export function thingAddress(course: string, number: number): string {
  return `/courses/${course}/things/${number}`
}

function thingIn(file: string): string {
  const name = file.replace(TEXT_FILE, '')
  return OTHER_FILE.test(name) ? '' : slugFrom(name, LONGEST)
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
