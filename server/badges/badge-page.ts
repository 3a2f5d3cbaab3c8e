import type { CourseContent } from '../courses/courses.ts'
import type { PersonName } from '../people/people.ts'
import { sentence } from '../web/phrases.ts'
import { drawPlain, drawReach, leftWords, missingPlaces, ruleSentence, type Voice, wayOn } from './badge-words.ts'
import { progressOf, type Rule } from './rules.ts'
import type { Badge, Reach, Standing } from './standing.ts'

/** Which badge an address means, and whose course it belongs to. */
export interface Facing {
  id: number
  course_id: number
  course_revision: number
  public: 0 | 1
}

export interface Learners {
  count: number
  /** The latest of them. */
  people: PersonName[]
}

interface Missing {
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
  /** For who is enrolled: how far she is, what is missing, where to go. */
  mine: { text: string; missing: Missing[]; href: string; button: string } | null
  /** Of the viewer's own cohorts; null for guests. */
  learners: Learners | null
}

/** @returns null for a treasure that the viewer has not found */
export function makePage(
  voice: Voice,
  badge: Badge,
  content: CourseContent,
  standing: Standing | null,
  learners: Learners | null,
): BadgePage | null {
  const reach = standing?.reaches.find((reach) => reach.badge.id === badge.id) ?? null
  if (badge.shape === 'gem' && !reach?.award) return null
  const rule = reach?.rule ?? inCourse(badge.rule, content)
  const titleOfSet = (slug: string) => content.sets.find((set) => set.slug === slug)?.title ?? badge.title
  return {
    title: badge.title,
    hue: badge.hue,
    kind: badge.shape,
    meaning: badge.meaning,
    rule: ruleSentence(voice, rule, titleOfSet),
    drawing_html: reach ? drawReach(voice, reach) : drawPlain(voice, badge, ringOf(rule)),
    mine: standing && reach && personal(voice, standing, reach),
    learners,
  }
}

function personal(voice: Voice, standing: Standing, reach: Reach): BadgePage['mine'] {
  const { t, dates, locale } = voice
  const way = wayOn(voice, standing, reach)
  if (reach.award) {
    return {
      text: t('badges.page.earned', { day: dates.day(dates.dateOf(reach.award.awarded_at)) }),
      missing: [],
      ...way,
    }
  }
  const missing = missingPlaces(standing, reach).map(({ number, thing, opens_on, open }) => ({
    number,
    title: thing.title,
    hue: thing.set.hue,
    href: open ? `${standing.base}/things/${number}` : null,
    day: dates.day(opens_on),
  }))
  const left = sentence(leftWords(voice, reach), locale)
  return { text: t(`badges.page.missing.${reach.rule.kind}`, { left, count: reach.missing }), missing, ...way }
}

/** The rule with the things that the course has in its set, for those without a cohort. */
function inCourse(rule: Rule, { things }: CourseContent): Rule {
  if (rule.kind !== 'set-done') return rule
  return { ...rule, things: things.filter(({ set }) => set.slug === rule.set).map(({ slug }) => slug) }
}

function ringOf(rule: Rule): number {
  return progressOf(rule, { done: [], reflections: 0, answers_given: 0 }).of
}
