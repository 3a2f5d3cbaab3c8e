import type { Database } from '../db/open.ts'
import { readCompletion } from './completion.ts'
import type { CourseContent, CourseLine, CourseSet, Thing } from './course-content.ts'
import { COURSE_COLUMNS, type CourseRow } from './course-row.ts'
import { pictureAddress, withPictures } from './format/picture-links.ts'
import { fingerprintOf } from './format/translatable-words.ts'
import { withLanguages } from './localisation.ts'
import type { CoursePictures } from './pictures/pictures.ts'
import { type StepRow, stepReader, THING_COLUMNS, type ThingRow } from './thing-rows.ts'
import { translationRows } from './translations/translation-rows.ts'

type ContentRow = CourseRow & Pick<CourseContent, 'id' | 'public' | 'archived_at' | 'revision'>
type ThingContentRow = ThingRow &
  Omit<Thing, keyof ThingRow | 'language' | 'fingerprint' | 'set' | 'steps'> & { set_id: number }

/** Courses as they are read: by learners, guests, and the other nouns. */
export function createCourses(db: Database, { pictures }: { pictures: Pick<CoursePictures, 'list'> }) {
  const course = db.prepare<[number], ContentRow>(
    `SELECT id, public, archived_at, revision, ${COURSE_COLUMNS.names} FROM course WHERE id = ?`,
  )
  const sets = db.prepare<[number], Omit<CourseSet, 'language'>>(
    'SELECT id, slug, title, hue, position FROM course_set WHERE course_id = ? ORDER BY position',
  )
  const things = db.prepare<[number], ThingContentRow>(`
    SELECT id, position, set_id, revision, body_html, note_html, without_account_html, ${THING_COLUMNS.names}
      FROM thing WHERE course_id = ? ORDER BY position`)
  const stepsByThing = stepReader(db)
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

  const languages = db
    .prepare<[], string>(`
      SELECT language FROM course UNION SELECT language FROM course_translation UNION SELECT language FROM thing_translation
       ORDER BY 1`)
    .pluck()
  const translated = translationRows(db)

  function load(id: number): CourseContent {
    const row = course.get(id)
    if (!row) throw new Error(`There is no course ${id}`)
    const { credits, parents, rhythm, completion, ...facts } = row
    const setById = new Map(sets.all(id).map((set) => [set.id, { ...set, language: facts.language }]))
    const steps = stepsByThing(id)
    const shown = pictures.list(id)
    const placed = withPictures(facts.slug, shown)
    const cover = shown.find(({ name }) => name === facts.cover)
    const all = things
      .all(id)
      .map((thing) => placed.thing(readThing(thing, facts.language, setById, steps.get(thing.id) ?? [])))
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

  const cached = new Map<number, CourseContent>()

  const courses = {
    /**
     * The content of a course, kept in memory until it has another revision.
     * @param language of the reader; null for the language it was written in
     */
    content(id: number, revision: number, language: string | null = null): CourseContent {
      const known = cached.get(id)
      if (known?.revision === revision) return known.in(language)
      const loaded = load(id)
      cached.set(id, loaded)
      return loaded.in(language)
    },

    bySlug(slug: string): CourseContent | null {
      const row = current.get(slug)
      return row ? courses.content(row.id, row.revision) : null
    },

    all: (): CourseLine[] => lines.all(),

    /** Those that a new cohort can run. */
    offered: (): CourseLine[] => lines.all().filter(({ archived_at, things }) => archived_at === null && things > 0),

    /** The oldest of the courses that a new cohort can run; null where there is none. */
    first(): CourseContent | null {
      const row = oldest.get()
      return row ? courses.content(row.id, row.revision) : null
    },

    /** Every language that any course has something in. */
    languages: (): string[] => languages.all(),

    /** To be called when a course was deleted, since SQLite may give its id to another one. */
    forget: (id: number): boolean => cached.delete(id),
  }
  return courses
}

function readThing(row: ThingContentRow, language: string, sets: Map<number, CourseSet>, stepRows: StepRow[]): Thing {
  const { set_id, body, note, without_account, ...facts } = row
  const set = sets.get(set_id)
  if (!set) throw new Error(`Thing ${row.slug} has no set`)
  const prompts: string[] = JSON.parse(facts.prompts)
  const steps = stepRows.map((step) => ({ ...step, language }))
  return {
    ...facts,
    language,
    minutes: JSON.parse(facts.minutes),
    prompts,
    set,
    steps,
    fingerprint: fingerprintOf({
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
