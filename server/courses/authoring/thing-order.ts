import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import { EditConflict } from '../../db/edit-conflict-error.ts'
import { type Database, transaction } from '../../db/open.ts'
import { freshSlug, slugFrom } from '../../web/text/slug.ts'
import type { ThingOutline } from '../format/schema.ts'
import { type Render, renderThing, thingWriter } from '../thing-rows.ts'

/** The two digits in the name of a thing's file allow no more. */
export const THINGS_MAX = 99

/** The things of a course and their order; running cohorts keep the order that they started with. */
export function createThingOrder(
  db: Database,
  clock: Clock,
  { activity, renderMarkdown }: { activity: ActivityLog; renderMarkdown: Render },
) {
  const thingRows = thingWriter(db)
  const order = db
    .prepare<[number], string>('SELECT slug FROM thing WHERE course_id = ? AND position > 0 ORDER BY position, id')
    .pluck()
  const thing = db.prepare<[number, string], { id: number; set_id: number; position: number }>(
    'SELECT id, set_id, position FROM thing WHERE course_id = ? AND slug = ?',
  )
  const taken = db.prepare<[number, string], 1>('SELECT 1 FROM thing WHERE course_id = ? AND slug = ?').pluck()
  const setId = db
    .prepare<[number, string], number>('SELECT id FROM course_set WHERE course_id = ? AND slug = ? AND position > 0')
    .pluck()
  const lastOfSet = db
    .prepare<[number, number], number | null>('SELECT max(position) FROM thing WHERE course_id = ? AND set_id = ?')
    .pluck()
  const place = db.prepare('UPDATE thing SET position = ? WHERE course_id = ? AND slug = ?')
  const bringSet = db.prepare(`
    UPDATE course_set SET position = (SELECT max(position) + 1 FROM course_set AS other WHERE other.course_id = course_set.course_id)
     WHERE id = ? AND position = 0`)
  const bumpRevision = db.prepare<[number]>('UPDATE course SET revision = revision + 1 WHERE id = ?')

  function numberThings(course_id: number, slugs: readonly string[]): void {
    for (const [index, slug] of slugs.entries()) place.run(index + 1, course_id, slug)
    bumpRevision.run(course_id)
  }

  /** After the last thing of its set, or at the end. @returns the position */
  function insertAtEndOfSet(course_id: number, slug: string, set_id: number): number {
    const now = order.all(course_id)
    const at = lastOfSet.get(course_id, set_id) || now.length
    numberThings(course_id, now.toSpliced(at, 0, slug))
    return at + 1
  }

  return {
    /**
     * Adds a thing, whose slug is made from its title.
     * @param hidden whether it is hidden until `restoreThing`
     * @returns its slug, or null where the set is gone or the course is full
     */
    addThing(
      course_id: number,
      wanted: Omit<ThingOutline, 'slug'>,
      { hidden, by }: { hidden: boolean; by: number },
    ): string | null {
      const row = renderThing({ ...wanted, slug: '' }, renderMarkdown)
      return transaction(db, () => {
        const set_id = setId.get(course_id, wanted.set)
        if (set_id === undefined || (!hidden && order.all(course_id).length >= THINGS_MAX)) return null
        const slug = freshSlug(slugFrom(wanted.title, 50) || 'thing', (name) => taken.get(course_id, name) === 1)
        thingRows.save({ ...row, slug }, { course_id, set_id, position: 0, now: nowText(clock), changed: true })
        const position = hidden ? 0 : insertAtEndOfSet(course_id, slug, set_id)
        if (hidden) bumpRevision.run(course_id)
        const subject_id = thing.get(course_id, slug)?.id ?? null
        activity.record('thing.added', { person_id: by, subject_id, detail: { course_id, slug, position } })
        return slug
      })
    },

    /** Removes a thing for new cohorts. @returns false for the only thing, and for one that is hidden already */
    hideThing(course_id: number, slug: string, by: number): boolean {
      return transaction(db, () => {
        const [row, now] = [thing.get(course_id, slug), order.all(course_id)]
        if (!row || row.position === 0 || now.length < 2) return false
        place.run(0, course_id, slug)
        numberThings(
          course_id,
          now.filter((other) => other !== slug),
        )
        const detail = { course_id, position: 0, position_before: row.position }
        activity.record('thing.hidden', { person_id: by, subject_id: row.id, detail })
        return true
      })
    },

    /** Adds a hidden thing at the end of its set. @returns false where it is not hidden, or the course is full */
    restoreThing(course_id: number, slug: string, by: number): boolean {
      return transaction(db, () => {
        const row = thing.get(course_id, slug)
        if (!row || row.position > 0 || order.all(course_id).length >= THINGS_MAX) return false
        bringSet.run(row.set_id)
        const position = insertAtEndOfSet(course_id, slug, row.set_id)
        activity.record('thing.put_back', {
          person_id: by,
          subject_id: row.id,
          detail: { course_id, position, position_before: 0 },
        })
        return true
      })
    },

    /**
     * @param slugs the new order
     * @param seen the order that the change was made from
     * @returns whether the order changed
     * @throws EditConflict where the order changed since, or the new order has other things
     */
    orderThings(
      course_id: number,
      slugs: readonly string[],
      { seen, by }: { seen: readonly string[]; by: number },
    ): boolean {
      return transaction(db, () => {
        const now = order.all(course_id)
        if (now.join() !== seen.join() || slugs.toSorted().join() !== now.toSorted().join())
          throw new EditConflict('order of things')
        if (slugs.join() === now.join()) return false
        numberThings(course_id, slugs)
        const detail = { order: slugs.join(' '), order_before: now.join(' ') }
        activity.record('things.ordered', { person_id: by, subject_id: course_id, detail })
        return true
      })
    },
  }
}
