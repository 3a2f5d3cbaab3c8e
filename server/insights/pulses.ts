import { escapeHtml } from '../web/render/escape.ts'
import type { PageContext } from '../web/render/page-context.ts'
import type { ThingTally } from './statistics.ts'

const [WIDTH, ROW, SHOWN] = [400, 46, 5]

/** Answers to the two questions after a thing: number of people asked and answered. */
export interface Pulses {
  asked: number
  answered: number
  /** The things with answers, in the order of the calendar. */
  things: ThingTally[]
}

/** Sums over things; everybody who has done a thing is asked. */
export function pulsesOf(things: readonly ThingTally[]): Pulses {
  const sum = (field: 'done' | 'answered') => things.reduce((total, thing) => total + thing[field], 0)
  return { asked: sum('done'), answered: sum('answered'), things: things.filter(({ answered }) => answered > 0) }
}

/** SVG with a bar for each of the five things with most answers: how many will use it. */
export function pulsesHtml({ t }: Pick<PageContext, 't'>, { things }: Pulses): string {
  const most = things.toSorted((one, other) => other.answered - one.answered).slice(0, SHOWN)
  const bars = most.map(({ number, thing, answered, will_use }, at) => {
    const y = at * ROW
    const name = escapeHtml(`${number} ${thing.short}`)
    const share = escapeHtml(t('insights.pulses.of', { count: answered, will_use }))
    const long = Math.round((will_use / answered) * WIDTH)
    return [
      `<text class="strong" x="0" y="${y + 18}">${name}</text><text x="${WIDTH}" y="${y + 18}" text-anchor="end">${share}</text>`,
      `<rect class="track" x="0" y="${y + 26}" width="${WIDTH}" height="10" rx="5"/>`,
      long > 0
        ? `<rect class="fill" data-hue="${thing.set.hue}" x="0" y="${y + 26}" width="${long}" height="10" rx="5"/>`
        : '',
    ].join('')
  })
  return `<svg viewBox="0 0 ${WIDTH} ${most.length * ROW}" role="img" aria-labelledby="pulses-caption">${bars.join('')}</svg>`
}
