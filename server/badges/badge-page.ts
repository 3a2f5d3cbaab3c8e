import type { CourseContent } from '../courses/course-content.ts'
import type { KeptRule } from '../courses/format/badge-rule-schema.ts'
import type { PersonName } from '../people/person.ts'
import type { LocaleContext } from '../web/render/page-context.ts'
import { sentence } from '../web/text/phrases.ts'
import type { Badge } from './badge.ts'
import { drawPlain, drawReach, leftWords, missingPlaces, wayOn } from './presenter.ts'
import { NO_FACTS } from './rules/rule-facts.ts'
import type { RuleTitles } from './rules/rule-kind.ts'
import type { Reach, Standing } from './rules/rule-progress.ts'
import { ruleSentence, spanSentence } from './rules/rule-sentence.ts'
import { progressOf, type Rule, withThings } from './rules/rules.ts'

/** Which badge an address means, and whose course it belongs to. */
export interface Facing {
  id: number
  course_id: number
  course_revision: number
  public: 0 | 1
  /** The only cohort that has it. */
  cohort_id: number | null
  /** Where the viewer earned it last; null where she has not. */
  held_in: number | null
}

export interface Learners {
  count: number
  /** The latest of them. */
  people: PersonName[]
}

interface MissingThing {
  number: number
  title: string
  hue: string
  /** Where it is; null while it is closed. */
  href: string | null
  day: string
}

export interface BadgePage {
  title: string
  hue: string
  kind: Badge['shape']
  meaning: string
  rule: string
  drawing_html: string
  /** For who is enrolled: how far she is, what is missing, where to go, where her award itself is; does she ask for it? */
  mine: {
    text: string
    missing: MissingThing[]
    award_href: string | null
    asks: boolean
    href: string
    button: string
  } | null
  /** Of the viewer's own cohorts; null for guests. */
  learners: Learners | null
}

export function makePage(
  voice: LocaleContext,
  badge: Badge,
  content: CourseContent,
  standing: Standing | null,
  learners: Learners | null,
): BadgePage {
  const reach = standing?.reaches.find((reach) => reach.badge.id === badge.id) ?? null
  const rule = reach?.rule ?? inCourse(badge.rule, content)
  const titles = titlesIn(content)
  const span = spanSentence(voice, badge)
  return {
    title: badge.title,
    hue: badge.hue,
    kind: badge.shape,
    meaning: badge.meaning,
    rule: [ruleSentence(voice, rule, titles), ...(span === null ? [] : [span])].join(' '),
    drawing_html: reach ? drawReach(voice, reach) : drawPlain(voice, badge, ringOf(rule)),
    mine: standing && reach && personal(voice, standing, reach),
    learners,
  }
}

function personal(voice: LocaleContext, standing: Standing, reach: Reach): BadgePage['mine'] {
  const { t, dates, locale } = voice
  const way = wayOn(voice, standing, reach)
  if (reach.award) {
    const { id, awarded_at } = reach.award
    const text = t('badges.page.earned', { day: dates.day(dates.dateOf(awarded_at, standing.time_zone)) })
    return { text, missing: [], award_href: `/awards/${id}`, asks: false, ...way }
  }
  if (reach.revoked) return { text: t('badges.page.taken_back'), missing: [], award_href: null, asks: false, ...way }
  const missing = missingPlaces(standing, reach).map(({ number, thing, opens_on, open }) => ({
    number,
    title: thing.title,
    hue: thing.set.hue,
    href: open ? `${standing.base}/things/${number}` : null,
    day: dates.day(opens_on),
  }))
  const left = sentence(leftWords(voice, reach), locale)
  const text = t(`badges.page.missing.${reach.rule.kind}`, { left, count: reach.missing })
  return { text, missing, award_href: null, asks: reach.rule.kind === 'judged', ...way }
}

/** What things and sets are called in a course; a slug that it does not have stands for itself. */
export function titlesIn({ sets, things }: CourseContent): RuleTitles {
  return {
    set: (slug) => sets.find((set) => set.slug === slug)?.title ?? slug,
    thing: (slug) => things.find((thing) => thing.slug === slug)?.title ?? slug,
  }
}

/** The rule with the things that the course has in its sets, for those without a cohort. */
export function inCourse(rule: KeptRule | Rule, { things }: CourseContent): Rule {
  return withThings(rule, (slug) => things.filter(({ set }) => set.slug === slug).map((thing) => thing.slug))
}

function ringOf(rule: Rule): number {
  return progressOf(rule, NO_FACTS).of
}
