import type { Enrolment } from '../enrolments/enrolments.ts'
import type { PageContext } from '../web/render/page-context.ts'
import { listWords } from '../web/text/phrases.ts'
import { dropOffHtml } from './drop-off.ts'
import { type Pulses, pulsesHtml, pulsesOf } from './pulses.ts'
import type { BreakBetween, Headcount, ThingTally } from './statistics.ts'

/** A cohort in numbers. */
export interface OverviewNumbers extends Omit<Headcount, 'quiet'> {
  /** Null until the course has gone on for two weeks. */
  quiet: number | null
  /** Reflections without a comment that the viewer may read. */
  unanswered: number
  /** There are more than `unanswered`, since counting stops there. */
  unanswered_and_more: boolean
  /** What is open, in the calendar's order. */
  things: ThingTally[]
  rests: BreakBetween[]
  /** The newest comments in pulses, without names. */
  lines: { thing_id: number; line: string }[]
}

interface KeyFigure {
  value: string
  words: string
  href: string | null
  /** Needs action. */
  call: boolean
}

/** Figures and charts of the overview; null where there is no data yet. */
export interface Overview {
  figures: KeyFigure[] | null
  far: { picture_html: string; caption: string; things: ThingTally[] } | null
  pulses: (Pulses & { picture_html: string; caption: string; lines: { number: number; line: string }[] }) | null
}

export function presentOverview(frame: PageContext, enrolment: Enrolment, numbers: OverviewNumbers): Overview {
  const { learners, things } = numbers
  const pulses = pulsesOf(things)
  if (learners === 0) return { figures: null, far: null, pulses: null }
  return {
    figures: keyFigures(frame, enrolment.cohort.slug, numbers),
    far:
      things.length === 0
        ? null
        : { picture_html: dropOffHtml(frame, numbers), caption: dropOffText(frame, numbers), things },
    pulses:
      pulses.answered === 0
        ? null
        : {
            ...pulses,
            picture_html: pulsesHtml(frame, pulses),
            caption: pulseText(frame, pulses),
            lines: linesOf(numbers),
          },
  }
}

function linesOf({ lines, things }: OverviewNumbers): { number: number; line: string }[] {
  return lines.flatMap(({ thing_id, line }) => {
    const number = things.find(({ thing }) => thing.id === thing_id)?.number
    return number === undefined ? [] : [{ number, line }]
  })
}

function keyFigures({ t, locale }: PageContext, slug: string, numbers: OverviewNumbers): KeyFigure[] {
  const { learners, wrote, middle, unanswered, unanswered_and_more, quiet } = numbers
  const [admin, pages] = [`/admin/cohorts/${slug}`, `/cohorts/${slug}`]
  const written = new Intl.NumberFormat(locale)
  const figure = (key: string, count: number, href: string | null = null, values = {}): KeyFigure => {
    return {
      value: written.format(count),
      words: t(`insights.figures.${key}`, { count, ...values }),
      href,
      call: false,
    }
  }
  const others = (['guides', 'organisers'] as const)
    .filter((role) => numbers[role] > 0)
    .map((role) => t(`insights.figures.${role}`, { count: numbers[role] }))
  const open = figure('unanswered', unanswered, `${pages}/reflections?unanswered=1`)
  return [
    figure('learners', learners, `${admin}/people`, { others: listWords(locale, others) }),
    figure('wrote', wrote),
    figure('middle', middle ?? 0, `${admin}/grid`),
    { ...open, value: unanswered_and_more ? `${open.value}+` : open.value, call: unanswered > 0 },
    ...(quiet === null ? [] : [figure('quiet', quiet, quiet > 0 ? `${admin}/grid?sort=seen&state=silent` : null)]),
  ]
}

function dropOffText({ t, dates }: PageContext, { learners, things }: OverviewNumbers): string {
  const [first, last] = [things[0], things.at(-1)]
  if (!first || !last) return ''
  const all = t('insights.far.caption', { count: learners })
  if (first === last) return `${all} ${t('insights.far.one', { count: first.done, number: first.number })}`
  const values = {
    count: first.done,
    first: first.number,
    last: last.number,
    so_far: last.done,
    day: dates.day(last.opens_on),
  }
  return `${all} ${t('insights.far.from_to', values)}`
}

function pulseText({ t }: PageContext, { asked, answered, things }: Pulses): string {
  return t('insights.pulses.caption', { count: answered, asked, shown: Math.min(5, things.length) })
}
