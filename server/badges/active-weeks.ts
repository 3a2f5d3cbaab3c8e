import type { CalendarOf } from '../calendar/calendar-cache.ts'
import { type Clock, localDate } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { LocaleContext } from '../web/render/page-context.ts'
import { memoize } from '../web/text/memoize.ts'
import { listWords, numberWord, sentence } from '../web/text/phrases.ts'

/** One week of the course: `here` with activity, `rest` where nothing opened or a pause was on, else `quiet`. */
type Week = 'here' | 'rest' | 'quiet'

export interface ActiveWeeks {
  weeks: Week[]
  words: string
}

interface ActivityRow {
  calendar_version: number
  /** JSON: instants of reflections, comments and completions. */
  here: string
  /** JSON: pairs of when a pause began and ended; null while it goes on. */
  pauses: string
}

/** The facts about one person's weeks, as calendar dates in the cohort's time zone. */
interface ActiveWeeksFacts {
  starts_on: string
  ends_on: string
  today: string
  here: readonly string[]
  /** Days on which something opens. */
  opens: readonly string[]
  pauses: readonly { since: string; until: string }[]
}

/** SQL: is the comment by the person of the `enrolment`, in its cohort? */
const MINE = 'comment.person_id = enrolment.person_id AND comment.reflection_cohort_id = enrolment.cohort_id'

/** The dots of longer courses would be no small row any more. */
const MOST = 80

/** So many dates are kept with their Mondays: every wall asks for the same few. */
const KEPT = 5000

export function createActiveWeeks(db: Database, clock: Clock, { calendarOf }: { calendarOf: CalendarOf }) {
  // of the comments the first and the last of each day (UTC): two weeks meet in one day at most
  const find = db.prepare<{ enrolment_id: number }, ActivityRow>(`
    WITH RECURSIVE
      kind (is_answer) AS (VALUES (0), (1)),
      day (is_answer, first) AS (
        SELECT is_answer, (SELECT min(written_at) FROM comment
                            WHERE ${MINE} AND comment.is_answer = kind.is_answer)
          FROM kind CROSS JOIN enrolment WHERE enrolment.id = :enrolment_id
        UNION ALL
        SELECT is_answer, (SELECT min(written_at) FROM comment
                            WHERE ${MINE} AND comment.is_answer = day.is_answer AND written_at >= date(day.first, '+1 day'))
          FROM day CROSS JOIN enrolment WHERE enrolment.id = :enrolment_id AND day.first IS NOT NULL)
    SELECT cohort.calendar_version,
           (SELECT json_group_array(at) FROM (
              SELECT published_at AS at FROM reflection
               WHERE reflection.person_id = enrolment.person_id AND reflection.cohort_id = enrolment.cohort_id
              UNION ALL SELECT completed_at FROM completion WHERE completion.enrolment_id = enrolment.id
              UNION ALL SELECT first FROM day WHERE first IS NOT NULL
              UNION ALL
              SELECT (SELECT max(written_at) FROM comment
                       WHERE ${MINE} AND comment.is_answer = day.is_answer AND written_at >= day.first
                         AND written_at < date(day.first, '+1 day'))
                FROM day WHERE first IS NOT NULL)) AS here,
           (SELECT json_group_array(json_array(since, until)) FROM pause WHERE enrolment_id = enrolment.id) AS pauses
      FROM enrolment JOIN cohort ON cohort.id = enrolment.cohort_id
     WHERE enrolment.id = :enrolment_id`)

  /** The weeks of the course in which a person was active; a count, never a streak. */
  return function activeWeeks({ id, cohort, joined_at }: Enrolment, voice: LocaleContext): ActiveWeeks {
    const row = find.get({ enrolment_id: id })
    if (!row) throw new Error(`There is no enrolment ${id}`)
    const dateOf = (instant: string) => localDate(Temporal.Instant.from(instant), cohort.time_zone)
    const here: string[] = JSON.parse(row.here)
    const today = localDate(clock.now(), cohort.time_zone)
    const paused: [string, string | null][] = JSON.parse(row.pauses)
    const pauses = paused.map(([since, until]) => ({
      since: dateOf(since),
      until: until === null ? today : dateOf(until),
    }))
    const came = dateOf(joined_at)
    const weeks = weeksOf({
      starts_on: cohort.starts_on,
      ends_on: cohort.ends_on,
      today,
      here: here.map(dateOf),
      opens: calendarOf(cohort.id, row.calendar_version).flatMap(({ kind, opens_on }) =>
        kind === 'thing' ? [opens_on] : [],
      ),
      // the time before joining counts as a pause
      pauses: came > cohort.starts_on ? [{ since: cohort.starts_on, until: came }, ...pauses] : pauses,
    })
    return { weeks, words: weekWords(voice, weeks) }
  }
}

/** The weeks from the first day of the course to today or its end; later ones up to the last with activity. */
export function weeksOf({ starts_on, ends_on, today, here, opens, pauses }: ActiveWeeksFacts): Week[] {
  const began = [starts_on, ...here].reduce(earlier)
  const ended = [ends_on, ...here].reduce(later)
  const last = mondayOf(earlier(ended, today))
  const was = new Set(here.map(mondayOf))
  const opening = new Set(opens.map(mondayOf))
  const weeks: Week[] = []
  let monday = mondayOf(began)
  while (weeks.length < MOST && monday <= last) {
    const next = weekAfter(monday)
    const paused = pauses.some(({ since, until }) => since < next && until >= monday)
    weeks.push(was.has(monday) ? 'here' : paused || !opening.has(monday) ? 'rest' : 'quiet')
    monday = next
  }
  return weeks
}

const mondayOf = memoize(KEPT, (date) => {
  const day = Temporal.PlainDate.from(date)
  return day.subtract({ days: day.dayOfWeek - 1 }).toString()
})

const weekAfter = memoize(KEPT, (date) => Temporal.PlainDate.from(date).add({ days: 7 }).toString())

const earlier = (one: string, other: string): string => (one < other ? one : other)
const later = (one: string, other: string): string => (one > other ? one : other)

/** "Four weeks so far: 1–3 and 7." */
function weekWords({ t, locale }: LocaleContext, weeks: readonly Week[]): string {
  const numbers = weeks.flatMap((week, at) => (week === 'here' ? [at + 1] : []))
  const count = numbers.length
  if (count === 0) return t('badges.weeks.none')
  const said = listWords(
    locale,
    inRuns(numbers).map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)),
  )
  return sentence(t('badges.weeks.some', { count, number: numberWord(t, count), weeks: said }), locale)
}

/** 1, 2, 3, 5 as 1 to 3 and 5. */
function inRuns(numbers: readonly number[]): [from: number, to: number][] {
  const runs: [number, number][] = []
  for (const number of numbers) {
    const last = runs.at(-1)
    if (last?.[1] === number - 1) last[1] = number
    else runs.push([number, number])
  }
  return runs
}
