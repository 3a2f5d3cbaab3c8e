import type { Enrolment } from '../enrolments/enrolments.ts'
import type { PageContext } from '../web/render/page-context.ts'
import { greetingName } from '../web/text/person-names.ts'
import { numberWord, sentence } from '../web/text/phrases.ts'
import type { Break, CourseMap, Tile, TileState } from './map.ts'

/** Texts and addresses of the card "Next for you". */
export interface NextCard {
  hue: string
  number: number | null
  title: string
  text: string
  /** Language of title and text, where they are a thing's. */
  language: string | null
  href: string
  button: string
  skip_href: string | null
}

/** One cell of the map, ready to be printed. */
export type MapCell =
  | { kind: 'stop'; column: number; icon: string; name: string; when: string; now: boolean }
  | {
      kind: 'tile'
      column: number
      hue: string
      state: TileState
      number: number
      icon: string
      short: string
      long: string
      /** Language of its names. */
      language: string
      /** The set's title, on its first tile only. */
      line_name: string | null
      line_language: string
      /** Description for screen readers. */
      words: string
      when: string | null
      sign: 'check' | 'undo-2' | null
      href: string | null
    }

/** The stylesheet has this many columns; further sets start again at the first. */
const COLUMNS = 8

export function columnCount(map: CourseMap): number {
  return Math.min(COLUMNS, Math.max(1, map.sets.length))
}

export function mapCells({ t, dates }: PageContext, map: CourseMap, base: string): MapCell[] {
  return map.path.map((station) => (station.kind === 'thing' ? tileCell(station) : stopCell(station)))

  function tileCell(tile: Tile): MapCell {
    const { thing, number, state } = tile
    const when = tile.early ? dates.shortDay(tile.opens_on) : null
    const key = tile.early && tile.open && state === 'open' ? 'early' : state
    return {
      kind: 'tile',
      column: wrapColumn(tile.column),
      hue: thing.set.hue,
      state,
      number,
      icon: thing.icon,
      short: thing.short,
      long: thing.title,
      language: thing.language,
      line_name: tile.first_of_set ? thing.set.title : null,
      line_language: thing.set.language,
      words: t(`progress.tile.${key}`, { number, title: thing.title, date: when }),
      when,
      sign: state === 'done' ? 'check' : state === 'skipped' ? 'undo-2' : null,
      href: tile.open ? `${base}/things/${number}` : null,
    }
  }

  function stopCell(stop: Break): MapCell {
    return {
      kind: 'stop',
      column: wrapColumn(stop.column),
      icon: stop.kind === 'holiday' ? 'sun' : 'coffee',
      name: t(`progress.stop.${stop.kind}`),
      when: t('progress.stop.when', { from: dates.shortDay(stop.from), to: dates.shortDay(stop.to) }),
      now: stop.now,
    }
  }
}

/** The learner's own cell follows the last thing, in its column. */
export function learnerCell(map: CourseMap): { hue: string; column: number } | null {
  const last = map.tiles.at(-1)
  return last ? { hue: last.thing.set.hue, column: wrapColumn(last.column) } : null
}

function wrapColumn(column: number): number {
  return ((column - 1) % COLUMNS) + 1
}

export function nextCard({ t, dates }: PageContext, map: CourseMap, base: string): NextCard {
  const { next } = map
  if (next) {
    const here = `${base}/things/${next.number}`
    return {
      hue: next.thing.set.hue,
      number: next.number,
      title: next.thing.title,
      text: next.thing.summary,
      language: next.thing.language,
      href: next.drafted ? `${here}/reflection` : here,
      button: next.drafted ? t('progress.next.draft') : t('progress.next.start', { count: next.thing.minutes.start }),
      skip_href: map.completion.skip ? `${here}#skip` : null,
    }
  }
  const plain = { hue: 'plain', number: null, language: null, skip_href: null }
  const card = (key: string, href: string, values = {}) => ({
    ...plain,
    title: t(`progress.next.${key}.title`, values),
    text: t(`progress.next.${key}.text`, values),
    button: t(`progress.next.${key}.button`, values),
    href,
  })
  const unanswered = `${base}/reflections?unanswered=1`
  const opens = map.opens_next === null ? '' : dates.day(map.opens_next)
  const aside = map.tiles.find((tile) => tile.state === 'skipped')
  if (opens && map.tiles.every((tile) => tile.early)) return card('before', '#goal', { day: opens })
  if (opens) return card('wait', unanswered, { day: opens })
  if (aside) return card('aside', `${base}/things/${aside.number}`, { number: aside.number, thing: aside.thing.title })
  return card('complete', unanswered, { count: map.total })
}

export interface BreakNote {
  icon: string
  title: string
  text: string
}

/** "Next week is a catch-up week", and until when. */
export function breakNote({ t, dates }: PageContext, rest: Break | null): BreakNote | null {
  if (!rest) return null
  const { kind, now, until } = rest
  return {
    icon: kind === 'holiday' ? 'sun' : 'coffee',
    title: t(`progress.rest.${kind}_${now ? 'now' : 'soon'}`),
    text: until ? t('progress.rest.until', { day: dates.day(until) }) : t('progress.rest.last'),
  }
}

/** "Four are open. Any order is fine." */
export function openThingsText({ t, locale }: PageContext, map: CourseMap): string {
  if (map.waiting === 0) return ''
  return sentence(t('progress.map.open', { count: map.waiting, number: numberWord(t, map.waiting) }), locale)
}

/** By first name; "again" once a thing is done or the learner has visited before. */
export function greeting({ t, person }: PageContext, enrolment: Enrolment, map: CourseMap): string {
  const name = greetingName(person?.name ?? '')
  const known = map.done > 0 || enrolment.seen_at !== enrolment.joined_at
  return t(known ? 'progress.map.hello_again' : 'progress.map.hello', { name })
}

/** Link to the learner's pod, or to where pods are chosen. */
export interface PodLink {
  path: string
  words: string
}

export function podLink({ t }: PageContext, { pod, role, cohort }: Enrolment): PodLink | null {
  if (pod) return { path: `/${pod.id}`, words: t('cohorts.pods.on_map', { pod: pod.name }) }
  if (role !== 'learner') return null
  if (cohort.pods_open) return { path: '', words: t('cohorts.pods.on_map_choose') }
  return cohort.pods_ask ? { path: '#about', words: t('cohorts.pods.on_map_ask') } : null
}
