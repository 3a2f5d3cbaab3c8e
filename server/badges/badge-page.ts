import type { CourseContent } from '../courses/course-content.ts'
import type { KeptRule } from '../courses/format/badge-rule-schema.ts'
import type { PersonName } from '../people/person.ts'
import type { LocaleContext } from '../web/render/page-context.ts'
import { sentence } from '../web/text/phrases.ts'
import type { Badge } from './badge.ts'
import { drawPlain, drawProgress, leftText, missingThings, nextStep } from './presenter.ts'
import { NO_FACTS } from './rules/rule-facts.ts'
import type { RuleTitles } from './rules/rule-kind.ts'
import type { BadgeProgress, LearnerProgress } from './rules/rule-progress.ts'
import { ruleSentence, spanSentence } from './rules/rule-sentence.ts'
import { progressOf, type Rule, withThings } from './rules/rules.ts'

/** Which badge an address means, and whose course it belongs to. */
export interface AddressedBadge {
  id: number
  course_id: number
  course_revision: number
  public: 0 | 1
  /** The only cohort that has it. */
  cohort_id: number | null
  /** Id of the cohort in which the viewer earned it last; null where they have not. */
  held_in: number | null
}

export interface BadgeHolders {
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
  /** For an enrolled viewer: progress, what is missing, the next step and the own award; `asks` for a badge that is claimed. */
  mine: {
    text: string
    missing: MissingThing[]
    award_href: string | null
    asks: boolean
    href: string
    button: string
  } | null
  /** Of the viewer's own cohorts; null for guests. */
  learners: BadgeHolders | null
}

export function badgePage(
  voice: LocaleContext,
  badge: Badge,
  content: CourseContent,
  learner: LearnerProgress | null,
  learners: BadgeHolders | null,
): BadgePage {
  const progress = learner?.badges.find((progress) => progress.badge.id === badge.id) ?? null
  const rule = progress?.rule ?? inCourse(badge.rule, content)
  const titles = titlesIn(content)
  const span = spanSentence(voice, badge)
  return {
    title: badge.title,
    hue: badge.hue,
    kind: badge.shape,
    meaning: badge.meaning,
    rule: [ruleSentence(voice, rule, titles), ...(span === null ? [] : [span])].join(' '),
    drawing_html: progress ? drawProgress(voice, progress) : drawPlain(voice, badge, ringOf(rule)),
    mine: learner && progress && personal(voice, learner, progress),
    learners,
  }
}

function personal(voice: LocaleContext, learner: LearnerProgress, progress: BadgeProgress): BadgePage['mine'] {
  const { t, dates, locale } = voice
  const way = nextStep(voice, learner, progress)
  if (progress.award) {
    const { id, awarded_at, time_zone } = progress.award
    const text = t('badges.page.earned', { day: dates.day(dates.dateOf(awarded_at, time_zone)) })
    return { text, missing: [], award_href: `/awards/${id}`, asks: false, ...way }
  }
  if (progress.revoked) return { text: t('badges.page.taken_back'), missing: [], award_href: null, asks: false, ...way }
  const missing = missingThings(learner, progress).map(({ number, thing, opens_on, open }) => ({
    number,
    title: thing.title,
    hue: thing.set.hue,
    href: open ? `${learner.base}/things/${number}` : null,
    day: dates.day(opens_on),
  }))
  const left = sentence(leftText(voice, progress), locale)
  const text = t(`badges.page.missing.${progress.rule.kind}`, { left, count: progress.missing })
  return { text, missing, award_href: null, asks: progress.rule.kind === 'judged', ...way }
}

/** What things and sets are called in a course; an unknown slug is returned as it is. */
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
