import type { Database } from '../../db/open.ts'
import { completionOutline } from '../completion.ts'
import { COURSE_COLUMNS, type CourseRow } from '../course-row.ts'
import { type CourseOutline, DEPTHS, type Parent, type StepOutline, type ThingOutline } from '../format/schema.ts'
import { type StepRow, stepReader, THING_COLUMNS, type ThingRow } from '../thing-rows.ts'
import { translationRows, translationsOf } from '../translations/translation-rows.ts'
import { badgeReader } from './badge-rows.ts'

type OutlineRow = ThingRow & { id: number; set: string }

const THING = `
  SELECT id, ${THING_COLUMNS.names}, (SELECT slug FROM course_set WHERE course_set.id = set_id) AS "set" FROM thing`

/** Makes the function that returns a course as its folder has it; null where there is none. */
export function outlineExporter(db: Database): (slug: string) => CourseOutline | null {
  const course = db.prepare<[string], CourseRow & { id: number }>(
    `SELECT id, ${COURSE_COLUMNS.names} FROM course WHERE slug = ?`,
  )
  const sets = db.prepare<[number], CourseOutline['sets'][number]>(
    'SELECT slug, title, hue FROM course_set WHERE course_id = ? AND position > 0 ORDER BY position',
  )
  const badges = badgeReader(db)
  const things = db.prepare<[number], OutlineRow>(`${THING} WHERE course_id = ? AND position > 0 ORDER BY position`)
  const stepsByThing = stepReader(db)
  const translated = translationRows(db)

  return (slug) => {
    const row = course.get(slug)
    if (!row) return null
    const { id, credits, parents: parentsText, rhythm, write_first, completion, cover, ...facts } = row
    const steps = stepsByThing(id)
    const itsSets = sets.all(id)
    const itsThings = things.all(id).map((thing) => thingOutline(thing, steps.get(thing.id) ?? []))
    const translations = translationsOf(translated, id)
    const parents: Parent[] = JSON.parse(parentsText)
    return {
      ...facts,
      credits: JSON.parse(credits),
      ...(parents.length > 0 ? { parents } : {}),
      rhythm: JSON.parse(rhythm),
      ...(write_first ? { write_first: true as const } : {}),
      ...(cover === null ? {} : { cover }),
      ...completionOutline(completion),
      sets: itsSets,
      badges: badges(id, { sets: slugsOf(itsSets), things: slugsOf(itsThings) }),
      things: itsThings,
      ...(translations.length > 0 ? { translations } : {}),
    }
  }
}

/** Makes the function that returns a thing as its file has it; null where there is none. */
export function thingExporter(db: Database): (id: number) => ThingOutline | null {
  const thing = db.prepare<[number], OutlineRow>(`${THING} WHERE id = ?`)
  const stepsByThing = stepReader(db, 'thing_id = ?')
  return (id) => {
    const row = thing.get(id)
    return row ? thingOutline(row, stepsByThing(id).get(id) ?? []) : null
  }
}

/** Makes the function that returns the things of a course that have a draft, by id, with two statements. */
export function courseThingsExporter(db: Database): (course_id: number) => Map<number, ThingOutline> {
  const drafted = 'thing.course_id = ? AND thing.id IN (SELECT thing_id FROM thing_change)'
  const things = db.prepare<[number], OutlineRow>(`${THING} WHERE ${drafted}`)
  const stepsByThing = stepReader(db, drafted)
  return (course_id) => {
    const steps = stepsByThing(course_id)
    return new Map(things.all(course_id).map((thing) => [thing.id, thingOutline(thing, steps.get(thing.id) ?? [])]))
  }
}

function slugsOf(parts: readonly { slug: string }[]): Set<string> {
  return new Set(parts.map(({ slug }) => slug))
}

function thingOutline(row: OutlineRow, steps: StepRow[]): ThingOutline {
  const { id, minutes, tried, tried_on, note, without_account, prompts, ...thing } = row
  return {
    ...thing,
    minutes: JSON.parse(minutes),
    ...(tried === null ? {} : { tried }),
    ...(tried_on === null ? {} : { tried_on }),
    steps: { start: [], ...stepsByDepth(steps) },
    ...(note === null ? {} : { note }),
    ...(without_account === null ? {} : { without_account }),
    prompts: JSON.parse(prompts),
  }
}

function stepsByDepth(steps: StepRow[]): Partial<ThingOutline['steps']> {
  const outline = ({ slug, title, detail }: StepRow): StepOutline => ({
    slug,
    title,
    ...(detail === null ? {} : { detail }),
  })
  const depths = DEPTHS.map((depth) => [depth, steps.filter((step) => step.depth === depth).map(outline)] as const)
  return Object.fromEntries(depths.filter(([, list]) => list.length > 0))
}
