import { numbersIn } from './thing-numbers.ts'

/** The properties of a thing that posts are matched against; the number is that of the cohort's calendar. */
export interface MatchableThing {
  thing_id: number
  number: number
  /** In the course itself, where that has pages of its own. */
  position: number
  slug: string
  title: string
  short: string
}

/** Where the pages of the things are. */
interface ThingAddresses {
  /** Of the site, without a trailing slash. */
  base_url: string
  cohort: string
  course: string
}

interface PostText {
  title: string
  tags: string[]
  html: string
}

export type Match = { kind: 'sure'; thing_id: number } | { kind: 'unsure'; thing_ids: number[] } | { kind: 'none' }

const MOST_GUESSES = 3
const LINKS = /\bhref\s*=\s*(?:"([^"]{1,500})"|'([^']{1,500})')/gi
const BEGINNING = 1500
/** How much of a post is shown. */
const LOOKED_AT = 200_000
const EMPTY_WORDS = new Set(
  'a an and are as at be being by can do doing for from get getting go going have how i in into is it its like make making me more my new not of off on one or our out own so that the their there thing things this to up use using we what when where why with you your'.split(
    ' ',
  ),
)

/**
 * Matches a post to a thing. A match is sure if it names one thing: by number in title or tags; else by a link to its
 * page, a tag that is its name, its whole title. Where these speak of several, or only some words agree, it is a guess.
 */
export function matchPost(post: PostText, things: MatchableThing[], place: ThingAddresses): Match {
  const named = [post.title, ...post.tags].map(numbersIn)
  const explicit = byNumber(
    things,
    named.flatMap(({ sure }) => sure),
  )
  if (explicit.length > 0) return decide(explicit)
  const told = unique([
    ...linked(post.html, things, place),
    ...tagged(post.tags, things),
    ...titled(post.title, things),
  ])
  if (told.length > 0) return decide(told)
  const perhaps = byNumber(
    things,
    named.flatMap(({ perhaps }) => perhaps),
  )
  const mentioned = byNumber(things, numbersIn(beginningOf(post.html)).sure)
  const guesses = unique([...perhaps, ...(mentioned.length === 1 ? mentioned : []), ...alike(post.title, things)])
  if (guesses.length === 0) return { kind: 'none' }
  return { kind: 'unsure', thing_ids: guesses.slice(0, MOST_GUESSES).map(({ thing_id }) => thing_id) }
}

function decide(found: MatchableThing[]): Match {
  const [only, another] = found
  if (only && !another) return { kind: 'sure', thing_id: only.thing_id }
  return { kind: 'unsure', thing_ids: found.slice(0, MOST_GUESSES).map(({ thing_id }) => thing_id) }
}

function byNumber(things: MatchableThing[], numbers: number[]): MatchableThing[] {
  return unique(numbers).flatMap((number) => things.find((thing) => thing.number === number) ?? [])
}

/** Things whose own page the post links to: in the cohort, or where guests read the course along. */
function linked(
  html: string,
  things: MatchableThing[],
  { base_url, cohort, course }: ThingAddresses,
): MatchableThing[] {
  const origin = URL.parse(base_url)?.origin
  const found: MatchableThing[] = []
  for (const [, double, single] of html.slice(0, LOOKED_AT).matchAll(LINKS)) {
    const url = URL.parse((double ?? single ?? '').replaceAll('&amp;', '&').trim())
    if (!url || url.origin !== origin) continue
    const [, kind, slug, number] = /^\/(cohorts|courses)\/([^/]+)\/things\/(\d{1,3})(?:\/|$)/.exec(url.pathname) ?? []
    const at = Number(number)
    if (kind === 'cohorts' && slug === cohort) found.push(...things.filter((thing) => thing.number === at))
    if (kind === 'courses' && slug === course) found.push(...things.filter((thing) => thing.position === at))
  }
  return unique(found)
}

/** Things that a tag or category calls by their name. */
function tagged(tags: string[], things: MatchableThing[]): MatchableThing[] {
  const names = new Set(tags.map(folded).filter((name) => name !== ''))
  return things.filter(({ title, short, slug }) => [title, short, slug].some((name) => names.has(folded(name))))
}

/** Things whose whole title stands in the post's; one of hardly a word, only when it is all there is. */
function titled(title: string, things: MatchableThing[]): MatchableThing[] {
  const words = ` ${folded(title)} `
  const inside = things.filter((thing) => {
    const name = folded(thing.title)
    if (name === '') return false
    const telling = wordsOf(thing.title).length > 1 || name.split(' ').length > 2
    return telling ? words.includes(` ${name} `) : words.trim() === name
  })
  // the title of one may stand in that of another
  return inside.filter((one) => !inside.some((other) => other !== one && contains(other.title, one.title)))
}

function contains(longer: string, shorter: string): boolean {
  return folded(longer) !== folded(shorter) && ` ${folded(longer)} `.includes(` ${folded(shorter)} `)
}

/** Things with half their words in the post's title, the closest first. */
function alike(title: string, things: MatchableThing[]): MatchableThing[] {
  const said = new Set(wordsOf(title))
  return things
    .map((thing) => {
      const words = unique([...wordsOf(thing.title), ...wordsOf(thing.short)])
      const shared = words.filter((word) => said.has(word)).length
      return { thing, shared, share: words.length > 0 ? shared / words.length : 0 }
    })
    .filter(({ shared, share }) => shared > 0 && share >= 0.5)
    .sort((one, other) => other.share - one.share || other.shared - one.shared)
    .map(({ thing }) => thing)
}

/** The words that carry meaning, folded. */
function wordsOf(text: string): string[] {
  return folded(text)
    .split(' ')
    .filter((word) => word.length > 2 && !EMPTY_WORDS.has(word))
}

function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

function beginningOf(html: string): string {
  return html.slice(0, BEGINNING).replace(/<[^<>]*>/g, ' ')
}

function unique<Value>(values: Value[]): Value[] {
  return [...new Set(values)]
}
