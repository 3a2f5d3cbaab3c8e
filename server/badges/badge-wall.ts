import { isGoalReached, thingsOfGoal } from '../progress/goal.ts'
import type { LocaleContext } from '../web/render/page-context.ts'
import { numberWord, sentence } from '../web/text/phrases.ts'
import type { Badge } from './badge.ts'
import { aheadWords, type BadgeItem, drawHidden, drawReach, earnedWords, leftWords } from './presenter.ts'
import { kindOf } from './rules/kinds.ts'
import type { Reach, Standing } from './rules/rule-progress.ts'
import { isByPeople, isCombined } from './rules/rules.ts'

export interface Wall {
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

const item = (voice: LocaleContext, reach: Reach, words: string): BadgeItem => ({
  href: `/badges/${reach.badge.slug}`,
  title: reach.badge.title,
  words,
  drawing_html: drawReach(voice, reach),
})

/** What the cohort still gives and she does not have; what was taken back from her is not offered again. */
function toCome({ reaches }: Standing, today: string): Reach[] {
  return reaches.filter(
    ({ badge, award, revoked }) =>
      !award && !revoked && badge.position > 0 && (badge.counts_until === null || badge.counts_until >= today),
  )
}

/** What of it she may know of. */
function ahead(standing: Standing, today: string): Reach[] {
  return toCome(standing, today).filter(({ badge }) => badge.shape !== 'gem')
}

const isPersonal = ({ rule }: Reach): boolean => isByPeople(rule)
const isOfSet = ({ rule }: Reach): boolean => 'set' in rule
const isSuggested = ({ rule }: Reach): boolean => isCombined(rule) || kindOf(rule).suggested !== false

/** @param today the local date of the cohort */
export function makeWall(voice: LocaleContext, standing: Standing, today: string): Wall {
  const known = ahead(standing, today)
  const close = byCloseness(known.filter(isClose)).slice(0, ROW)
  const others = known.filter((reach) => !close.includes(reach))
  const words = (reach: Reach) => item(voice, reach, aheadWords(voice, standing, reach))
  const hidden = toCome(standing, today).filter(({ badge }) => badge.shape === 'gem')
  const weeks = Temporal.PlainDate.from(standing.starts_on).until(today).days / 7
  return {
    earned: earnedReaches(standing).map((reach) => item(voice, reach, earnedWords(voice, standing, reach))),
    close: close.map(words),
    sets: others.filter(isOfSet).map(words),
    milestones: others.filter((reach) => !isOfSet(reach) && !isPersonal(reach)).map(words),
    personal: others.filter(isPersonal).map(words),
    treasures: hidden.map(({ badge }) => ({ drawing_html: drawHidden(voice), hint: hintOf(badge, weeks) })),
    hidden: hiddenWords(voice, hidden.length),
    crown: crownWords(voice, standing),
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
function isClose({ ring, missing }: Reach): boolean {
  return ring.done > 0 && (missing <= 3 || ring.done * 3 >= ring.of * 2)
}

function byCloseness(reaches: Reach[]): Reach[] {
  return [...reaches].sort((one, other) => share(other) - share(one) || one.missing - other.missing)
}

/** What is said of the learner's own goal once it is reached. */
function crownWords({ t }: LocaleContext, { goal, places }: Standing): string | null {
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
export function wallWords({ t, locale }: LocaleContext, { earned }: Wall): string {
  const key = earned.length === 0 ? 'badges.wall.lead_none' : 'badges.wall.lead'
  return sentence(t(key, { count: earned.length, number: numberWord(t, earned.length) }), locale)
}

function share({ ring }: Reach): number {
  return ring.done / ring.of
}

/** Three for the map: what was earned last, and what is closest. */
export function makeFew(voice: LocaleContext, standing: Standing, today: string): BadgeItem[] {
  const earned = earnedReaches(standing).reverse()
  const closest = byCloseness(ahead(standing, today).filter(isSuggested))
  const won = earned.slice(0, Math.max(EARNED_FIRST, ROW - closest.length))
  const { t } = voice
  return [
    ...won.map((reach) => item(voice, reach, reach.badge.title)),
    ...closest
      .slice(0, ROW - won.length)
      .map((reach) =>
        item(voice, reach, t('badges.few_ahead', { title: reach.badge.title, left: leftWords(voice, reach) })),
      ),
  ]
}

/** In the order in which they were earned; of one moment, in the order of the course. */
function earnedReaches({ reaches }: Standing): Reach[] {
  return reaches
    .filter((reach) => reach.award !== null)
    .sort((one, other) => {
      const [a, b] = [one.award?.awarded_at ?? '', other.award?.awarded_at ?? '']
      return a < b ? -1 : a > b ? 1 : 0
    })
}
