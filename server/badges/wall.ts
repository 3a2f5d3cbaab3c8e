import { numberWord, sentence } from '../web/phrases.ts'
import { aheadWords, type BadgeItem, drawHidden, drawReach, earnedWords, leftWords, type Voice } from './badge-words.ts'
import type { Reach, Standing } from './standing.ts'

export interface Wall {
  earned: BadgeItem[]
  sets: BadgeItem[]
  milestones: BadgeItem[]
  /** Drawings of what is still hidden. */
  treasures: string[]
}

/** How many of the row on the map are kept for what has been earned, where something lies ahead. */
const EARNED_FIRST = 2
const ROW = 3

const item = (voice: Voice, reach: Reach, words: string): BadgeItem => ({
  href: `/badges/${reach.badge.slug}`,
  title: reach.badge.title,
  words,
  drawing_html: drawReach(voice, reach),
})

/** What may still be earned and may be known of. */
function ahead({ reaches }: Standing): Reach[] {
  return reaches.filter(({ badge, award }) => award === null && badge.position > 0 && badge.shape !== 'gem')
}

export function makeWall(voice: Voice, standing: Standing): Wall {
  const toCome = ahead(standing)
  const words = (reach: Reach) => item(voice, reach, aheadWords(voice, standing, reach))
  const hidden = standing.reaches.filter(({ badge, award }) => !award && badge.position > 0 && badge.shape === 'gem')
  return {
    earned: earnedReaches(standing).map((reach) => item(voice, reach, earnedWords(voice, reach))),
    sets: toCome.filter(({ rule }) => rule.kind === 'set-done').map(words),
    milestones: toCome.filter(({ rule }) => rule.kind !== 'set-done').map(words),
    treasures: hidden.map(() => drawHidden(voice)),
  }
}

/** "Five earned, and nothing here is needed to finish." */
export function wallWords({ t, locale }: Voice, { earned }: Wall): string {
  const key = earned.length === 0 ? 'badges.wall.lead_none' : 'badges.wall.lead'
  return sentence(t(key, { count: earned.length, number: numberWord(t, earned.length) }), locale)
}

function share({ ring }: Reach): number {
  return ring.done / ring.of
}

/** Three for the map: what was earned last, and what is closest. */
export function makeFew(voice: Voice, standing: Standing): BadgeItem[] {
  const earned = earnedReaches(standing).reverse()
  const closest = ahead(standing).sort((one, other) => share(other) - share(one) || one.missing - other.missing)
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
