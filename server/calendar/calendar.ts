import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, instantText, nowText } from '../db/clock.ts'
import { EditConflict } from '../db/edit-conflict-error.ts'
import { type Database, transaction } from '../db/open.ts'
import type { CalendarChange, EditableEntry } from './changes.ts'
import { type CalendarEntry, isOpen, lastDay, opensInZone } from './plan.ts'

export interface StoredCalendarEntry extends CalendarEntry {
  id: number
  position: number
}

/** The kinds of change to a calendar. */
export type CalendarAct = 'moved' | 'added' | 'taken_out' | 'holiday' | 'skipped' | 'put_back' | 'taken_over' | 'zone'

/** The calendars of cohorts: their entries and changes to them. */
export function createCalendar(db: Database, clock: Clock, { activity }: { activity: ActivityLog }) {
  const entriesWhere = (rule: string) =>
    db.prepare<[number], StoredCalendarEntry>(`
      SELECT id, position, kind, number, thing_id, opens_on, opens_at FROM calendar_entry
       WHERE cohort_id = ? AND ${rule} ORDER BY position`)
  const entries = entriesWhere('taken_out_at IS NULL')
  const aside = entriesWhere('taken_out_at IS NOT NULL')
  const version = db.prepare<[number], number>('SELECT calendar_version FROM cohort WHERE id = ?').pluck()
  const insert = db.prepare(`
    INSERT INTO calendar_entry (cohort_id, position, kind, number, thing_id, opens_on, opens_at)
    VALUES (:cohort_id, :position, :kind, :number, :thing_id, :opens_on, :opens_at)`)
  // positions are unique: the ones from before make room first
  const clearPositions = db.prepare(
    'UPDATE calendar_entry SET position = -position WHERE cohort_id = ? AND taken_out_at IS NULL',
  )
  const place = db.prepare(`
    UPDATE calendar_entry SET position = :position, opens_on = :opens_on, opens_at = :opens_at, taken_out_at = NULL
     WHERE id = :id`)
  // behind all that is in the calendar, under its number
  const putAside = db.prepare(`
    UPDATE calendar_entry SET position = 1000000 + number, taken_out_at = :now
     WHERE cohort_id = :cohort_id AND position < 0 AND kind = 'thing'`)
  const dropLeftOver = db.prepare('DELETE FROM calendar_entry WHERE cohort_id = ? AND position < 0')
  const keepDates = db.prepare(`
    UPDATE cohort SET starts_on = :starts_on, ends_on = :ends_on, calendar_version = calendar_version + 1 WHERE id = :id`)

  const reopen = db.prepare('UPDATE calendar_entry SET opens_at = :opens_at WHERE id = :id')
  const keepZone = db.prepare(
    'UPDATE cohort SET time_zone = :time_zone, calendar_version = calendar_version + 1 WHERE id = :id',
  )

  const keepFormerZone = db.prepare(
    'INSERT OR REPLACE INTO former_time_zone (cohort_id, until, time_zone) VALUES (:cohort_id, :now, :time_zone)',
  )

  function put(cohort_id: number, wanted: readonly EditableEntry[]): void {
    clearPositions.run(cohort_id)
    for (const [index, { id, ...entry }] of wanted.entries()) {
      const row = { ...entry, position: index + 1 }
      if (id === null) insert.run({ ...row, cohort_id })
      else place.run({ id, position: row.position, opens_on: row.opens_on, opens_at: row.opens_at })
    }
    putAside.run({ cohort_id, now: nowText(clock) })
    dropLeftOver.run(cohort_id)
    const ends_on = lastDay(wanted)
    keepDates.run({ id: cohort_id, starts_on: wanted[0]?.opens_on ?? ends_on, ends_on })
  }

  return {
    entries: (cohort_id: number): StoredCalendarEntry[] => entries.all(cohort_id),

    /** The things that were taken out, by their numbers. */
    takenOut: (cohort_id: number): StoredCalendarEntry[] => aside.all(cohort_id),

    /** How often the calendar was changed: a change names the number it was made for. */
    version: (cohort_id: number): number => version.get(cohort_id) ?? 0,

    /** The calendar of a new cohort. */
    insert(cohort_id: number, calendar: readonly Omit<EditableEntry, 'id'>[]): void {
      for (const [index, entry] of calendar.entries()) insert.run({ ...entry, cohort_id, position: index + 1 })
    },

    /**
     * Changes a cohort's calendar as a whole or not at all; its first and last day follow.
     * @param seen the calendar's number on the page the change was made on
     * @param tell whether the people of the cohort are told
     * @param change works the new calendar out, or throws
     * @throws EditConflict when the calendar has moved on since
     */
    change(
      cohort: { id: number; time_zone: string },
      { seen, by, act, tell }: { seen: number; by: number; act: CalendarAct; tell: boolean },
      change: (entries: StoredCalendarEntry[], place: { now: Temporal.Instant; time_zone: string }) => CalendarChange,
    ): CalendarChange {
      return transaction(db, () => {
        if (version.get(cohort.id) !== seen) throw new EditConflict('calendar')
        const before = entries.all(cohort.id)
        const done = change(before, { now: clock.now(), time_zone: cohort.time_zone })
        put(cohort.id, done.entries)
        const { entry, moved, days } = done
        const { kind, number, opens_on } = entry
        const opens_before = before.find(({ id }) => id === entry.id)?.opens_on ?? null
        const detail = { act, entry: kind, number, opens_before, opens_on, moved, days, tell: tell ? 1 : 0 }
        activity.record('calendar.changed', { person_id: by, cohort_id: cohort.id, subject_id: cohort.id, detail })
        return done
      })
    },

    /**
     * Gives a cohort another time zone: what is not open yet opens on the same date there, what is open stays open. What
     * was given until now keeps its date.
     * @throws EditConflict when the calendar has moved on since
     */
    setTimeZone(
      cohort: { id: number; time_zone: string },
      time_zone: string,
      { seen, by, act, tell }: { seen: number; by: number; act: CalendarAct; tell: boolean },
    ): void {
      transaction(db, () => {
        if (version.get(cohort.id) !== seen) throw new EditConflict('calendar')
        const now = clock.now()
        const coming = [...entries.all(cohort.id), ...aside.all(cohort.id)].filter((entry) => !isOpen(entry, now))
        for (const { id, opens_on } of coming) reopen.run({ id, opens_at: opensInZone(opens_on, time_zone, now) })
        keepZone.run({ id: cohort.id, time_zone })
        keepFormerZone.run({ cohort_id: cohort.id, now: instantText(now), time_zone: cohort.time_zone })
        const zones = { time_zone, time_zone_before: cohort.time_zone }
        const detail = {
          act,
          entry: 'thing',
          number: null,
          moved: coming.length,
          days: 0,
          ...zones,
          tell: tell ? 1 : 0,
        }
        activity.record('calendar.changed', { person_id: by, cohort_id: cohort.id, subject_id: cohort.id, detail })
      })
    },
  }
}

export type Calendar = ReturnType<typeof createCalendar>
