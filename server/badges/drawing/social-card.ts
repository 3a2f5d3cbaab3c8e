import type { AwardDetails } from '../awards/award-details.ts'
import { drawFile } from './badge-file.ts'
import { canTypeset, drawLine, fitting, widthOf } from './ring-text.ts'

/** As networks show it: 1200 by 630. Letters are paths; what the font cannot set is left out, never shown as boxes. */
export function drawCard(
  { badge, course, person }: Pick<AwardDetails, 'badge' | 'course' | 'person'>,
  site_name: string,
): string {
  const left = 560
  const room = 1200 - left - 70
  const lines = [
    { text: badge.title, size: 76, y: 250, fill: INK },
    { text: person.name, size: 46, y: 340, fill: INK },
    { text: course.title, size: 32, y: 410, fill: SOFT },
    { text: site_name, size: 32, y: 545, fill: SOFT },
  ].filter(({ text }) => canTypeset(text))
  const drawing = drawFile({ badge }).replace(/^<svg /, '<svg x="70" y="95" width="440" height="440" ')
  const words = lines.map(({ text, size, y, fill }) => {
    // a long title is smaller before it is shortened
    const fits = Math.max(size * 0.6, Math.min(size, (size * room) / Math.max(1, widthOf(text, size))))
    const line = drawLine(fitting(text, fits, room), { x: left, y, size: fits, anchor: 'start' })
    return `<g fill="${fill}">${line}</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 630" width="1200" height="630"><rect width="1200" height="630" fill="${PAPER}"/><rect y="606" width="1200" height="24" fill="${MARKER}"/>${drawing}${words.join('')}</svg>`
}

const PAPER = '#fbf9f3'
const INK = '#1d2540'
const SOFT = '#565d73'
const MARKER = '#ffd84d'
