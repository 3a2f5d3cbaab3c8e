import type { Response } from 'express'
import type { Enrolment } from '../cohorts/enrolments.ts'
import type { StreamItem } from '../reflections/item.ts'
import type { Services } from '../services.ts'
import { emptyForm, type Form } from '../web/forms.ts'
import { frameOf } from '../web/frame.ts'
import { view } from '../web/view.ts'
import type { CourseMap, Tile } from './map.ts'
import type { Work } from './progress.ts'
import {
  type Depth,
  depthsOf,
  type MainAct,
  mainAct,
  minuteWords,
  neighbours,
  placeWords,
  type StepRow,
  startSteps,
} from './thing-words.ts'

const page = view<{
  map_href: string
  href: string
  tile: Tile
  place: string
  minutes: string
  start: StepRow[]
  depths: Depth[]
  work: Work
  act: MainAct
  about: { total: number; many: boolean; items: StreamItem[] }
  around: { before: Tile | null; after: Tile | null }
  skip: Form
  pulse: Form
}>('progress/thing')

const closedPage = view<{ map_href: string; tile: Tile }>('progress/closed')

/** A thing in somebody's cohort, with where it stands. */
export interface Visit {
  enrolment: Enrolment
  map: CourseMap
  tile: Tile
  href: string
  map_href: string
}

/** Shows an open thing. @param refused the form for putting it aside or of the pulse, where it was refused */
export function showThing(
  { progress, stream }: Services,
  res: Response,
  { enrolment, map, tile, href, map_href }: Visit,
  refused: { skip?: Form; pulse?: Form } | null = null,
): void {
  const frame = frameOf(res)
  const { thing, number } = tile
  const work = progress.work(enrolment.id, thing.id)
  const { useful = '', will_use = '', line } = work.pulse ?? {}
  page(res, {
    title: `${number}. ${thing.title}`,
    area: 'thing',
    here: 'map',
    status: refused ? 422 : 200,
    map_href,
    href,
    tile,
    place: placeWords(frame, map.tiles, tile),
    minutes: minuteWords(frame, thing),
    start: startSteps(thing, work.ticks, href),
    depths: depthsOf(frame, thing, work.ticks, href),
    work,
    act: mainAct(frame, tile, work, href),
    about: stream.aboutThing(enrolment, thing.id),
    around: neighbours(map.tiles, number),
    skip: refused?.skip ?? emptyForm(),
    pulse: refused?.pulse ?? emptyForm({ useful, will_use, line: line ?? '' }),
  })
}

/** A thing whose day has not come: its title and the day, no more. */
export function showClosed(res: Response, { tile, map_href }: Visit): void {
  const title = `${tile.number}. ${tile.thing.title}`
  closedPage(res, { title, area: 'thing', here: 'map', status: 403, map_href, tile })
}
