import type { ActivityLog } from '../activity/activity.ts'
import type { Clock } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { createEditing } from './editing.ts'
import { courseExporter } from './exporting.ts'
import { readCourse, writeCourse } from './folder.ts'
import { readFolder, writeFolder } from './folder-files.ts'
import { courseImporter } from './importing.ts'
import type { CourseOutline, Depth, Hue } from './outline.ts'
import type { Render } from './thing-rows.ts'

export interface CourseSet {
  id: number
  slug: string
  title: string
  hue: Hue
  /** From 1; 0 for one that only runs on in older cohorts. */
  position: number
}

export interface Step {
  slug: string
  depth: Depth
  title: string
  detail: string | null
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
  body_html: string
  note_html: string | null
  without_account_html: string | null
  prompts: string[]
  set: CourseSet
  steps: Step[]
  revision: number
}

/** A course as its readers need it, whole. */
export interface CourseContent {
  id: number
  slug: string
  title: string
  summary: string
  language: string
  licence: string
  credits: CourseOutline['credits']
  rhythm: CourseOutline['rhythm']
  public: 0 | 1
  /** Do others' words about a thing open only once one has written about it? */
  write_first: 0 | 1
  revision: number
  sets: CourseSet[]
  /** In order, as new cohorts take them over. */
  things: Thing[]
  /** Also one that the course no longer has. */
  thing(id: number): Thing | undefined
}

export interface CourseLine {
  id: number
  slug: string
  title: string
  summary: string
  public: 0 | 1
  revision: number
  things: number
}

type CourseRow = Omit<CourseContent, 'credits' | 'rhythm' | 'sets' | 'things' | 'thing'> & {
  credits: string
  rhythm: string
}
type ThingRow = Omit<Thing, 'minutes' | 'prompts' | 'set' | 'steps'> & {
  set_id: number
  minutes: string
  prompts: string
}

interface Nouns {
  activity: ActivityLog
  renderMarkdown: Render
}

export function createCourses(db: Database, clock: Clock, { activity, renderMarkdown }: Nouns) {
  const exportCourse = courseExporter(db)
  const importCourse = courseImporter(db, clock, { activity, renderMarkdown, exportCourse })
  const course = db.prepare<[number], CourseRow>(
    `SELECT id, slug, title, summary, language, licence, credits, rhythm, public, write_first, revision
       FROM course WHERE id = ?`,
  )
  const sets = db.prepare<[number], CourseSet>(
    'SELECT id, slug, title, hue, position FROM course_set WHERE course_id = ? ORDER BY position',
  )
  const things = db.prepare<[number], ThingRow>(`
    SELECT id, slug, position, title, short, summary, icon, minutes, tried, body_html, note_html, without_account_html,
           prompts, set_id, revision
      FROM thing WHERE course_id = ? ORDER BY position`)
  const steps = db.prepare<[number], Step & { thing_id: number }>(`
    SELECT thing_id, step.slug, depth, step.title, detail
      FROM step JOIN thing ON thing.id = thing_id
     WHERE course_id = ? ORDER BY thing_id, step.position`)
  const current = db.prepare<[string], { id: number; revision: number }>(
    'SELECT id, revision FROM course WHERE slug = ?',
  )
  const oldest = db.prepare<[], { id: number; revision: number }>('SELECT id, revision FROM course ORDER BY id LIMIT 1')
  const lines = db.prepare<[], CourseLine>(`
    SELECT id, slug, title, summary, public, revision,
           (SELECT count(*) FROM thing WHERE course_id = course.id AND position > 0) AS things
      FROM course ORDER BY id`)

  function load(id: number): CourseContent {
    const row = course.get(id)
    if (!row) throw new Error(`There is no course ${id}`)
    const { credits, rhythm, ...facts } = row
    const setById = new Map(sets.all(id).map((set) => [set.id, set]))
    const stepsOf = Map.groupBy(steps.all(id), (step) => step.thing_id)
    const all = things.all(id).map((thing) => readThing(thing, setById, stepsOf.get(thing.id) ?? []))
    const byId = new Map(all.map((thing) => [thing.id, thing]))
    return {
      ...facts,
      credits: JSON.parse(credits),
      rhythm: JSON.parse(rhythm),
      sets: [...setById.values()].filter((set) => set.position > 0),
      things: all.filter((thing) => thing.position > 0),
      thing: (thing_id) => byId.get(thing_id),
    }
  }

  const kept = new Map<number, CourseContent>()

  const courses = {
    ...createEditing(db, clock, { activity, renderMarkdown }),

    /** The course's content, kept in memory for as long as its revision is this one. */
    content(id: number, revision: number): CourseContent {
      const known = kept.get(id)
      if (known?.revision === revision) return known
      const loaded = load(id)
      kept.set(id, loaded)
      return loaded
    },

    bySlug(slug: string): CourseContent | null {
      const row = current.get(slug)
      return row ? courses.content(row.id, row.revision) : null
    },

    all: (): CourseLine[] => lines.all(),

    /** The course that was here first, or null where there is none at all. */
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

    /** Writes the course into a folder; false where there is no such course. */
    exportFolder(slug: string, folder: string): boolean {
      const outline = exportCourse(slug)
      if (outline) writeFolder(folder, writeCourse(outline))
      return outline !== null
    },
  }
  return courses
}

function readThing(row: ThingRow, sets: Map<number, CourseSet>, steps: (Step & { thing_id: number })[]): Thing {
  const { set_id, minutes, prompts, ...facts } = row
  const set = sets.get(set_id)
  if (!set) throw new Error(`Thing ${row.slug} has no set`)
  return {
    ...facts,
    minutes: JSON.parse(minutes),
    prompts: JSON.parse(prompts),
    set,
    steps: steps.map(({ thing_id, ...step }) => step),
  }
}

export type Courses = ReturnType<typeof createCourses>
