import { iconMarkup } from '../web/render/icons.ts'
import type { LocaleContext } from '../web/render/page-context.ts'
import { listWords, numberWord, sentence } from '../web/text/phrases.ts'
import { badgePictureAddress } from './authoring/pictures.ts'
import { drawBadge } from './drawing/drawing.ts'
import { closeWords } from './rules/progress-text.ts'
import type { Badge, CalendarThing, Reach, Standing } from './rules/rule-progress.ts'
import { partsOf } from './rules/rules.ts'

/** What is needed to say something: words, dates, the language. */
/** A badge in a row or on the wall. */
export interface BadgeItem {
  href: string
  title: string
  words: string
  drawing_html: string
}

/** Where the map itself says what is missing. */
const OF_THINGS: readonly string[] = ['things-done', 'set-done', 'things-named']

/** How many numbers of missing things are told one by one. */
const FEW = 3

/** The badge for somebody who stands there with it: full when earned, else an outline with its ring as far as it is. */
export function drawReach({ t }: LocaleContext, { badge, award, ring }: Reach): string {
  const { done, of } = award ? { done: ring.of, of: ring.of } : ring
  const key = award ? 'badges.drawn.earned' : 'badges.drawn.ahead'
  const title = t(key, { title: badge.title, done, of })
  return draw(badge, { done, of, state: award ? 'earned' : 'ahead', title })
}

/** The badge as such, for those who do not stand anywhere with it. */
export function drawPlain({ t }: LocaleContext, badge: DrawnBadge, of: number): string {
  return draw(badge, { done: of, of, state: 'earned', title: t('badges.drawn.plain', { title: badge.title }) })
}

/** A treasure that is not found yet tells nothing but its shape. */
export function drawHidden({ t }: LocaleContext): string {
  return drawBadge({ shape: 'gem', hue: 'plain', state: 'silhouette', title: t('badges.drawn.hidden') })
}

type DrawnBadge = Pick<Badge, 'title' | 'shape' | 'hue' | 'icon' | 'number' | 'ring_text' | 'picture'>
type BadgeLook = { done: number; of: number; state: 'earned' | 'ahead'; title: string }

function draw({ shape, hue, icon, number, ring_text, picture }: DrawnBadge, look: BadgeLook): string {
  return drawBadge({
    shape,
    hue,
    ...signOf({ icon, number }),
    ring_text,
    picture: picture && badgePictureAddress(picture),
    ...look,
  })
}

/** What stands inside the shape: a number, else an icon. */
export function signOf({ icon, number }: Pick<Badge, 'icon' | 'number'>): { number: number } | { icon: string } {
  return number === null ? { icon: icon === null ? '' : iconMarkup(icon) } : { number }
}

/** "four to go" of things, "two more answers" of anything else. */
export function leftWords(voice: LocaleContext, reach: Reach): string {
  const { t } = voice
  if (!OF_THINGS.includes(reach.rule.kind)) return closeWords(voice, reach)
  return t('badges.left', { count: reach.missing, number: numberWord(t, reach.missing) })
}

/** The line under an earned badge on the wall. */
export function earnedWords({ t, dates }: LocaleContext, { time_zone }: Standing, { rule, award }: Reach): string {
  const date = dates.full(dates.dateOf(award?.awarded_at ?? '', time_zone))
  if (rule.kind !== 'set-done' || rule.things.length === 0) return date
  return t('badges.wall.all', { count: rule.things.length, number: numberWord(t, rule.things.length), date })
}

/** The line under a badge that lies ahead: what is missing, in few words. */
export function aheadWords(voice: LocaleContext, standing: Standing, reach: Reach): string {
  const { t, locale } = voice
  const left = sentence(leftWords(voice, reach), locale)
  switch (reach.rule.kind) {
    case 'set-done':
    case 'things-named':
      return setWords(voice, missingPlaces(standing, reach), left, reach)
    case 'things-done':
      return standing.goal === reach.rule.count ? t('badges.wall.your_goal', { left }) : left
    case 'first-reflection':
    case 'first-to-write':
    case 'came-back':
    case 'pod-finished':
    case 'by-hand':
    case 'judged':
      return t(`badges.wall.${reach.rule.kind.replaceAll('-', '_')}`)
    case 'any-of':
      return t('badges.wall.any_of', { left: closeWords(voice, reach) })
    case 'answers-given':
      if (reach.ring.done > 0 || reach.rule.to !== undefined || reach.rule.waited_days !== undefined) return left
      return t('badges.wall.answers', { count: reach.rule.count, number: numberWord(t, reach.rule.count) })
    default:
      return left
  }
}

function setWords({ t, dates, locale }: LocaleContext, places: CalendarThing[], left: string, { ring }: Reach): string {
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
export function missingPlaces({ places }: Standing, { rule }: Pick<Reach, 'rule'>): CalendarThing[] {
  const things = partsOf(rule).flatMap((part) =>
    part.kind === 'set-done' || part.kind === 'things-named' ? part.things : [],
  )
  return places.filter(({ thing, done }) => !done && things.includes(thing.slug))
}

/** Where to go from here: to the next thing, or to somebody who waits for an answer. */
export function wayOn(
  { t }: LocaleContext,
  { base, places }: Standing,
  { rule }: Pick<Reach, 'rule'>,
): { href: string; button: string } {
  const next = places.find((place) => place.open && !place.done && !place.skipped)
  if (rule.kind === 'answers-given' || !next) {
    return { href: `${base}/reflections?unanswered=1`, button: t('badges.on.answer') }
  }
  const button = t('badges.on.next', { number: next.number, title: next.thing.title })
  return { href: `${base}/things/${next.number}`, button }
}
