import { iconMarkup } from '../web/icons.ts'
import type { BadgeFacts } from './award-facts.ts'
import { drawBadge } from './drawing.ts'
import { NO_FACTS, progressOf } from './rules.ts'

/** A badge as it was, whole, as a file that stands alone: letters are paths, and nothing is fetched. */
export function drawFile({ badge }: BadgeFacts): string {
  const { of } = progressOf(badge.rule, NO_FACTS)
  const sign =
    badge.number === null ? { icon: badge.icon === null ? '' : iconMarkup(badge.icon) } : { number: badge.number }
  const { shape, hue, ring_text, title } = badge
  return drawBadge({ shape, hue, ...sign, ring_text, of, done: of, alone: true, title })
}
