import type { CalendarOf } from '../calendar/calendar-cache.ts'
import type { CourseContent, Thing } from '../courses/course-content.ts'
import { type Clock, instantText, localDate, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import { leads } from '../enrolments/policy.ts'
import { hiddenWhileImpersonating } from '../reflections/policy.ts'
import { type CompletionDeps, createCompletion } from './completion.ts'
import { buildMap, type CourseMap, withProgress } from './map.ts'

interface Pulse {
  useful: 'yes' | 'some' | 'no'
  will_use: 'yes' | 'perhaps' | 'no'
  line: string | null
}

/** What the enrolment did about one thing. */
export interface ThingWork {
  /** Slugs of the steps that are done. */
  ticks: string[]
  reflection: { id: number; title: string } | null
  skip_reason: string | null
  pulse: Pulse | null
}

interface CourseReader {
  content(course_id: number, revision: number, language?: string | null): CourseContent
}

/** Who may read what a learner writes, by audience. */
export interface PossibleReaders {
  /** How many people the cohort has. */
  people: number
  /** Names of guides and organisers. */
  guides: string[]
  /** Names of the others in the learner's pod. */
  mates: string[]
}

interface ReadersQuery {
  cohort_id: number
  person_id: number
  pod_id: number | null
}

interface EnrolmentThing {
  enrolment_id: number
  thing_id: number
}

interface ProgressDeps extends Omit<CompletionDeps, 'courses'> {
  calendarOf: CalendarOf
  courses: CourseReader
}

export function createProgress(db: Database, clock: Clock, helpers: ProgressDeps) {
  const { calendarOf, courses } = helpers
  const completion = createCompletion(db, clock, helpers)
  const selectProgress = db.prepare<
    { cohort_id: number; enrolment_id: number },
    { calendar_version: number } & Record<'done' | 'skipped' | 'drafted', string>
  >(`
    SELECT calendar_version,
           (SELECT json_group_array(thing_id) FROM completion WHERE enrolment_id = :enrolment_id) AS done,
           (SELECT json_group_array(thing_id) FROM skip WHERE enrolment_id = :enrolment_id) AS skipped,
           (SELECT json_group_array(thing_id) FROM draft WHERE enrolment_id = :enrolment_id AND open = 1 AND (SELECT is_impersonated()) = 0) AS drafted
      FROM cohort WHERE id = :cohort_id`)
  const work = db.prepare<EnrolmentThing, Record<'ticks' | 'reflection' | 'skip_reason' | 'pulse', string | null>>(`
    SELECT (SELECT json_group_array(step) FROM tick WHERE enrolment_id = :enrolment_id AND thing_id = :thing_id) AS ticks,
           (SELECT json_object('id', id, 'title', title) FROM reflection AS r
             WHERE enrolment_id = :enrolment_id AND thing_id = :thing_id AND ${hiddenWhileImpersonating('r')}
             ORDER BY source = 'hosted' DESC, id DESC LIMIT 1) AS reflection,
           (SELECT reason FROM skip WHERE enrolment_id = :enrolment_id AND thing_id = :thing_id) AS skip_reason,
           (SELECT json_object('useful', useful, 'will_use', will_use, 'line', line) FROM pulse
             WHERE enrolment_id = :enrolment_id AND thing_id = :thing_id AND (SELECT is_impersonated()) = 0) AS pulse`)
  const circle = db.prepare<ReadersQuery, { people: number; guides: string; mates: string }>(`
    SELECT count(*) AS people,
           json_group_array(person.name ORDER BY person.name)
             FILTER (WHERE enrolment.pod_id = :pod_id AND person.id <> :person_id) AS mates,
           json_group_array(person.name ORDER BY enrolment.role, person.name)
             FILTER (WHERE enrolment.role <> 'learner' AND person.id <> :person_id) AS guides
      FROM enrolment JOIN person ON person.id = enrolment.person_id
     WHERE enrolment.cohort_id = :cohort_id AND enrolment.left_at IS NULL`)
  const insertTick = db.prepare<EnrolmentThing & { step: string; now: string }>(`
    INSERT INTO tick (enrolment_id, thing_id, step, ticked_at) VALUES (:enrolment_id, :thing_id, :step, :now)
    ON CONFLICT DO NOTHING`)
  const deleteTick = db.prepare<EnrolmentThing & { step: string }>(
    'DELETE FROM tick WHERE enrolment_id = :enrolment_id AND thing_id = :thing_id AND step = :step',
  )
  const startStep = db
    .prepare<[number, string], 1>("SELECT 1 FROM step WHERE thing_id = ? AND slug = ? AND depth = 'start'")
    .pluck()
  const upsertSkip = db.prepare<EnrolmentThing & { reason: string; now: string }>(`
    INSERT INTO skip (enrolment_id, thing_id, reason, skipped_at)
    SELECT :enrolment_id, :thing_id, :reason, :now
     WHERE NOT EXISTS (SELECT 1 FROM completion WHERE enrolment_id = :enrolment_id AND thing_id = :thing_id)
    ON CONFLICT DO UPDATE SET reason = excluded.reason`)
  const deleteSkip = db.prepare<EnrolmentThing>(
    'DELETE FROM skip WHERE enrolment_id = :enrolment_id AND thing_id = :thing_id',
  )
  const upsertPulse = db.prepare<EnrolmentThing & Pulse & { now: string }>(`
    INSERT INTO pulse (enrolment_id, thing_id, useful, will_use, line, given_at)
    SELECT :enrolment_id, :thing_id, :useful, :will_use, :line, :now
     WHERE EXISTS (SELECT 1 FROM completion WHERE enrolment_id = :enrolment_id AND thing_id = :thing_id)
    ON CONFLICT DO UPDATE SET useful = excluded.useful, will_use = excluded.will_use, line = excluded.line`)

  const learner = db.prepare<[number], { person_id: number; cohort_id: number }>(
    'SELECT person_id, cohort_id FROM enrolment WHERE id = ?',
  )

  function record(kind: 'step.ticked' | 'pulse.given', enrolment_id: number, subject_id: number): void {
    helpers.activity.record(kind, { ...learner.get(enrolment_id), subject_id })
  }

  function map(enrolment: Enrolment): CourseMap {
    const { id, cohort, role } = enrolment
    const content = courses.content(cohort.course_id, cohort.course_revision, enrolment.language)
    const now = clock.now()
    const today = localDate(now, cohort.time_zone)
    const row = selectProgress.get({ cohort_id: cohort.id, enrolment_id: id })
    const entries = withProgress(calendarOf(cohort.id, row?.calendar_version ?? 0), {
      done: JSON.parse(row?.done ?? '[]'),
      skipped: JSON.parse(row?.skipped ?? '[]'),
      drafted: JSON.parse(row?.drafted ?? '[]'),
    })
    return buildMap(entries, content, { instant: instantText(now), today }, leads(role))
  }

  return {
    map,

    /** The thing with this number when the enrolment may visit it; null when it is closed or there is none. */
    openThing(enrolment: Enrolment, number: number): Thing | null {
      const tile = map(enrolment).tiles.find((tile) => tile.number === number)
      return tile?.open ? tile.thing : null
    },

    /** The things the enrolment may visit, in the order of the calendar. */
    openThings: (enrolment: Enrolment): { number: number; thing: Thing }[] =>
      map(enrolment).tiles.filter(({ open }) => open),

    /** The number of the first open thing that is neither done nor skipped. */
    nextThing: (enrolment: Enrolment): number | null => map(enrolment).next?.number ?? null,

    /** Who may read what this learner writes. */
    readersOf({ cohort, person_id, pod }: Enrolment): PossibleReaders {
      const row = circle.get({ cohort_id: cohort.id, person_id, pod_id: pod?.id ?? null })
      return {
        people: row?.people ?? 0,
        guides: JSON.parse(row?.guides ?? '[]'),
        mates: JSON.parse(row?.mates ?? '[]'),
      }
    },

    work(enrolment_id: number, thing_id: number): ThingWork {
      const row = work.get({ enrolment_id, thing_id })
      return {
        ticks: JSON.parse(row?.ticks ?? '[]'),
        reflection: JSON.parse(row?.reflection ?? 'null'),
        skip_reason: row?.skip_reason ?? null,
        pulse: JSON.parse(row?.pulse ?? 'null'),
      }
    },

    /**
     * Ticks or unticks a step.
     * @returns the id of the activity where the thing is newly done by this step
     */
    tick(enrolment_id: number, thing_id: number, step: string, done: boolean): number | null {
      return transaction(db, () => {
        if (done) {
          const fresh = insertTick.run({ enrolment_id, thing_id, step, now: nowText(clock) }).changes === 1
          if (fresh) record('step.ticked', enrolment_id, thing_id)
        } else deleteTick.run({ enrolment_id, thing_id, step })
        // completion rules ask for steps of the start only
        if (startStep.get(thing_id, step) === undefined) return null
        if (done) return completion.completeAndRecord(enrolment_id, thing_id)
        completion.uncomplete(enrolment_id, thing_id)
        return null
      })
    },

    ...completion,

    /** Skips the thing, or replaces the reason. @returns false, without a change, where the thing is done */
    skip(enrolment_id: number, thing_id: number, reason: string): boolean {
      return transaction(
        db,
        () => upsertSkip.run({ enrolment_id, thing_id, reason, now: nowText(clock) }).changes === 1,
      )
    },

    unskip(enrolment_id: number, thing_id: number): void {
      transaction(db, () => deleteSkip.run({ enrolment_id, thing_id }))
    },

    /**
     * Stores the answers to the two questions after a thing. @returns false, without a change, while the thing is not
     * done
     */
    pulse(enrolment_id: number, thing_id: number, pulse: Pulse): boolean {
      return transaction(db, () => {
        const given = upsertPulse.run({ enrolment_id, thing_id, ...pulse, now: nowText(clock) }).changes === 1
        if (given) record('pulse.given', enrolment_id, thing_id)
        return given
      })
    },
  }
}

export type Progress = ReturnType<typeof createProgress>
