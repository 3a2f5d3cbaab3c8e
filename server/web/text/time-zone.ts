/** The time zones to choose from; a browser may know its own by another name, which is as good. */
export const TIME_ZONES: string[] = Array.from(new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]))

/** Whether it is the IANA name of a time zone, in any spelling that the platform knows; "+02:00" is none. */
export function isTimeZone(name: string): boolean {
  try {
    return name.length <= 64 && /^\p{L}/u.test(name) && Intl.DateTimeFormat('en', { timeZone: name }) !== null
  } catch {
    return false
  }
}
