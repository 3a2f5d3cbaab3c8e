import { writeThing } from '../format/course-files.ts'
import type { PartChange } from '../text-diff.ts'
import type { CourseDiff } from '../transfer/course-diff.ts'
import type { CourseAuthoring } from './authoring.ts'
import type { ThingText } from './thing-revisions.ts'

/** What somebody else saved while the form was open: the published text, or a draft. */
export interface ConflictingText extends Pick<ThingText, 'changed_at' | 'changed_by'> {
  kind: 'text' | 'draft'
  source: string
  changes: PartChange[]
}

/** Texts to show beside a form when saving ends in an EditConflict. */
export function conflictingTexts(
  courseAuthoring: Pick<CourseAuthoring, 'revision' | 'thingDraft' | 'thingText'>,
  courseDiff: Pick<CourseDiff, 'thing'>,
) {
  return {
    /** The published text, with the changes since the revision that the form was made from. */
    async text(thing_id: number, seen: number): Promise<ConflictingText | null> {
      const now = courseAuthoring.thingText(thing_id)
      if (!now) return null
      const { outline, changed_at, changed_by } = now
      const base = courseAuthoring.revision(thing_id, seen)?.outline
      const changes = base ? await courseDiff.thing(base, outline) : []
      return { kind: 'text', changed_at, changed_by, source: writeThing(outline), changes }
    },

    /** The saved draft, with its changes of the published text. */
    async draft(thing_id: number): Promise<ConflictingText | null> {
      const [draft, now] = [courseAuthoring.thingDraft(thing_id), courseAuthoring.thingText(thing_id)]
      if (!draft || !now) return null
      const { outline, changed_at, changed_by } = draft
      const changes = await courseDiff.thing(now.outline, outline)
      return { kind: 'draft', changed_at, changed_by, source: writeThing(outline), changes }
    },
  }
}
