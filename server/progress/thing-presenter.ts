import type { Step, Thing } from '../courses/course-content.ts'
import type { PageContext } from '../web/render/page-context.ts'
import { listWords } from '../web/text/phrases.ts'
import type { Tile } from './map.ts'
import type { ThingWork } from './progress.ts'

/** A step with the form that marks it. */
export interface StepRow {
  slug: string
  title: string
  detail: string | null
  language: string
  done: boolean
  action: string
}

/** The steps of a level beyond the start, in a disclosure. */
export interface DepthView {
  name: 'more' | 'challenge'
  minutes: string | null
  steps: StepRow[]
  open: boolean
}

/** The main button of the page. */
export interface MainAction {
  href: string
  icon: string
  words: string
}

export function startSteps({ steps }: Thing, ticks: string[], base: string): StepRow[] {
  return stepRows(
    steps.filter(({ depth }) => depth === 'start'),
    ticks,
    base,
  )
}

function stepRows(steps: Step[], ticks: string[], base: string): StepRow[] {
  return steps.map(({ slug, title, detail, language }) => {
    return { slug, title, detail, language, done: ticks.includes(slug), action: `${base}/steps/${slug}` }
  })
}

export function depthViews({ t }: PageContext, { steps, minutes }: Thing, ticks: string[], base: string): DepthView[] {
  const names = ['more', 'challenge'] as const
  return names.flatMap((name) => {
    const rows = stepRows(
      steps.filter(({ depth }) => depth === name),
      ticks,
      base,
    )
    const time = minutes[name]
    if (rows.length === 0) return []
    const about = time === undefined ? null : t('progress.thing.about_minutes', { count: time })
    return [{ name, minutes: about, steps: rows, open: rows.some(({ done }) => done) }]
  })
}

/** "15, 35 or 60 minutes": cumulative time to the end of each level. */
export function durationText({ t, locale }: PageContext, { minutes }: Thing): string {
  const more = minutes.start + (minutes.more ?? 0)
  const sums = new Set([minutes.start, more, more + (minutes.challenge ?? 0)])
  return t('progress.thing.minutes', { minutes: listWords(locale, [...sums], 'or'), count: Math.max(...sums) })
}

/** "Finder, 5 of 5": the position of the thing within its set. */
export function positionText({ t }: PageContext, tiles: Tile[], { thing, number }: Tile): string {
  const set = tiles.filter((tile) => tile.thing.set.id === thing.set.id)
  const at = set.findIndex((tile) => tile.number === number) + 1
  return t('progress.thing.place', { set: thing.set.title, at, of: set.length })
}

export function mainAction({ t }: PageContext, tile: Tile, { reflection }: ThingWork, base: string): MainAction {
  const editor = `${base}/reflection`
  if (tile.drafted) return { href: editor, icon: 'square-pen', words: t('progress.thing.go_on') }
  if (reflection)
    return { href: `/reflections/${reflection.id}`, icon: 'book-open-text', words: t('progress.thing.read') }
  return { href: editor, icon: 'square-pen', words: t('progress.thing.write') }
}

/** The nearest open things before and after. */
export function neighbours(tiles: Tile[], number: number): { before: Tile | null; after: Tile | null } {
  const open = tiles.filter((tile) => tile.open)
  return {
    before: open.findLast((tile) => tile.number < number) ?? null,
    after: open.find((tile) => tile.number > number) ?? null,
  }
}
