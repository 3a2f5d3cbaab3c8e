import { isOwnCourse, type LinkedCourse, linkedThing, readThingLink } from './thing-links.ts'

/** A course, and what its site knows of addresses. */
export interface LinkScope {
  course: LinkedCourse<{ slug: string; title: string }>
  /** Of the site. */
  base_url: string
  /** The thing that a cohort of one of these courses has under a number. */
  cohortThing: (cohort: string, number: number, courses: readonly string[]) => string | null
}

/** The links of a text that its author should know about, each address once. */
export interface LinkNotes {
  /** They lead to no thing of the course, and so show their words only. */
  broken: string[]
  /** They lead to things of the course by an address that holds in one place only, such as that of the site. */
  fixed: string[]
}

/** Where a link stands in the files of a course. */
export interface LinkPlace {
  file: string
  line: number
  address: string
}

interface FoundLink {
  from: number
  to: number
  address: string
  /** The address stands in the text by itself. */
  bare: boolean
}

type Target = { thing: { slug: string; title: string }; fragment: string; fixed: boolean } | 'broken' | 'elsewhere'

/** A link with words, the definition of one, and an address alone. */
const LINK =
  /(\]\( ?<?|^ {0,3}\[[^\]\n]+\]: ?<?)([^\s()<>]+)|<((?:https?|thing):[^\s<>]+)>|https?:\/\/[^\s<>()[\]"'*]*[^\s<>()[\]"'*.,;:!?]/gim

export function checkLinks(text: string, scope: LinkScope): LinkNotes {
  return checkAddresses(linksIn(text), scope)
}

export function checkAddresses(links: readonly { address: string }[], scope: LinkScope): LinkNotes {
  const addresses = [...new Set(links.map(({ address }) => address))]
  const targets = addresses.map((address) => ({ address, target: targetOf(address, scope) }))
  const of = (holds: (target: Target) => boolean) =>
    targets.filter(({ target }) => holds(target)).map(({ address }) => address)
  return {
    broken: of((target) => target === 'broken'),
    fixed: of((target) => typeof target === 'object' && target.fixed),
  }
}

/** Every link of a file, in order. */
export function linkPlaces(file: string, text: string): LinkPlace[] {
  let line = 1
  let at = 0
  return linksIn(text).map(({ from, address }) => {
    for (; at < from; at += 1) if (text[at] === '\n') line += 1
    return { file, line, address }
  })
}

/** The text with `thing:name-of-the-thing` for the addresses that `checkLinks` calls fixed. */
export function withThingAddresses(text: string, scope: LinkScope): string {
  return linksIn(text).reduceRight((changed, { from, to, address, bare }) => {
    const target = targetOf(address, scope)
    if (typeof target === 'string' || !target.fixed) return changed
    const link = `thing:${target.thing.slug}${target.fragment}`
    const words = target.thing.title.replaceAll(/[\\[\]]/g, String.raw`\$&`)
    return `${changed.slice(0, from)}${bare ? `[${words}](${link})` : link}${changed.slice(to)}`
  }, text)
}

function linksIn(text: string): FoundLink[] {
  return Array.from(withoutCode(text).matchAll(LINK), ({ index, 0: whole, 1: before, 2: linked, 3: alone }) => {
    if (before !== undefined && linked !== undefined) {
      const from = index + before.length
      return { from, to: from + linked.length, address: linked, bare: false }
    }
    return { from: index, to: index + whole.length, address: alone ?? whole, bare: true }
  })
}

/** The text with blanks of the same length for code, in which nothing is a link. */
function withoutCode(text: string): string {
  const blank = (code: string) => code.replaceAll(/[^\n]/g, ' ')
  let fence = ''
  const lines = text.split('\n').map((line) => {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? ''
    const inside = fence !== ''
    if (!inside) fence = mark
    else if (mark.startsWith(fence)) fence = ''
    return inside || mark !== '' ? blank(line) : line.replaceAll(/`+[^`]*`+/g, blank)
  })
  return lines.join('\n')
}

function targetOf(address: string, scope: LinkScope): Target {
  const { course } = scope
  const url = /^https?:/i.test(address) ? URL.parse(address) : null
  if (url && !url.pathname.includes('/things/')) return 'elsewhere'
  if (
    !url &&
    /^(?:[a-z][a-z\d+.-]*:|#|\/\/|www\.|(?:\.{0,2}\/)*pictures\/)/i.test(address) &&
    !/^thing:/i.test(address)
  )
    return 'elsewhere'
  const here = url === null || url.host === URL.parse(scope.base_url)?.host
  const link = readThingLink(url ? `${url.pathname}${url.hash}` : address)
  if (!link) return url ? 'elsewhere' : 'broken'
  const { cohort, fragment } = link
  if (link.course !== null && !isOwnCourse(course, link.course)) return 'elsewhere'
  if (url && link.course === null && !(cohort && here)) return 'elsewhere'
  const slugs = [course.slug, ...(course.parents ?? []).map(({ slug }) => slug)]
  const named = cohort && here ? scope.cohortThing(cohort, Number(link.thing), slugs) : link.thing
  // a cohort of another course
  if (named === null) return url ? 'elsewhere' : 'broken'
  const thing = linkedThing(course, named)
  if (!thing) return here ? 'broken' : 'elsewhere'
  const fixed = url !== null || address.startsWith('/') || cohort !== null || /^\d+$/.test(link.thing)
  return { thing, fragment, fixed }
}
