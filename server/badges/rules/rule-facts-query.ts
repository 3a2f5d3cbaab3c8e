import type { CalendarEntry } from '../../calendar/plan.ts'
import type { CourseContent } from '../../courses/course-content.ts'
import { instantText } from '../../db/clock.ts'
import { thingsOfGoal } from '../../progress/goal.ts'
import { answersFor, FIRST_ANSWER_OF_WEEKS } from './comment-facts.ts'
import { type FactKind, latestOfAll, NO_FACTS, type RuleFacts, type TimeSpan } from './rule-facts.ts'
import { needsOf, type Rule } from './rules.ts'

/** What the rules ask about, as one statement brings it: JSON in each column, and only those that were asked for. */
export type FactRow = Partial<Record<Column, string>>

type Column = 'done' | 'reflections' | 'answers' | 'weeks' | 'cheers' | 'ticks' | 'feedback' | 'pod' | 'pauses'

/** SQL about an `enrolment` and its `cohort`; of the answers, which grow without end, only what the rules ask for. */
const COLUMNS: Record<Exclude<Column, 'answers'>, string> = {
  done: `SELECT json_group_array(json_array(thing_id, completed_at)) FROM completion WHERE enrolment_id = enrolment.id`,
  reflections: `
    SELECT json_group_array(json_array(mine.published_at,
             EXISTS (SELECT 1 FROM image_use WHERE reflection_id = mine.id),
             NOT EXISTS (SELECT 1 FROM reflection AS earlier
                          WHERE earlier.cohort_id = mine.cohort_id AND earlier.thing_id = mine.thing_id AND earlier.id < mine.id
                            AND earlier.audience <> 'me')))
      FROM reflection AS mine WHERE mine.enrolment_id = enrolment.id`,
  weeks: FIRST_ANSWER_OF_WEEKS,
  cheers: `
    SELECT json_group_array(json_array(cheer.person_id, cheer.cheered_at))
      FROM reflection AS mine JOIN cheer ON cheer.reflection_id = mine.id
     WHERE mine.enrolment_id = enrolment.id AND cheer.person_id <> enrolment.person_id`,
  ticks: `SELECT json_group_array(json_array(thing_id, step, ticked_at)) FROM tick WHERE enrolment_id = enrolment.id`,
  feedback: `
    SELECT json_group_array(json_array(at, alternative))
      FROM (SELECT given_at AS at, 0 AS alternative FROM pulse WHERE enrolment_id = enrolment.id
            UNION ALL
            SELECT made_at, line IS NOT NULL OR link IS NOT NULL FROM thing_report
             WHERE thing_report.person_id = enrolment.person_id AND thing_report.cohort_id = enrolment.cohort_id)`,
  pod: `
    SELECT json_group_array(json_array(member.goal,
             (SELECT json_group_array(completed_at) FROM completion WHERE enrolment_id = member.id)))
      FROM enrolment AS member
     WHERE member.pod_id = enrolment.pod_id AND member.left_at IS NULL AND member.role = 'learner'`,
  pauses: `SELECT json_group_array(json_array(since, until)) FROM pause WHERE enrolment_id = enrolment.id`,
}

const COLUMNS_OF: Record<FactKind, readonly Column[]> = {
  done: ['done'],
  reflections: ['reflections'],
  answers: ['answers'],
  cheers: ['cheers'],
  depths: ['ticks'],
  feedback: ['feedback'],
  returns: ['reflections', 'weeks', 'pauses'],
  pod_finished_at: ['pod'],
}

/**
 * SQL: the columns of a FactRow for these rules, and the values for it. Things done are always asked for.
 * @param weeks the weeks until now, as `Weeks` gives them
 */
export function factColumns(rules: readonly { rule: Rule; span: TimeSpan }[], weeks: string) {
  const needs: FactKind[] = ['done', ...rules.flatMap(({ rule }) => needsOf(rule))]
  const columns = new Set(needs.flatMap((need) => COLUMNS_OF[need]))
  const answers = answersFor(rules)
  const sql = (column: Column) => (column === 'answers' ? answers.sql : COLUMNS[column])
  return {
    sql: [...columns].map((column) => `(${sql(column)}) AS ${column}`).join(', '),
    values: { ...(columns.has('answers') ? answers.values : {}), ...(columns.has('weeks') ? { weeks } : {}) },
  }
}

/** What is needed of a cohort to read facts. */
export interface RuleSetting {
  content: CourseContent
  calendar: readonly CalendarEntry[]
  weeks: Weeks
}

export function readFacts(row: FactRow, { content, calendar, weeks }: RuleSetting): RuleFacts {
  const has = new Set(calendar.flatMap(({ thing_id }) => (thing_id === null ? [] : [thing_id])))
  const slugOf = (thing_id: number) => (has.has(thing_id) ? content.thing(thing_id)?.slug : undefined)
  const reflections = read<[string, number, number]>(row.reflections)
  const answers = read<[string, number | null, number]>(row.answers)
  return {
    ...NO_FACTS,
    done: read<[number, string]>(row.done).flatMap(([id, at]) => {
      const thing = slugOf(id)
      return thing === undefined ? [] : [{ thing, at }]
    }),
    reflections: reflections.map(([at, pictured, first]) => ({
      at,
      pictured: pictured === 1,
      first: first === 1,
      week: weeks.of(at),
    })),
    answers: answers.map(([at, waited_days, another_pod]) => ({
      at,
      unanswered: waited_days !== null,
      waited_days: waited_days ?? 0,
      another_pod: another_pod === 1,
    })),
    cheers: read<[number, string]>(row.cheers).map(([by, at]) => ({ by, at })),
    depths: row.ticks === undefined ? [] : depthsIn(read<[number, string, string]>(row.ticks), content),
    feedback: read<[string, number]>(row.feedback).map(([at, alternative]) => ({ at, alternative: alternative === 1 })),
    returns: row.pauses === undefined ? [] : returnsIn(reflections, read(row.weeks), read(row.pauses), weeks),
    pod_finished_at: finishedAt(read<[number, string]>(row.pod), has.size),
  }
}

function read<Tuple>(json: string | undefined): Tuple[] {
  return json === undefined ? [] : JSON.parse(json)
}

/** Things of which at least one step of every depth is ticked, and when the last of these depths was begun. */
function depthsIn(ticks: [number, string, string][], content: CourseContent): RuleFacts['depths'] {
  const first = new Map<number, Map<string, string>>()
  for (const [thing_id, slug, at] of ticks) {
    const depth = content.thing(thing_id)?.steps.find((step) => step.slug === slug)?.depth
    if (depth === undefined) continue
    const known = first.get(thing_id) ?? new Map<string, string>()
    first.set(thing_id, known)
    const earlier = known.get(depth)
    if (earlier === undefined || at < earlier) known.set(depth, at)
  }
  return [...first].flatMap(([thing_id, depths]) => {
    const thing = content.thing(thing_id)
    const all = new Set(thing?.steps.map(({ depth }) => depth))
    const at = [...depths.values()].sort().at(-1)
    return thing && at !== undefined && all.size > 1 && depths.size === all.size ? [{ thing: thing.slug, at }] : []
  })
}

/** When the last learner of a pod reached their goal, null before; a pod of one person is never finished. */
function finishedAt(members: [number, string][], things: number): string | null {
  if (members.length < 2) return null
  return latestOfAll(
    members.map(([goal, done]) => (JSON.parse(done) as string[]).sort()[thingsOfGoal({ goal, total: things }) - 1]),
  )
}

/**
 * Silent weeks are those of the course in which something opened and the person neither wrote nor answered nor paused.
 * @param answers the first one of each week, null for a week without: whatever comes later in it ends no silence
 */
function returnsIn(
  reflections: [string, number, number][],
  answers: (string | null)[],
  pauses: [string, string | null][],
  weeks: Weeks,
): RuleFacts['returns'] {
  const acts = [
    ...reflections.map(([at]) => ({ at, wrote: true })),
    ...answers.filter((at) => at !== null).map((at) => ({ at, wrote: false })),
  ].sort((one, other) => (one.at < other.at ? -1 : 1))
  const returns: { weeks: number; posted_at: string | null; answered_at: string | null }[] = []
  for (const [index, { at, wrote }] of acts.entries()) {
    const before = acts[index - 1]
    const silent = before ? weeks.silentBetween(before.at, at, pauses) : 0
    if (silent > 0) returns.push({ weeks: silent, posted_at: null, answered_at: wrote ? null : at })
    const last = returns.at(-1)
    if (wrote && last?.posted_at === null) last.posted_at = at
  }
  return returns
}

/** The weeks of a cohort, from Monday to Sunday in its time zone, by number. */
interface Weeks {
  /** In which week an instant is. */
  of(instant: string): number
  /** JSON: when each week up to the one of an instant begins and ends; the first and the last are open to that side. */
  until(instant: string): string
  /** How many weeks, in which something opened, lie wholly between two instants, but for those with a pause in them. */
  silentBetween(from: string, to: string, pauses: readonly [string, string | null][]): number
}

/** @param until a date after which nobody asks: later instants count as of the last week */
export function weeksOf(
  { starts_on, time_zone }: { starts_on: string; time_zone: string },
  calendar: readonly CalendarEntry[],
  until: string,
): Weeks {
  const mondays: string[] = []
  const first = Temporal.PlainDate.from(starts_on).subtract({ weeks: 8 })
  const last = Temporal.PlainDate.from(until)
  let monday = first.subtract({ days: first.dayOfWeek - 1 })
  for (; Temporal.PlainDate.compare(monday, last) <= 0; monday = monday.add({ weeks: 1 }))
    mondays.push(instantText(monday.toZonedDateTime(time_zone).toInstant()))
  const of = (instant: string) => Math.max(0, lastNotAfter(mondays, instant))
  const opening = new Set(calendar.flatMap(({ kind, opens_at }) => (kind === 'thing' ? [of(opens_at)] : [])))
  const texts = new Map<number, string>()
  return {
    of,
    until(instant) {
      const last = of(instant)
      const text =
        texts.get(last) ??
        JSON.stringify(
          mondays
            .slice(0, last + 1)
            .map((begins, week) => [week === 0 ? '' : begins, week === last ? '~' : mondays[week + 1]]),
        )
      texts.set(last, text)
      return text
    },
    silentBetween(from, to, pauses) {
      let silent = 0
      for (let week = of(from) + 1; week < of(to); week += 1) {
        if (!opening.has(week)) continue
        const [begins, ends] = [mondays[week] ?? '', mondays[week + 1] ?? '9']
        if (!pauses.some(([since, over]) => since < ends && (over === null || over > begins))) silent += 1
      }
      return silent
    },
  }
}

/** The index of the last text in order that is not after this one; -1 where all are. */
function lastNotAfter(texts: readonly string[], text: string): number {
  let [low, high] = [0, texts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((texts[middle] ?? '') <= text) low = middle + 1
    else high = middle
  }
  return low - 1
}
