import type { CourseMap, Tile } from '../progress/map.ts'
import type { ThingLabel } from '../reflections/thing-label.ts'
import type { FeedItem, FeedItemState } from './feed-items.ts'
import type { BlogPreview } from './feeds.ts'

/** A post with what it is about, as a page prints it. */
export interface PostLine {
  id: number
  title: string
  link: string | null
  published_at: string | null
  state: FeedItemState
  tag: ThingLabel | null
  /** The thing's page where that may be visited. */
  thing_href: string | null
  opens_on: string | null
  guesses: { number: number; title: string }[]
  reflection_id: number | null
}

/** How each post of a blog that was found would be taken. */
export function previewLines(previews: BlogPreview[], map: CourseMap, cohort_href: string): PostLine[] {
  return previews.map(({ title, link, published_at, match }, at) => {
    const tile = match.kind === 'sure' ? tileOf(map, match.thing_id) : undefined
    const state = match.kind === 'unsure' ? 'asked' : !tile ? 'none' : tile.open ? 'taken' : 'waiting'
    const guesses = match.kind === 'unsure' ? guessed(map, match.thing_ids) : []
    return { id: at, title, link, published_at, state, guesses, reflection_id: null, ...about(tile, cohort_href) }
  })
}

export function postLines(items: FeedItem[], map: CourseMap, cohort_href: string): PostLine[] {
  return items.map(({ id, title, link, published_at, state, thing_id, guesses, reflection_id }) => {
    const tile = thing_id === null ? undefined : tileOf(map, thing_id)
    const line = { id, title, link, published_at, state, reflection_id, ...about(tile, cohort_href) }
    return { ...line, guesses: guessed(map, JSON.parse(guesses)).filter(({ open }) => open) }
  })
}

function about(tile: Tile | undefined, cohort_href: string): Pick<PostLine, 'tag' | 'thing_href' | 'opens_on'> {
  if (!tile) return { tag: null, thing_href: null, opens_on: null }
  const { number, thing, open, opens_on } = tile
  return {
    tag: { number, title: thing.title, hue: thing.set.hue, language: thing.language },
    thing_href: `${cohort_href}/things/${number}`,
    opens_on: open ? null : opens_on,
  }
}

function guessed(map: CourseMap, thing_ids: number[]): { number: number; title: string; open: boolean }[] {
  return thing_ids.flatMap((thing_id) => {
    const tile = tileOf(map, thing_id)
    return tile ? [{ number: tile.number, title: tile.thing.title, open: tile.open }] : []
  })
}

function tileOf(map: CourseMap, thing_id: number): Tile | undefined {
  return map.tiles.find(({ thing }) => thing.id === thing_id)
}
