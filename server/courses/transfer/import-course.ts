import type { ActivityLog } from '../../activity/activity.ts'
import { EditConflict } from '../../db/edit-conflict-error.ts'
import { type Database, transaction } from '../../db/open.ts'
import type { CourseMarkdown } from '../course-markdown.ts'
import type { CourseProblem } from '../format/course-problem.ts'
import type { CourseOutline } from '../format/schema.ts'
import type { CoursePictures } from '../pictures/pictures.ts'
import { hashesByPath } from './attribution.ts'
import type { Attribution } from './attribution-queries.ts'
import type { CourseDifferences } from './compare-courses.ts'
import type { CourseDiff } from './course-diff.ts'
import type { ImportOutline } from './import-outline.ts'
import { importPlanner } from './import-plan.ts'
import type { ImportTarget, InspectedCourse } from './import-target.ts'
import { missingPictures } from './inspect-course.ts'
import type { UpstreamOffer } from './upstream-changes.ts'

export interface CourseImportPreview {
  /** The course that would change; null for a new one. */
  target: { slug: string; title: string } | null
  /** Its revision, which the import names as the one that was seen; 0 for a new course. */
  seen: number
  differences: CourseDifferences
  /** What a newer version of the parent offers to a fork; null where the whole folder is imported. */
  offers: UpstreamOffer[] | null
  /** Why this site cannot import it. */
  problems: CourseProblem[]
  /** Pictures that texts name and that are not in the folder. */
  missing: CourseProblem[]
}

/** The target of an import, and for a fork what of the folder is imported. */
interface ImportChoice {
  into: ImportTarget
  ticked?: ReadonlySet<string>
}

interface CourseImportDeps {
  activity: ActivityLog
  attribution: Attribution
  courseDiff: CourseDiff
  courseMarkdown: Pick<CourseMarkdown, 'prepareCourse'>
  pictures: CoursePictures
  exportOutline: (slug: string) => CourseOutline | null
  importOutline: ImportOutline
}

/** Import of courses with their pictures: read, compared with what is here, and saved. */
export function createCourseImport(db: Database, deps: CourseImportDeps) {
  const { activity, attribution, courseDiff, courseMarkdown, pictures, exportOutline, importOutline } = deps
  const find = db.prepare<[string], { id: number; slug: string; title: string; revision: number }>(
    'SELECT id, slug, title, revision FROM course WHERE slug = ?',
  )
  const bumpRevision = db.prepare<[number]>('UPDATE course SET revision = revision + 1 WHERE id = ?')
  const forMembers = db.prepare<[number]>('UPDATE course SET public = 0 WHERE id = ?')
  const planned = importPlanner(db, { pictures, exportOutline })

  function targetOf({ outline }: InspectedCourse, into: ImportTarget) {
    return into.kind === 'beside' ? undefined : find.get(into.kind === 'fork' ? into.slug : outline.slug)
  }

  /** Within the caller's transaction. @returns the slug */
  function write(folder: InspectedCourse, into: ImportTarget, ticked: ReadonlySet<string>, by: number | null): string {
    const plan = planned(folder, into, ticked)
    const id = importOutline(plan.outline, by, into.kind === 'fork' ? undefined : folder.texts)
    if (pictures.replace(id, plan.pictures)) bumpRevision.run(id)
    const { slug } = plan.outline
    const facts = { person_id: by, subject_id: id }
    if (into.kind === 'itself') return slug
    attribution.saveBase(id, folder.outline, hashesByPath(folder.pictures))
    if (into.kind === 'fork') activity.record('course.taken', { ...facts, detail: { things: ticked.size } })
    else {
      forMembers.run(id)
      activity.record('course.forked', { ...facts, detail: { slug, made_from: folder.outline.slug } })
    }
    return slug
  }

  return {
    /** The possible targets of an import, the likeliest first. */
    targets({ outline }: InspectedCourse): { into: ImportTarget; title: string | null }[] {
      const here = find.get(outline.slug)
      return [
        { into: { kind: 'itself' }, title: here?.title ?? null },
        ...attribution.forks(outline.slug).map(({ slug, title }) => ({ into: { kind: 'fork' as const, slug }, title })),
        ...(here ? [{ into: { kind: 'beside' as const }, title: null }] : []),
      ]
    },

    /** What an import would change; null where the target is not possible. */
    async preview(folder: InspectedCourse, into: ImportTarget): Promise<CourseImportPreview | null> {
      const target = targetOf(folder, into)
      const [base, ours] =
        into.kind === 'fork' && target ? [attribution.base(target.id), exportOutline(target.slug)] : [null, null]
      if (into.kind === 'fork' && !(base && ours)) return null
      const plan = planned(folder, into, new Set())
      const before = {
        outline: exportOutline(target?.slug ?? '') ?? emptyCourse(plan.outline),
        pictures: hashesByPath(pictures.list(target?.id ?? 0)),
      }
      const after = { outline: plan.outline, pictures: hashesByPath(plan.pictures) }
      const offered = base && ours ? { base, theirs: folder.outline, ours } : null
      return {
        target: target ?? null,
        seen: target?.revision ?? 0,
        ...(await courseDiff.courses({ before, after, offered })),
        problems: importOutline.problems(plan.outline, into.kind === 'fork' ? undefined : folder.texts),
        missing: missingPictures(folder),
      }
    },

    /** Stores pictures and renders texts before the transaction of `importCourse`. @throws TaskError */
    async prepareImport(folder: InspectedCourse, { into, ticked = new Set() }: ImportChoice): Promise<void> {
      await pictures.saveFiles(folder.bytes.values())
      if (into.kind !== 'fork' || find.get(into.slug))
        await courseMarkdown.prepareCourse(planned(folder, into, ticked).outline)
    },

    /**
     * Imports a course, completely or not at all.
     * @param seen the revision of the target in the preview, 0 for a new course
     * @param ticked what a fork accepts
     * @returns the slug of the course
     * @throws EditConflict where the target changed since the preview, BrokenCourse where the site cannot import it
     */
    importCourse(
      folder: InspectedCourse,
      { into, seen, ticked = new Set(), by }: ImportChoice & { seen: number; by: number | null },
    ): string {
      return transaction(db, () => {
        if ((targetOf(folder, into)?.revision ?? 0) !== seen) throw new EditConflict('course')
        return write(folder, into, ticked, by)
      })
    },
  }
}

/** The course without things, to compare a new course with. */
function emptyCourse(outline: CourseOutline): CourseOutline {
  const { parents, translations, ...rest } = outline
  return { ...rest, credits: outline.credits, things: [] }
}
