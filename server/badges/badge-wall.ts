import { isGoalReached, thingsOfGoal } from '../progress/goal.ts'
import type { LocaleContext } from '../web/render/page-context.ts'
import { numberWord, sentence } from '../web/text/phrases.ts'
import type { Badge } from './badge.ts'
import { aheadText, type BadgeItem, drawHidden, drawProgress, earnedText, leftText } from './presenter.ts'
import { kindOf } from './rules/kinds.ts'
import type { BadgeProgress, LearnerProgress } from './rules/rule-progress.ts'
import { isByPeople, isCombined } from './rules/rules.ts'

export interface BadgeWall {
  earned: BadgeItem[]
  /** Not much is missing. */
  close: BadgeItem[]
  sets: BadgeItem[]
  milestones: BadgeItem[]
  /** Given by people. */
  personal: BadgeItem[]
  /** What is still hidden: a drawing that tells nothing, and the hint once its week has come. */
  treasures: { drawing_html: string; hint: string | null }[]
  /** "Three are still hidden in the course." */
  hidden: string
  /** "Your goal of 12 is reached." */
  crown: string | null
}

/** How many of the row on the map are kept for what has been earned, where something lies ahead. */
const EARNED_FIRST = 2
const ROW = 3

const item = (voice: LocaleContext, progress: BadgeProgress, words: string): BadgeItem => ({
  href: `/badges/${progress.badge.slug}`,
  title: progress.badge.title,
  words,
  drawing_html: drawProgress(voice, progress),
})

/** Badges that the cohort still awards and the learner does not have; a revoked one is not offered again. */
function toCome({ badges }: LearnerProgress, today: string): BadgeProgress[] {
  return badges.filter(
    ({ badge, award, revoked }) =>
      !award && !revoked && badge.position > 0 && (badge.counts_until === null || badge.counts_until >= today),
  )
}

/** Those of them that are no treasures, which stay hidden until they are found. */
function ahead(learner: LearnerProgress, today: string): BadgeProgress[] {
  return toCome(learner, today).filter(({ badge }) => badge.shape !== 'gem')
}

const isPersonal = ({ rule }: BadgeProgress): boolean => isByPeople(rule)
const isOfSet = ({ rule }: BadgeProgress): boolean => 'set' in rule
const isSuggested = ({ rule }: BadgeProgress): boolean => isCombined(rule) || kindOf(rule).suggested !== false

/** @param today the local date of the cohort */
export function badgeWall(voice: LocaleContext, learner: LearnerProgress, today: string): BadgeWall {
  const known = ahead(learner, today)
  const close = byCloseness(known.filter(isClose)).slice(0, ROW)
  const others = known.filter((progress) => !close.includes(progress))
  const words = (progress: BadgeProgress) => item(voice, progress, aheadText(voice, learner, progress))
  const hidden = toCome(learner, today).filter(({ badge }) => badge.shape === 'gem')
  const weeks = Temporal.PlainDate.from(learner.starts_on).until(today).days / 7
  return {
    earned: earnedReaches(learner).map((progress) => item(voice, progress, earnedText(voice, progress))),
    close: close.map(words),
    sets: others.filter(isOfSet).map(words),
    milestones: others.filter((progress) => !isOfSet(progress) && !isPersonal(progress)).map(words),
    personal: others.filter(isPersonal).map(words),
    treasures: hidden.map(({ badge }) => ({ drawing_html: drawHidden(voice), hint: hintOf(badge, weeks) })),
    hidden: hiddenWords(voice, hidden.length),
    crown: crownWords(voice, learner),
  }
}

function hiddenWords({ t, locale }: LocaleContext, count: number): string {
  return sentence(t('badges.wall.treasures_text', { count, number: numberWord(t, count) }), locale)
}

/** What may be said of a treasure once so many weeks of the cohort are over. */
function hintOf({ hint, hint_after_weeks }: Badge, weeks: number): string | null {
  return hint !== null && hint_after_weeks !== null && weeks >= hint_after_weeks ? hint : null
}

/** Begun, and few steps away. */
function isClose({ ring, missing }: BadgeProgress): boolean {
  return ring.done > 0 && (missing <= 3 || ring.done * 3 >= ring.of * 2)
}

function byCloseness(badges: BadgeProgress[]): BadgeProgress[] {
  return [...badges].sort((one, other) => share(other) - share(one) || one.missing - other.missing)
}

/** What is said of the learner's own goal once it is reached. */
function crownWords({ t }: LocaleContext, { goal, places }: LearnerProgress): string | null {
  const total = places.length
  const done = places.filter((place) => place.done).length
  if (!isGoalReached({ done, goal, total })) return null
  const end = thingsOfGoal({ goal, total })
  return [
    t('badges.wall.crown', { count: end }),
    ...(done > end && done === total ? [t('badges.wall.crown_all')] : []),
  ].join(' ')
}

/** "Five earned, and nothing here is needed to finish." */
export function wallLead({ t, locale }: LocaleContext, { earned }: BadgeWall): string {
  const key = earned.length === 0 ? 'badges.wall.lead_none' : 'badges.wall.lead'
  return sentence(t(key, { count: earned.length, number: numberWord(t, earned.length) }), locale)
}

function share({ ring }: BadgeProgress): number {
  return ring.done / ring.of
}

/** Three for the map: what was earned last, and what is closest. */
export function mapBadges(voice: LocaleContext, learner: LearnerProgress, today: string): BadgeItem[] {
  const earned = earnedReaches(learner).reverse()
  const closest = byCloseness(ahead(learner, today).filter(isSuggested))
  const won = earned.slice(0, Math.max(EARNED_FIRST, ROW - closest.length))
  const { t } = voice
  return [
    ...won.map((progress) => item(voice, progress, progress.badge.title)),
    ...closest
      .slice(0, ROW - won.length)
      .map((progress) =>
        item(voice, progress, t('badges.few_ahead', { title: progress.badge.title, left: leftText(voice, progress) })),
      ),
  ]
}

/** In the order in which they were earned; of one moment, in the order of the course. */
function earnedReaches({ badges }: LearnerProgress): BadgeProgress[] {
  return badges
    .filter((progress) => progress.award !== null)
    .sort((one, other) => {
      const [a, b] = [one.award?.awarded_at ?? '', other.award?.awarded_at ?? '']
      return a < b ? -1 : a > b ? 1 : 0
    })
}
