import type { Response } from 'express'
import type { Thing } from '../courses/course-content.ts'
import { thingAddress, withThingLinks } from '../courses/format/thing-links.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { ReportText } from '../maintenance/thing-reports.ts'
import type { StreamItem } from '../reflections/stream-item.ts'
import type { Services } from '../services.ts'
import { emptyForm, type Form } from '../web/http/forms.ts'
import { takeAwards } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { Translate } from '../web/text/i18n.ts'
import { missingLanguage } from '../web/text/languages.ts'
import { wordsMissing } from './completion-rule.ts'
import { completionRuleText } from './completion-rule-text.ts'
import type { CourseMap, Tile } from './map.ts'
import type { ThingWork } from './progress.ts'
import {
  type DepthView,
  depthViews,
  durationText,
  type MainAction,
  mainAction,
  neighbours,
  positionText,
  type StepRow,
  startSteps,
} from './thing-presenter.ts'

const page = view<{
  map_href: string
  href: string
  tile: Tile
  place: string
  minutes: string
  start: StepRow[]
  depths: DepthView[]
  work: ThingWork
  act: MainAction
  /** The completion rule in words. */
  rule: string
  /** Says how many words the published reflection lacks; null where it lacks none. */
  short: string | null
  may_skip: boolean
  /** The reader's language, where the thing is not translated into it. */
  missing: string | null
  /** The reader's own reports that are not settled, and the kinds of report there are. */
  said: ReportText[]
  kinds: readonly string[]
  /** Awards just earned by ticking a step. */
  moments: AwardMoment[]
  about: { total: number; many: boolean; items: StreamItem[] }
  around: { before: Tile | null; after: Tile | null }
  skip: Form
  pulse: Form
  report: Form
}>('progress/thing')

type AwardMoment = NonNullable<ReturnType<Services['badges']['moment']>>

const closedPage = view<{ map_href: string; tile: Tile }>('progress/closed')

/** A thing that the current enrolment visits, with its map. */
export interface OpenThing {
  enrolment: Enrolment
  map: CourseMap
  tile: Tile
  href: string
  map_href: string
}

/** Shows an open thing. @param refused the form of the skip or of the pulse, where it was refused */
export function showThing(
  services: Services,
  res: Response,
  { enrolment, map, tile, href, map_href }: OpenThing,
  refused: { skip?: Form; pulse?: Form } | null = null,
): void {
  const { badges, progress, stream, maintenance } = services
  const frame = pageContext(res)
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
    tile: { ...tile, thing: withLinks(services, thing, { enrolment, map, map_href }) },
    place: positionText(frame, map.tiles, tile),
    minutes: durationText(frame, thing),
    start: startSteps(thing, work.ticks, href),
    depths: depthViews(frame, thing, work.ticks, href),
    work,
    act: mainAction(frame, tile, work, href),
    rule: completionRuleText(frame.t, map.completion),
    short: missingWordsText(services, frame.t, { enrolment, map, tile }, work),
    said: maintenance.reports.mine(thing.id, enrolment.person_id),
    kinds: maintenance.kinds,
    may_skip: map.completion.skip,
    missing: missingLanguage(enrolment.language, thing.language),
    moments: takeAwards(res.req, frame).flatMap(
      (award_id) => badges.moment(award_id, enrolment.person_id, frame) ?? [],
    ),
    about: stream.aboutThing(enrolment, thing.id),
    around: neighbours(map.tiles, number),
    skip: refused?.skip ?? emptyForm(),
    pulse: refused?.pulse ?? emptyForm({ useful, will_use, line: line ?? '' }),
    report: emptyForm(),
  })
}

/** A thing whose links to others lead to their pages in this cohort, or of the public course where it leaves them out. */
function withLinks(
  { courses }: Services,
  thing: Thing,
  { enrolment, map, map_href }: Pick<OpenThing, 'enrolment' | 'map' | 'map_href'>,
): Thing {
  const course = courses.content(enrolment.cohort.course_id, enrolment.cohort.course_revision)
  const hrefOf = ({ id, position }: Thing) => {
    const tile = map.tiles.find((each) => each.thing.id === id)
    if (tile) return `${map_href}/things/${tile.number}`
    return course.public === 1 && position > 0 ? thingAddress(course.slug, position) : null
  }
  return withThingLinks(course, hrefOf).thing(thing)
}

/** How many words the published reflection has, where it needs more to count. */
function missingWordsText(
  { progress }: Services,
  t: Translate,
  { enrolment, map, tile }: Pick<OpenThing, 'enrolment' | 'map' | 'tile'>,
  { reflection }: ThingWork,
): string | null {
  const { completion } = map
  if (completion.min_words === 0 || !reflection || tile.state === 'done') return null
  const facts = progress.factsOf(enrolment.id, tile.thing.id)
  if (wordsMissing(completion, facts) === 0) return null
  return t('progress.rule.short', { count: completion.min_words, words: facts.words })
}

/** Shows a thing whose day has not come: only its title and the day. */
export function showClosed(res: Response, { tile, map_href }: OpenThing): void {
  const title = `${tile.number}. ${tile.thing.title}`
  closedPage(res, { title, area: 'thing', here: 'map', status: 403, map_href, tile })
}
