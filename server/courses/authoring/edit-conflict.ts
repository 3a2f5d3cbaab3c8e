import type { Courses } from '../courses.ts'
import { writeThing } from '../format/course-files.ts'
import type { PartChange } from '../text-diff.ts'
import type { ThingText } from './thing-revisions.ts'

/** What somebody else saved while the form was open: the text everybody reads, or a draft of it. */
export interface OtherText extends Pick<ThingText, 'changed_at' | 'changed_by'> {
  kind: 'text' | 'draft'
  source: string
  changes: PartChange[]
}

/** What to show beside a form whose text somebody else changed meanwhile. */
export function otherTexts(courses: Pick<Courses, 'compare' | 'revision' | 'thingDraft' | 'thingText'>) {
  return {
    /** The text that is saved now, with what it changed since the one that the form was made from. */
    async text(thing_id: number, seen: number): Promise<OtherText | null> {
      const now = courses.thingText(thing_id)
      if (!now) return null
      const { outline, changed_at, changed_by } = now
      const base = courses.revision(thing_id, seen)?.outline
      const changes = base ? await courses.compare.thingChanges(base, outline) : []
      return { kind: 'text', changed_at, changed_by, source: writeThing(outline), changes }
    },

    /** The draft that is kept now, with what it changes of the text that everybody reads. */
    async draft(thing_id: number): Promise<OtherText | null> {
      const [draft, now] = [courses.thingDraft(thing_id), courses.thingText(thing_id)]
      if (!draft || !now) return null
      const { outline, changed_at, changed_by } = draft
      const changes = await courses.compare.thingChanges(now.outline, outline)
      return { kind: 'draft', changed_at, changed_by, source: writeThing(outline), changes }
    },
  }
}
