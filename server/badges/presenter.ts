import { iconMarkup } from '../web/render/icons.ts'
import type { LocaleContext } from '../web/render/page-context.ts'
import { listWords, numberWord, sentence } from '../web/text/phrases.ts'
import { badgePictureAddress } from './authoring/pictures.ts'
import type { Badge, BadgeLook } from './badge.ts'
import { drawBadge } from './drawing/drawing.ts'
import { kindOf } from './rules/kinds.ts'
import { remainingText, thingsLeftText } from './rules/progress-text.ts'
import type { BadgeProgress, CalendarThing, LearnerProgress } from './rules/rule-progress.ts'
import { phrases } from './rules/rule-sentence.ts'
import { isCombined, thingsIn } from './rules/rules.ts'

/** A badge in a row or on the wall. */
export interface BadgeItem {
  href: string
  title: string
  words: string
  drawing_html: string
}

/** How many numbers of missing things are told one by one. */
const FEW = 3

/** The badge for a learner: filled when earned, else an outline with the ring of their progress. */
export function drawProgress({ t }: LocaleContext, { badge, award, ring }: BadgeProgress): string {
  const { done, of } = award ? { done: ring.of, of: ring.of } : ring
  const key = award ? 'badges.drawn.earned' : 'badges.drawn.ahead'
  const title = t(key, { title: badge.title, done, of })
  return draw(badge, { done, of, state: award ? 'earned' : 'ahead', title })
}

/** The badge as such, for those who do not stand anywhere with it. */
export function drawPlain({ t }: LocaleContext, badge: BadgeLook, of: number): string {
  return draw(badge, { done: of, of, state: 'earned', title: t('badges.drawn.plain', { title: badge.title }) })
}

/** A treasure that is not found yet tells nothing but its shape. */
export function drawHidden({ t }: LocaleContext): string {
  return drawBadge({ shape: 'gem', hue: 'plain', state: 'silhouette', title: t('badges.drawn.hidden') })
}

type DrawnState = { done: number; of: number; state: 'earned' | 'ahead'; title: string }

function draw({ shape, hue, icon, number, ring_text, picture }: Omit<BadgeLook, 'meaning'>, drawn: DrawnState): string {
  return drawBadge({
    shape,
    hue,
    ...signOf({ icon, number }),
    ring_text,
    picture: picture && badgePictureAddress(picture),
    ...drawn,
  })
}

/** What stands inside the shape: a number, else an icon. */
export function signOf({ icon, number }: Pick<Badge, 'icon' | 'number'>): { number: number } | { icon: string } {
  return number === null ? { icon: icon === null ? '' : iconMarkup(icon) } : { number }
}

/** "four to go" of things, "two more answers" of anything else. */
export function leftText(voice: LocaleContext, progress: BadgeProgress): string {
  const { rule, missing } = progress
  return !isCombined(rule) && kindOf(rule).things ? thingsLeftText(voice, missing) : remainingText(voice, progress)
}

/** The line under an earned badge on the wall. */
export function earnedText({ t, dates }: LocaleContext, { rule, award }: BadgeProgress): string {
  const date = award ? dates.full(dates.dateOf(award.awarded_at, award.time_zone)) : ''
  if (!('set' in rule) || rule.things.length === 0) return date
  return t('badges.wall.all', { count: rule.things.length, number: numberWord(t, rule.things.length), date })
}

/** The line under a badge that lies ahead: what is missing, in few words. */
export function aheadText(voice: LocaleContext, learner: LearnerProgress, progress: BadgeProgress): string {
  const { t, locale } = voice
  const left = sentence(leftText(voice, progress), locale)
  const { rule, ring } = progress
  if (rule.kind === 'any-of') return t('badges.wall.any_of', { left: remainingText(voice, progress) })
  if (isCombined(rule)) return left
  if (thingsIn(rule).length > 0) return setWords(voice, missingThings(learner, progress), left, progress)
  const shown = { left, goal: learner.goal, started: ring.done > 0 }
  return (
    kindOf(rule).wall?.(
      rule,
      phrases(t, (key) => `badges.wall.${key}`),
      shown,
    ) ?? left
  )
}

function setWords(
  { t, dates, locale }: LocaleContext,
  places: CalendarThing[],
  left: string,
  { ring }: BadgeProgress,
): string {
  const first = places[0]
  if (!first) return left
  if (ring.done === 0 && places.every((place) => !place.open))
    return t('badges.wall.opens', { day: dates.day(first.opens_on) })
  if (ring.done === 0 && places.every((place) => place.open)) {
    return sentence(t('badges.wall.all_open', { count: places.length, number: numberWord(t, places.length) }), locale)
  }
  if (places.length > FEW) return left
  return t('badges.wall.left_numbers', {
    left,
    numbers: listWords(
      locale,
      places.map(({ number }) => number),
    ),
  })
}

/** Which of the things that a rule names are still to be done. */
export function missingThings({ places }: LearnerProgress, { rule }: Pick<BadgeProgress, 'rule'>): CalendarThing[] {
  const things = thingsIn(rule)
  return places.filter(({ thing, done }) => !done && things.includes(thing.slug))
}

/** The link to the next step: the next open thing, or the reflections without a comment. */
export function nextStep(
  { t }: LocaleContext,
  { base, places }: LearnerProgress,
  { rule }: Pick<BadgeProgress, 'rule'>,
): { href: string; button: string } {
  const next = places.find((place) => place.open && !place.done && !place.skipped)
  if (!next || (!isCombined(rule) && kindOf(rule).comments)) {
    return { href: `${base}/reflections?unanswered=1`, button: t('badges.on.answer') }
  }
  const button = t('badges.on.next', { number: next.number, title: next.thing.title })
  return { href: `${base}/things/${next.number}`, button }
}
