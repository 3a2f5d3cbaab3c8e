/** Names of time zones, each behind its hours from UTC; the rules for ambiguous ones are told at `instantIn`. */
const ZONE_NAMES: readonly [number, string][] = [
  [-10, 'hst'],
  [-9, 'akst'],
  [-8, 'akdt pst'],
  [-7, 'pdt mst'],
  [-6, 'mdt cst'],
  [-5, 'cdt est cot pet'],
  [-4, 'edt ast clt'],
  [-3.5, 'nst'],
  [-3, 'adt brt art uyt clst'],
  [-2.5, 'ndt'],
  [-2, 'brst'],
  [0, 'ut utc gmt z wet'],
  [1, 'west bst wat cet met mez'],
  [2, 'cest mest mesz eet sast cat'],
  [3, 'eest msk trt eat'],
  [4, 'gst'],
  [5, 'pkt'],
  [5.5, 'ist'],
  [5.75, 'npt'],
  [7, 'ict wib'],
  [8, 'hkt sgt pht myt wita awst'],
  [9, 'jst kst wit'],
  [9.5, 'acst'],
  [10, 'aest'],
  [10.5, 'acdt'],
  [11, 'aedt'],
  [12, 'nzst'],
  [13, 'nzdt'],
]
const ZONES = new Map(ZONE_NAMES.flatMap(([hours, names]) => names.split(' ').map((name) => [name, hours])))
const MONTH_LOCALES =
  'en en-AU de de-AT fr fr-CA es pt it nl sv nb nn da fi is fo pl cs sk sl hr sr sr-Latn bs mk bg ro hu uk ru be el tr ca gl eu cy ga et lv lt sq mt id ms af sw ar he'
const EARLIEST = Date.parse('1990-01-01')
const LONGEST = 100

const TIME = /(?<!\d)(\d{1,2})(?:[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?!\d)(?:\s*([ap])\.?m\b\.?)?|\s*([ap])\.?m\b\.?)/
const ISO =
  /^(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})\.?(?:[t ,]*(\d{1,2})(?::?(\d{2}))(?::?(\d{2})(?:[.,]\d+)?)?\s*([ap]m)?(.*))?$/
const NUMERIC = /^(?:\p{L}+\.?,?\s+)?(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4})\b[ ,t-]*(.*)$/u
const OFFSET = /(?:^|[^\d])([+-])(\d{1,2})(?::?(\d{2}))?(?!\d)/
const FILLERS = /(?<![\p{L}\d])(?:de|del|of|the|den|le|el|d)(?![\p{L}\d])|(?<=\d)(?:st|nd|rd|th|er|º|ª)(?![\p{L}\d])/gu

interface DateParts {
  year: number
  month: number
  day: number
  /** Time of the day and zone as they stand behind the date. */
  time: string
}

/**
 * When a post was published, as an instant; no later than now. Null for what is no date, an absurd one, or one that may
 * be two days. The rules where a date leaves something open:
 * - 03-11-2026 and 3/11/2026 may be two days and are none; 26/11/2026 is one; with dots the day is first (3.11.2026).
 * - A name of a zone that several places have means what RFC 822 says (EST, CST, MST, PST in America), else the place
 *   with the most people: IST is India, BST the British summer. An offset beside a name wins.
 * - Without a zone, or with one that is unknown, it is UTC.
 */
export function instantIn(text: string | undefined, now: Temporal.Instant): string | null {
  const time = millisecondsIn((text ?? '').slice(0, LONGEST + 1))
  if (time === null || time < EARLIEST) return null
  const at = Math.min(time, now.epochMilliseconds)
  return Temporal.Instant.fromEpochMilliseconds(at).toString({ fractionalSecondDigits: 3 })
}

function millisecondsIn(text: string): number | null {
  if (text.length > LONGEST) return null
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/(\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]/, '$1-$2-$3 ')
    .replace(/(?:午後|下午|오후)\s*(\d{1,2}:\d{2}(?::\d{2})?)/, '$1 pm')
    .replace(/\s+/g, ' ')
    .trim()
  if (/^\d{10}(?:\d{3})?$/.test(plain)) return Number(plain.padEnd(13, '0'))
  const parts = isoDate(plain) ?? numericDate(plain) ?? spelledDate(plain)
  if (!parts) return null
  const midnight = midnightOf(parts)
  return midnight === null ? null : midnight + timeIn(parts.time)
}

/** The beginning of a day in UTC; null for a day that no calendar has. */
function midnightOf({ year, month, day }: DateParts): number | null {
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' }).toZonedDateTime('UTC')
      .epochMilliseconds
  } catch {
    return null
  }
}

function isoDate(text: string): DateParts | null {
  const [, year, , month, day, hour, minute, second = '00', half = '', rest = ''] = ISO.exec(text) ?? []
  if (year === undefined) return null
  const time = hour === undefined ? '' : `${hour}:${minute}:${second}${half} ${rest}`
  return { year: Number(year), month: Number(month), day: Number(day), time }
}

function numericDate(text: string): DateParts | null {
  const [, one, sign, two, year, time = ''] = NUMERIC.exec(text) ?? []
  if (year === undefined) return null
  const [first, second] = [Number(one), Number(two)]
  if (sign !== '.' && first <= 12 && second <= 12 && first !== second) return null
  const day_first = sign === '.' || first > 12
  return { year: Number(year), month: day_first ? second : first, day: day_first ? first : second, time }
}

/** "Thu, 26 Nov 2026 10:00 CET", "November 26, 2026 - 10:00", "26 de noviembre de 2026", "Thu Nov 26 10:00 2026". */
function spelledDate(text: string): DateParts | null {
  const clock = TIME.exec(text)
  const behind = clock ? text.slice(clock.index + clock[0].length) : ''
  const time = clock ? `${clock[0]} ${behind}` : ''
  const rest = clock
    ? `${text.slice(0, clock.index)} ${behind.replace(/(?<![\p{L}\d])(?:gmt|utc)?[+-]\d{1,2}(?::?\d{2})?(?!\d)/gu, ' ')}`
    : text
  const words = rest.replace(FILLERS, ' ').match(/\p{L}[\p{L}\p{M}]*|\d+/gu) ?? []
  const found = words.flatMap((word, at) => {
    const months = monthsNamed(word)
    return months ? [{ at, months }] : []
  })
  // the short name of a weekday may be that of a month: mar is Tuesday or March
  const month_word = found.length > 1 && found[0]?.at === 0 ? found[1] : found[0]
  if (!month_word || month_word.months.size > 1) return null
  const [month = 0] = month_word.months
  const numberAt = (offset: number) => {
    const word = words[month_word.at + offset] ?? ''
    return /^\d+$/.test(word) ? word : null
  }
  const [before, after] = [numberAt(-1), numberAt(1)]
  const orders: [string | null, string | null][] = [
    [before, nextYear(words, month_word.at + 1)],
    [after, nextYear(words, month_word.at + 2)],
    [after, before?.length === 4 ? before : null],
  ]
  for (const [day, year] of orders) {
    if (day === null || year === null || day.length > 2 || ![2, 4].includes(year.length)) continue
    const short = Number(year)
    const whole = year.length === 4 ? short : short + (short < 50 ? 2000 : 1900)
    return { year: whole, month, day: Number(day), time }
  }
  return null
}

/** The number behind the day and month; the zone of a time may stand before it, as in "10:00:00 CET 2026". */
function nextYear(words: string[], from: number): string | null {
  const zone = ZONES.has(words[from] ?? '')
  const word = words[zone ? from + 1 : from] ?? ''
  return /^\d+$/.test(word) ? word : null
}

/** Milliseconds from the beginning of the day in UTC; 0 for what is no time of the day. */
function timeIn(text: string): number {
  const clock = TIME.exec(text)
  if (!clock) return 0
  const [all, hours = '', minutes = '0', seconds = '0', half = clock[5]] = clock
  const hour = half ? (Number(hours) % 12) + (half === 'p' ? 12 : 0) : Number(hours)
  if (hour > 24 || Number(minutes) > 59 || Number(seconds) > 60) return 0
  const rest = text.slice(clock.index + all.length)
  const past = (hour * 60 + Number(minutes)) * 60 + Math.min(Number(seconds), 59)
  return past * 1000 - hoursFromUtc(rest) * 3_600_000
}

function hoursFromUtc(text: string): number {
  const [, sign, hours, minutes = '0'] = OFFSET.exec(text) ?? []
  if (sign) {
    const away = Number(hours) + Number(minutes) / 60
    return away > 14 ? 0 : sign === '-' ? -away : away
  }
  const names = text.match(/(?<!\p{L})[a-z]{1,5}(?!\p{L})/gu) ?? []
  return ZONES.get(names.find((word) => ZONES.has(word)) ?? '') ?? 0
}

let names: Map<string, Set<number>> | undefined

/** The months of this name, in any of the languages; one where all of them agree. */
function monthsNamed(word: string): Set<number> | undefined {
  names ??= monthNames()
  return names.get(folded(word))
}

/** Long and short names of the months, alone and beside a day. */
function monthNames(): Map<string, Set<number>> {
  const known = new Map<string, Set<number>>()
  for (const locale of MONTH_LOCALES.split(' ')) {
    for (const options of [{ month: 'long' }, { month: 'short' }, { month: 'long', day: 'numeric' }] as const) {
      const format = new Intl.DateTimeFormat(`${locale}-u-ca-gregory`, { ...options, timeZone: 'UTC' })
      for (let month = 1; month <= 12; month++) {
        const part = format.formatToParts(Date.UTC(2026, month - 1, 20)).find(({ type }) => type === 'month')
        const name = folded(part?.value ?? '')
        if (!/^\p{L}{2,}$/u.test(name)) continue
        known.set(name, (known.get(name) ?? new Set()).add(month))
      }
    }
  }
  // English and what feeds write most often means what it means there
  const usual = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ').map((name, at) => [name, at + 1] as const)
  for (const [name, month] of [...usual, ['sept', 9], ['maerz', 3]] as const) known.set(name, new Set([month]))
  return known
}

function folded(word: string): string {
  return word
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\p{M}.]/gu, '')
}
