import type { BadgeDetails } from '../awards/award-details.ts'
import { signOf } from '../presenter.ts'
import { NO_FACTS } from '../rules/rule-facts.ts'
import { progressOf } from '../rules/rules.ts'
import { drawBadge } from './drawing.ts'

/**
 * A badge as it was, whole, as a file that stands alone: letters are paths, and nothing is fetched.
 * @param picture where it is; in the file itself unless said
 */
export function drawFile({ badge }: Pick<BadgeDetails, 'badge'>, picture = badge.picture_data): string {
  const { of } = progressOf(badge.rule, NO_FACTS)
  const { shape, hue, ring_text, title } = badge
  return drawBadge({ shape, hue, ...signOf(badge), ring_text, picture, of, done: of, alone: true, title })
}
