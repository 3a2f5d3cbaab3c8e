import type { ActivityLog } from '../activity/activity.ts'
import type { Clock } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import type { Markdown } from '../reflections/markdown/markdown-renderer.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'
import { createCourseMaking } from './authoring/create-course.ts'
import { createSetEditing } from './authoring/sets.ts'
import { createChanges } from './authoring/thing-drafts.ts'
import { createThingOrder } from './authoring/thing-order.ts'
import { createEditing } from './authoring/thing-revisions.ts'
import { type CompletionRule, createCompletionSetting, readCompletion } from './completion.ts'
import { readCourse } from './format/course-files.ts'
import { pictureAddress, withPictures } from './format/picture-links.ts'
import { readFolder } from './format/read-folder.ts'
import type { CourseOutline, Depth, Hue, Parent } from './format/schema.ts'
import { markOf } from './format/translation-schema.ts'
import { type Languages, withLanguages } from './localisation.ts'
import type { CoursePictures } from './pictures/pictures.ts'
import { markdownIn, type Render, type WithMarkdown } from './thing-rows.ts'
import { createLineage } from './transfer/attribution-queries.ts'
import { createComparisons } from './transfer/compare-in-worker.ts'
import { courseExporter } from './transfer/export-course.ts'
import { courseImporter } from './transfer/import-course.ts'
import { createTravelling } from './transfer/transfer.ts'
import { translationRows } from './translations/translation-rows.ts'
import { createTranslations } from './translations/translations.ts'

export interface CourseSet {
  id: number
  slug: string
  title: string
  hue: Hue
  /** Of its title. */
  language: string
  /** From 1; 0 for one that only runs on in older cohorts. */
  position: number
}

export interface Step {
  slug: string
  depth: Depth
  title: string
  detail: string | null
  /** Of its words. */
  language: string
}

export interface Thing {
  id: number
  slug: string
  /** From 1; 0 for one that the course no longer has, while older cohorts do. */
  position: number
  title: string
  /** For the tile on a phone. */
  short: string
  summary: string
  icon: string
  minutes: { start: number; more?: number; challenge?: number }
  tried: string | null
  /** On which devices. */
  tried_on: string | null
  body_html: string
  note_html: string | null
  without_account_html: string | null
  prompts: string[]
  set: CourseSet
  steps: Step[]
  revision: number
  /** Of its words. */
  language: string
  /** Stands for its words, as the author wrote them: a translation made from others is behind. */
  mark: string
}

/** A course as its readers need it, whole. */
export interface CourseContent extends Languages {
  id: number
  slug: string
  title: string
  summary: string
  /** Of its title and summary. */
  language: string
  licence: string
  credits: CourseOutline['credits']
  /** Which courses it was made from, the first one first. */
  parents: Parent[]
  rhythm: CourseOutline['rhythm']
  public: 0 | 1
  /** Do others' words about a thing open only once one has written about it? */
  write_first: 0 | 1
  completion: CompletionRule
  /** Since when no new cohort is offered it. */
  archived_at: string | null
  /** The name of one of its pictures. */
  cover: string | null
  /** That picture, where it is there. */
  cover_picture: { src: string; width: number; height: number } | null
  revision: number
  sets: CourseSet[]
  /** In order, as new cohorts take them over. */
  things: Thing[]
  /** What new cohorts do not get: not put in yet, or taken out again. */
  hidden: Thing[]
  /** Also one that the course no longer has. */
  thing(id: number): Thing | undefined
}

export interface CourseLine {
  id: number
  slug: string
  title: string
  summary: string
  public: 0 | 1
  archived_at: string | null
  revision: number
  things: number
}

type CourseRow = Omit<
  CourseContent,
  | keyof Languages
  | 'completion'
  | 'cover_picture'
  | 'credits'
  | 'parents'
  | 'rhythm'
  | 'sets'
  | 'things'
  | 'hidden'
  | 'thing'
> & {
  parents: string
  credits: string
  rhythm: string
  completion: string
}
type ThingRow = Omit<Thing, 'language' | 'mark' | 'minutes' | 'prompts' | 'set' | 'steps'> & {
  set_id: number
  body: string
  note: string | null
  without_account: string | null
  minutes: string
  prompts: string
}

type StepRow = Omit<Step, 'language'> & { thing_id: number }

const OF_COURSE = { ofCourse: true }

interface CoursesDeps {
  activity: ActivityLog
  pictures: CoursePictures
  markdown: Markdown
  workers: WorkerPool
  siteName: () => string
}

export function createCourses(
  db: Database,
  clock: Clock,
  { activity, pictures, markdown, workers, siteName }: CoursesDeps,
) {
  const renderMarkdown: Render = (text) => markdown.render(text, OF_COURSE)
  const exportCourse = courseExporter(db)
  const importCourse = courseImporter(db, clock, { activity, renderMarkdown, exportCourse })
  const course = db.prepare<[number], CourseRow>(
    `SELECT id, slug, title, summary, language, licence, credits, parents, rhythm, public, write_first, completion, archived_at, cover, revision
       FROM course WHERE id = ?`,
  )
  const sets = db.prepare<[number], Omit<CourseSet, 'language'>>(
    'SELECT id, slug, title, hue, position FROM course_set WHERE course_id = ? ORDER BY position',
  )
  const things = db.prepare<[number], ThingRow>(`
    SELECT id, slug, position, title, short, summary, icon, minutes, tried, tried_on, body, body_html, note, note_html,
           without_account, without_account_html, prompts, set_id, revision
      FROM thing WHERE course_id = ? ORDER BY position`)
  const steps = db.prepare<[number], StepRow>(`
    SELECT thing_id, step.slug, depth, step.title, detail
      FROM step JOIN thing ON thing.id = thing_id
     WHERE course_id = ? ORDER BY thing_id, step.position`)
  const current = db.prepare<[string], { id: number; revision: number }>(
    'SELECT id, revision FROM course WHERE slug = ?',
  )
  const oldest = db.prepare<[], { id: number; revision: number }>(`
    SELECT id, revision FROM course
     WHERE archived_at IS NULL AND EXISTS (SELECT 1 FROM thing WHERE course_id = course.id AND position > 0)
     ORDER BY id LIMIT 1`)
  const lines = db.prepare<[], CourseLine>(`
    SELECT id, slug, title, summary, public, archived_at, revision,
           (SELECT count(*) FROM thing WHERE course_id = course.id AND position > 0) AS things
      FROM course ORDER BY id`)

  const translated = translationRows(db)

  function load(id: number): CourseContent {
    const row = course.get(id)
    if (!row) throw new Error(`There is no course ${id}`)
    const { credits, parents, rhythm, completion, ...facts } = row
    const setById = new Map(sets.all(id).map((set) => [set.id, { ...set, language: facts.language }]))
    const stepsOf = Map.groupBy(steps.all(id), (step) => step.thing_id)
    const shown = pictures.list(id)
    const placed = withPictures(facts.slug, shown)
    const cover = shown.find(({ name }) => name === facts.cover)
    const all = things
      .all(id)
      .map((thing) => placed.thing(readThing(thing, facts.language, setById, stepsOf.get(thing.id) ?? [])))
    const byId = new Map(all.map((thing) => [thing.id, thing]))
    const content = {
      ...facts,
      credits: JSON.parse(credits),
      parents: JSON.parse(parents),
      rhythm: JSON.parse(rhythm),
      completion: readCompletion(completion),
      cover_picture: cover
        ? { src: pictureAddress(facts.slug, cover.name), width: cover.width, height: cover.height }
        : null,
      sets: [...setById.values()].filter((set) => set.position > 0),
      things: all.filter((thing) => thing.position > 0),
      hidden: all.filter((thing) => thing.position === 0),
      thing: (thing_id: number) => byId.get(thing_id),
    }
    return withLanguages(content, {
      course: translated.course(id),
      things: translated.things(id).map(placed.translation),
    })
  }

  /** Has the Markdown of things, or of their translations, made ready for the verb that saves them. @throws TaskError */
  const prepareTexts = (texts: readonly WithMarkdown[]): Promise<void> =>
    markdown.prepare(texts.flatMap(markdownIn), OF_COURSE)

  /** The same for a whole course that is about to be imported or copied. @throws TaskError */
  const prepareCourse = ({ things, translations = [] }: CourseOutline): Promise<void> =>
    prepareTexts([...things, ...translations.flatMap((one) => [...one.things.values()].map(({ words }) => words))])

  const kept = new Map<number, CourseContent>()
  const changes = createChanges(db, clock, { activity, renderMarkdown })
  const compare = createComparisons(workers)
  const lineage = createLineage(db, clock, { pictures, siteName })
  const making = createCourseMaking(db, clock, { activity, exportCourse, importCourse, lineage })

  const courses = {
    ...changes,
    ...making,
    ...createTravelling(db, {
      activity,
      pictures,
      lineage,
      compare,
      workers,
      exportCourse,
      importCourse,
      prepareCourse,
    }),
    ...createSetEditing(db, clock, { activity }),
    ...createThingOrder(db, clock, { activity, renderMarkdown }),
    ...createCompletionSetting(db, { activity }),
    ...createTranslations(db, clock, { activity, renderMarkdown }),
    ...createEditing(db, clock, { activity, changes, renderMarkdown }),
    pictures,

    compare,
    prepareTexts,
    prepareCourse,

    /** Markdown as it will stand on the course's pages. @throws TaskError */
    async preview(course: { id: number; slug: string }, text: string): Promise<string> {
      await markdown.prepare([text], OF_COURSE)
      return withPictures(course.slug, pictures.list(course.id)).html(renderMarkdown(text).html)
    },

    /**
     * The course's content, kept in memory for as long as its revision is this one.
     * @param language of whoever reads it
     */
    content(id: number, revision: number, language: string | null = null): CourseContent {
      const known = kept.get(id)
      if (known?.revision === revision) return known.in(language)
      const loaded = load(id)
      kept.set(id, loaded)
      return loaded.in(language)
    },

    bySlug(slug: string): CourseContent | null {
      const row = current.get(slug)
      return row ? courses.content(row.id, row.revision) : null
    },

    all: (): CourseLine[] => lines.all(),

    /** Those that a new cohort can run. */
    offered: (): CourseLine[] => lines.all().filter(({ archived_at, things }) => archived_at === null && things > 0),

    /** See `createCourseMaking`; another course may get its number. */
    deleteCourse(id: number, by: number): boolean {
      const done = making.deleteCourse(id, by)
      if (done) kept.delete(id)
      return done
    },

    /** Of the courses that can be run the one that was here first, or null where there is none. */
    first(): CourseContent | null {
      const row = oldest.get()
      return row ? courses.content(row.id, row.revision) : null
    },

    /**
     * Takes a course in: a new one, or changes to the one of this slug. Things keep their identity by slug and their
     * earlier texts as revisions; an unchanged course stays as it is.
     * @param files the folder it was read from, for the lines of problems
     * @throws BrokenCourse with everything that is wrong; nothing of the course is kept then
     */
    importCourse,
    /** The course as its folder says it, or null where there is none. */
    exportCourse,

    /** @throws BrokenCourse */
    importFolder(folder: string, by: number | null): number {
      const files = readFolder(folder)
      return importCourse(readCourse(files), by, files)
    },
  }
  return courses
}

function readThing(row: ThingRow, language: string, sets: Map<number, CourseSet>, stepRows: StepRow[]): Thing {
  const { set_id, body, note, without_account, ...facts } = row
  const set = sets.get(set_id)
  if (!set) throw new Error(`Thing ${row.slug} has no set`)
  const prompts: string[] = JSON.parse(facts.prompts)
  const steps = stepRows.map(({ thing_id, ...step }) => ({ ...step, language }))
  return {
    ...facts,
    language,
    minutes: JSON.parse(facts.minutes),
    prompts,
    set,
    steps,
    mark: markOf({
      title: facts.title,
      short: facts.short,
      summary: facts.summary,
      body,
      note,
      without_account,
      prompts,
      steps,
    }),
  }
}

export type Courses = ReturnType<typeof createCourses>
