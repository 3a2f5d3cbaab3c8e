import type { Problems } from '../../web/http/forms.ts'
import {
  type Colour,
  contrastWithPage,
  MIN_MAIN_CONTRAST,
  MIN_MARKER_CONTRAST,
  markerContrast,
  nearestMain,
  nearestMarker,
} from '../colours.ts'
import { parseColour } from '../theme.ts'
import type { SettingValues } from './settings.ts'

interface ContrastCheck {
  name: 'main_colour' | 'dark_colour' | 'marker_colour'
  least: number
  measure: (colour: Colour) => number
  nearest: (colour: Colour) => string
}

const CHECKS: readonly ContrastCheck[] = [
  {
    name: 'main_colour',
    least: MIN_MAIN_CONTRAST,
    measure: (colour) => contrastWithPage(colour, 'light'),
    nearest: (colour) => nearestMain(colour, 'light'),
  },
  {
    name: 'dark_colour',
    least: MIN_MAIN_CONTRAST,
    measure: (colour) => contrastWithPage(colour, 'dark'),
    nearest: (colour) => nearestMain(colour, 'dark'),
  },
  { name: 'marker_colour', least: MIN_MARKER_CONTRAST, measure: markerContrast, nearest: nearestMarker },
]

/** Problems of the site's colours, with the measured contrast and the nearest colour that is sufficient. */
export function contrastProblems(values: SettingValues): Problems {
  const problems: Problems = {}
  for (const { name, least, measure, nearest } of CHECKS) {
    const colour = parseColour(values[name] ?? '')
    if (!colour || measure(colour) >= least) continue
    // truncated, so that a refused ratio never reads as sufficient
    const ratio = (Math.floor(measure(colour) * 100) / 100).toFixed(2)
    problems[name] = { key: `settings.problem.apart.${name}`, values: { ratio, least, nearest: nearest(colour) } }
  }
  return problems
}
