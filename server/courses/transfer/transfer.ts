import type { ActivityLog } from '../../activity/activity.ts'
import { EditConflict } from '../../db/edit-conflict.ts'
import { type Database, transaction } from '../../db/open.ts'
import { freshSlug } from '../../web/text/slug.ts'
import type { WorkerPool } from '../../workers/worker-pool.ts'
import { writeCourse } from '../format/course-files.ts'
import { BrokenCourse, type CourseProblem } from '../format/course-problem.ts'
import { picturesIn } from '../format/picture-links.ts'
import type { CourseOutline } from '../format/schema.ts'
import type { CourseFolder } from '../format/zip.ts'
import type { CoursePicture, CoursePictures } from '../pictures/pictures.ts'
import { keptParents, parentsOf } from './attribution.ts'
import type { Lineage } from './attribution-queries.ts'
import type { Differences } from './compare-courses.ts'
import type { Comparisons } from './compare-in-worker.ts'
import { missingPictures, newerParent, nothingOf } from './import-checks.ts'
import type { ImportCourse } from './import-course.ts'
import type { CourseRead } from './read-task.ts'
import { freshBadges } from './rename-badges.ts'
import { type Offer, taken, thingOfPath } from './upstream-changes.ts'
import type { CourseParts } from './write-task.ts'

/** Where a folder goes: to the course of its slug, to a new one beside that, or to one that was made from it. */
export type Into = { kind: 'itself' } | { kind: 'beside' } | { kind: 'fork'; slug: string }

/** A folder that was looked at: a course, and pictures that are some. */
export interface Examined {
  outline: CourseOutline
  texts: ReadonlyMap<string, string>
  bytes: CourseFolder['pictures']
  pictures: CoursePicture[]
}

export interface CourseImportPreview {
  /** The course that would change; null for one that would be made. */
  target: { slug: string; title: string } | null
  /** Its revision, by which taking in says what was seen; 0 for a new one. */
  seen: number
  differences: Differences
  /** What a newer export of the parent offers; null where the whole folder is taken in. */
  offers: Offer[] | null
  /** What stands in the way on this site. */
  problems: CourseProblem[]
  /** Pictures that texts name and nobody has. */
  missing: CourseProblem[]
}

/** Where a folder goes, and what of it is taken where the course there was made from it. */
interface ImportWay {
  into: Into
  ticked?: ReadonlySet<string>
}

const READ = new URL('./read-task.ts', import.meta.url)
const WRITE = new URL('./write-task.ts', import.meta.url)
/** A course of a hundred things in six languages is read, or written, within a few seconds. */
const WITHIN = { ms: 30_000 }

interface CourseTransferDeps {
  activity: ActivityLog
  pictures: CoursePictures
  lineage: Lineage
  compare: Comparisons
  workers: WorkerPool
  exportCourse: (slug: string) => CourseOutline | null
  importCourse: ImportCourse
  prepareCourse: (outline: CourseOutline) => Promise<void>
}

/** Courses on their way from site to site, whole, with their pictures. */
export function createTravelling(db: Database, nouns: CourseTransferDeps) {
  const { activity, pictures, lineage, compare, workers, exportCourse, importCourse, prepareCourse } = nouns
  const find = db.prepare<[string], { id: number; slug: string; title: string; revision: number }>(
    'SELECT id, slug, title, revision FROM course WHERE slug = ?',
  )
  const badgeTaken = db.prepare<[string], 1>('SELECT 1 FROM badge WHERE slug = ?').pluck()
  const countOn = db.prepare<[number]>('UPDATE course SET revision = revision + 1 WHERE id = ?')
  const forMembers = db.prepare<[number]>('UPDATE course SET public = 0 WHERE id = ?')

  const hashesOf = (list: readonly CoursePicture[]) => new Map(list.map(({ name, hash }) => [`pictures/${name}`, hash]))

  function sideOfSlug(slug: string) {
    const outline = exportCourse(slug)
    return { outline, pictures: hashesOf(pictures.list(find.get(slug)?.id ?? 0)) }
  }

  /** The course as it would be, and with which pictures. */
  function planned({ outline, pictures: found }: Examined, into: Into, ticked: ReadonlySet<string>) {
    if (into.kind === 'beside') {
      const slug = freshSlug(outline.slug.slice(0, 50).replace(/-+$/, ''), (wanted) => find.get(wanted) !== undefined)
      const badges = freshBadges(outline.badges, (wanted) => badgeTaken.get(wanted) === 1)
      const parents = parentsOf(outline, hashesOf(found), null)
      return { outline: { ...outline, ...parents, slug, badges }, pictures: found }
    }
    if (into.kind === 'itself') {
      const parents = keptParents(exportCourse(outline.slug)?.parents, outline.parents)
      return { outline: { ...outline, ...parents }, pictures: found }
    }
    const [ours, id] = [exportCourse(into.slug), find.get(into.slug)?.id ?? 0]
    if (!ours) throw new EditConflict('course')
    const next = {
      ...taken(ours, outline, ticked),
      ...newerParent(ours, parentsOf(outline, hashesOf(found), null).parents),
    }
    const theirs = [...writeCourse(outline)].filter(([path]) => ticked.has(thingOfPath(path) ?? ''))
    const named = new Set(theirs.flatMap(([, text]) => picturesIn(text)))
    const own = pictures.list(id)
    const brought = found.filter(({ name }) => named.has(name))
    return {
      outline: next,
      pictures: [...own.filter(({ name }) => !brought.some((one) => one.name === name)), ...brought],
    }
  }

  function targetOf({ outline }: Examined, into: Into) {
    return into.kind === 'beside' ? undefined : find.get(into.kind === 'fork' ? into.slug : outline.slug)
  }

  /** All of it or nothing; within a transaction. */
  function write(folder: Examined, into: Into, ticked: ReadonlySet<string>, by: number | null): string {
    const plan = planned(folder, into, ticked)
    const id = importCourse(plan.outline, by, into.kind === 'fork' ? undefined : folder.texts)
    if (pictures.replace(id, plan.pictures)) countOn.run(id)
    const { slug } = plan.outline
    const facts = { person_id: by, subject_id: id }
    if (into.kind === 'itself') return slug
    lineage.keepBase(id, folder.outline, hashesOf(folder.pictures))
    if (into.kind === 'fork') activity.record('course.taken', { ...facts, detail: { things: ticked.size } })
    else {
      forMembers.run(id)
      activity.record('course.forked', { ...facts, detail: { slug, made_from: folder.outline.slug } })
    }
    return slug
  }

  /** What the site would say to it, without anything having happened. */
  function problemsOf(folder: Examined, into: Into): CourseProblem[] {
    const { outline } = planned(folder, into, new Set())
    return importCourse.problems(outline, into.kind === 'fork' ? undefined : folder.texts)
  }

  return {
    /** The course as it travels, or null where there is none. @throws BrokenCourse where it has no things yet */
    async courseFolder(slug: string): Promise<CourseFolder | null> {
      const [course, outline] = [find.get(slug), exportCourse(slug)]
      return course && outline ? { texts: writeCourse(outline), pictures: await pictures.folder(course.id) } : null
    },

    /** @throws TaskError, and an error where it has no things yet */
    async exportArchive(slug: string, by: number): Promise<Buffer | null> {
      const course = find.get(slug)
      const outline = course && exportCourse(slug)
      if (!course || !outline) return null
      const parts = { outline, pictures: await pictures.folder(course.id) }
      const archive = Buffer.from(await workers.run<CourseParts, Uint8Array>(WRITE, parts, WITHIN))
      activity.record('course.exported', { person_id: by, subject_id: course.id })
      return archive
    },

    /**
     * Reads a course from a ZIP, or from the files of its folder.
     * @throws BrokenCourse with everything that is wrong with texts and pictures, TaskError
     */
    async examine(source: Uint8Array | CourseFolder): Promise<Examined> {
      const is_zip = source instanceof Uint8Array
      const { outline, ...read } = await workers.run<Uint8Array | ReadonlyMap<string, string>, CourseRead>(
        READ,
        is_zip ? source : source.texts,
        WITHIN,
      )
      const bytes = is_zip ? read.pictures : source.pictures
      const looked = await pictures.examine(bytes)
      const all = [...read.problems, ...looked.problems]
      if (!outline || all.length > 0) throw new BrokenCourse(all)
      return { outline, texts: read.texts, bytes, pictures: looked.pictures }
    },

    /** Where a folder can go, the likeliest first. */
    ways({ outline }: Examined): { into: Into; title: string | null }[] {
      const here = find.get(outline.slug)
      return [
        { into: { kind: 'itself' }, title: here?.title ?? null },
        ...lineage.forks(outline.slug).map(({ slug, title }) => ({ into: { kind: 'fork' as const, slug }, title })),
        ...(here ? [{ into: { kind: 'beside' as const }, title: null }] : []),
      ]
    },

    /** What taking a folder in would change; nothing has happened then. Null where it cannot go there. */
    async lookAt(folder: Examined, into: Into): Promise<CourseImportPreview | null> {
      const target = targetOf(folder, into)
      const [base, ours] =
        into.kind === 'fork' && target ? [lineage.base(target.id), exportCourse(target.slug)] : [null, null]
      if (into.kind === 'fork' && !(base && ours)) return null
      const plan = planned(folder, into, new Set())
      const now = sideOfSlug(target?.slug ?? '')
      const before = { outline: now.outline ?? nothingOf(plan.outline), pictures: now.pictures }
      const after = { outline: plan.outline, pictures: hashesOf(plan.pictures) }
      const offered = base && ours ? { base, theirs: folder.outline, ours } : null
      return {
        target: target ?? null,
        seen: target?.revision ?? 0,
        ...(await compare.courses({ before, after, offered })),
        problems: problemsOf(folder, into),
        missing: missingPictures(folder),
      }
    },

    /** Brings the files of its pictures to their place and renders its texts, before it is taken in. @throws TaskError */
    async bring(folder: Examined, { into, ticked = new Set() }: ImportWay): Promise<void> {
      await pictures.keep(folder.bytes.values())
      if (into.kind !== 'fork' || find.get(into.slug)) await prepareCourse(planned(folder, into, ticked).outline)
    },

    /**
     * Takes a folder in, whole or not at all.
     * @param seen the revision of the course that was looked at, 0 for one that was not there
     * @param ticked what a course that was made from it takes over
     * @returns the slug of the course
     * @throws EditConflict where the course is another one by now, BrokenCourse where the site cannot hold it
     */
    takeIn(
      folder: Examined,
      { into, seen, ticked = new Set(), by }: ImportWay & { seen: number; by: number | null },
    ): string {
      return transaction(db, () => {
        if ((targetOf(folder, into)?.revision ?? 0) !== seen) throw new EditConflict('course')
        return write(folder, into, ticked, by)
      })
    },
  }
}
