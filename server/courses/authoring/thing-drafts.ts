import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import { EditConflict } from '../../db/edit-conflict-error.ts'
import { type Database, transaction } from '../../db/open.ts'
import { readThing, writeThing } from '../format/course-files.ts'
import type { ThingOutline } from '../format/schema.ts'
import { type Render, renderThing } from '../thing-rows.ts'
import { courseThingsExporter } from '../transfer/export-outline.ts'
import { expectDraft, expectText } from './detect-conflict.ts'
import { thingTexts } from './thing-texts.ts'

/** An unpublished text of a thing, seen by authors only. */
export interface ThingDraft {
  /** The published revision that it was made from. */
  based_on: number
  /** Counts the changes of the draft, from 1. */
  version: number
  outline: ThingOutline
  changed_by: string | null
  changed_by_id: number | null
  changed_at: string
}

/** A draft beside the published text. */
export interface PendingDraft extends ThingDraft {
  thing_id: number
  slug: string
  title: string
  position: number
  published: ThingOutline
  /** The published text or the sets of the course changed since, so that it has to be edited before it is published. */
  behind: boolean
}

type ThingDraftRow = Omit<ThingDraft, 'outline'> & { source: string }
type PendingDraftRow = ThingDraftRow &
  Omit<PendingDraft, keyof ThingDraft | 'published' | 'behind'> & { revision: number }

const FACTS = `based_on, version, source, person.name AS changed_by, changed_by AS changed_by_id, thing_change.changed_at`

/** Drafts of changed things, one for each thing, which are published together. */
export function createThingDrafts(
  db: Database,
  clock: Clock,
  { activity, renderMarkdown }: { activity: ActivityLog; renderMarkdown: Render },
) {
  const texts = thingTexts(db)
  const publishedThings = courseThingsExporter(db)
  const one = db.prepare<[number], ThingDraftRow>(
    `SELECT ${FACTS} FROM thing_change LEFT JOIN person ON person.id = changed_by WHERE thing_id = ?`,
  )
  const ofCourse = db.prepare<[number], PendingDraftRow>(`
    SELECT ${FACTS}, thing_id, slug, title, position, revision
      FROM thing_change JOIN thing ON thing.id = thing_id LEFT JOIN person ON person.id = changed_by
     WHERE course_id = ? ORDER BY position = 0, position, thing_id`)
  const sets = db.prepare<[number], string>('SELECT slug FROM course_set WHERE course_id = ? AND position > 0').pluck()
  const count = db
    .prepare<[number], number>(
      'SELECT count(*) FROM thing_change JOIN thing ON thing.id = thing_id WHERE course_id = ?',
    )
    .pluck()
  const put = db.prepare(`
    INSERT INTO thing_change (thing_id, based_on, source, changed_by, changed_at)
    VALUES (:thing_id, :based_on, :source, :by, :now)
    ON CONFLICT (thing_id) DO UPDATE
      SET based_on = excluded.based_on, source = excluded.source, changed_by = excluded.changed_by,
          changed_at = excluded.changed_at, version = version + 1`)
  const drop = db.prepare<[number]>('DELETE FROM thing_change WHERE thing_id = ?')

  function pendingDrafts(course_id: number): PendingDraft[] {
    const rows = ofCourse.all(course_id)
    if (rows.length === 0) return []
    const published = publishedThings(course_id)
    const known = new Set(sets.all(course_id))
    return rows.map(({ source, revision, ...row }) => {
      const outline = readThing(source)
      const now = published.get(row.thing_id)
      if (!now) throw new Error(`There is no thing ${row.thing_id}`)
      return { ...row, outline, published: now, behind: row.based_on !== revision || !known.has(outline.set) }
    })
  }

  return {
    thingDraft(thing_id: number): ThingDraft | null {
      const row = one.get(thing_id)
      if (!row) return null
      const { source, ...facts } = row
      return { ...facts, outline: readThing(source) }
    },

    /** How many drafts a course has. */
    countDrafts: (course_id: number): number => count.get(course_id) ?? 0,

    drafts: pendingDrafts,

    /**
     * Saves a text as the draft of a thing. A text that equals the published one removes the draft.
     * @param seen the published revision that it was made from
     * @param draft the version of the draft that it was made from, 0 for none
     * @returns whether there is a draft now
     * @throws EditConflict (`thing`, `draft`)
     */
    saveDraft(
      thing_id: number,
      outline: ThingOutline,
      { seen, draft, by }: { seen: number; draft: number; by: number },
    ): boolean {
      return transaction(db, () => {
        const { slug, course_id } = expectText(texts.state(thing_id), seen)
        const before = expectDraft(one.get(thing_id), draft)
        const source = writeThing({ ...outline, slug })
        const published = texts.outline(thing_id)
        if (published && writeThing(published) === source) {
          drop.run(thing_id)
          if (before) activity.record('thing_change.dropped', { person_id: by, subject_id: thing_id })
          return false
        }
        if (before?.source === source && before.based_on === seen) return true
        put.run({ thing_id, based_on: seen, source, by, now: nowText(clock) })
        const detail = { course_id, version: (before?.version ?? 0) + 1, version_before: before?.version ?? 0 }
        activity.record('thing_change.kept', { person_id: by, subject_id: thing_id, detail })
        return true
      })
    },

    /** Removes the draft that was published from the form. @throws EditConflict (`draft`) */
    settleDraft(thing_id: number, seen: number): void {
      if (expectDraft(one.get(thing_id), seen)) drop.run(thing_id)
    },

    /** @throws EditConflict where the draft is not the one that was seen */
    discardDraft(thing_id: number, seen: number, by: number): void {
      transaction(db, () => {
        const draft = expectDraft(one.get(thing_id), seen)
        if (!draft) return
        drop.run(thing_id)
        const detail = { version: 0, version_before: draft.version }
        activity.record('thing_change.dropped', { person_id: by, subject_id: thing_id, detail })
      })
    },

    /**
     * Publishes all drafts of a course at once.
     * @param seen the fingerprint of the drafts that were seen, see `draftsFingerprint`
     * @returns how many things changed
     * @throws EditConflict where the drafts changed since, or one of them is behind
     */
    publishDrafts(course_id: number, seen: string, by: number): number {
      const drafts = pendingDrafts(course_id)
      if (draftsFingerprint(drafts) !== seen || drafts.some(({ behind }) => behind)) throw new EditConflict('drafts')
      const ready = drafts.map(({ thing_id, outline }) => {
        return { thing_id, outline, text: writeThing(outline), row: renderThing(outline, renderMarkdown) }
      })
      return transaction(db, () => {
        const still = pendingDrafts(course_id)
        if (draftsFingerprint(still) !== seen || still.some(({ behind }) => behind)) throw new EditConflict('drafts')
        const now = nowText(clock)
        const changed = ready.filter(({ thing_id, ...text }) => {
          drop.run(thing_id)
          const put = texts.replace(thing_id, text, { by, now })
          if (put) {
            const revision = texts.state(thing_id)?.revision ?? 0
            activity.record('thing.changed', { person_id: by, subject_id: thing_id, detail: { revision } })
          }
          return put
        })
        if (changed.length > 0) texts.bumpRevision(course_id)
        const detail = { things: changed.length, drafts: 0, drafts_before: ready.length }
        activity.record('thing_changes.published', { person_id: by, subject_id: course_id, detail })
        return changed.length
      })
    },
  }
}

/** Identifies the drafts that somebody saw: which things, and which version of each. */
export function draftsFingerprint(drafts: readonly Pick<PendingDraft, 'thing_id' | 'version'>[]): string {
  return drafts.map(({ thing_id, version }) => `${thing_id}.${version}`).join(' ')
}

export type ThingDrafts = ReturnType<typeof createThingDrafts>
