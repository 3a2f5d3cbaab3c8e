/** The minutes that a thing is meant to take, by depth. */
interface Estimate {
  start: number
  more?: number
  challenge?: number
}

/** Up to this multiple of the estimate, stated minutes are confirmed by the rule. */
export const GENEROUS = 3
export const MOST_MINUTES = 600

/** What a thing was meant to take for somebody who ticked steps of these depths; everybody begins at the start. */
export function estimateOf({ start, more = 0, challenge = 0 }: Estimate, depths: readonly string[]): number {
  return start + (depths.includes('more') ? more : 0) + (depths.includes('challenge') ? challenge : 0)
}

/** Whether stated minutes are confirmed without a guide. */
export function confirmsItself(minutes: number, estimate: number): boolean {
  return minutes <= GENEROUS * estimate
}

/** Minutes as hours and minutes. */
export function inHours(minutes: number): { hours: number; minutes: number } {
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 }
}
