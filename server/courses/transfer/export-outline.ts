import type { Database } from '../../db/open.ts'
import { completionOutline } from '../completion.ts'
import { type CourseOutline, DEPTHS, type Parent, type StepOutline, type ThingOutline } from '../format/schema.ts'
import { translationRows, translationsOf } from '../translations/translation-rows.ts'
import { badgeReader } from './badge-rows.ts'

interface CourseRow {
  id: number
  slug: string
  title: string
  summary: string
  language: string
  licence: string
  credits: string
  parents: string
  rhythm: string
  write_first: 0 | 1
  completion: string
  cover: string | null
}

interface ThingRow {
  id: number
  slug: string
  title: string
  short: string
  summary: string
  set: string
  icon: string
  minutes: string
  tried: string | null
  tried_on: string | null
  note: string | null
  without_account: string | null
  prompts: string
  body: string
}

interface StepRow {
  thing_id: number
  slug: string
  depth: (typeof DEPTHS)[number]
  title: string
  detail: string | null
}

const THING = `
  SELECT thing.id, thing.slug, thing.title, short, summary, course_set.slug AS "set", icon, minutes, tried, tried_on, note, without_account, prompts, body
    FROM thing JOIN course_set ON course_set.id = set_id`

/** Makes the verb that reads a course back out of its tables, as its folder says it; null where there is none. */
export function outlineExporter(db: Database): (slug: string) => CourseOutline | null {
  const course = db.prepare<[string], CourseRow>(
    'SELECT id, slug, title, summary, language, licence, credits, parents, rhythm, write_first, completion, cover FROM course WHERE slug = ?',
  )
  const sets = db.prepare<[number], CourseOutline['sets'][number]>(
    'SELECT slug, title, hue FROM course_set WHERE course_id = ? AND position > 0 ORDER BY position',
  )
  const badges = badgeReader(db)
  const things = db.prepare<[number], ThingRow>(
    `${THING} WHERE thing.course_id = ? AND thing.position > 0 ORDER BY thing.position`,
  )
  const steps = db.prepare<[number], StepRow>(`
    SELECT thing_id, step.slug, depth, step.title, detail
      FROM step JOIN thing ON thing.id = thing_id
     WHERE course_id = ? ORDER BY thing_id, step.position`)

  const translated = translationRows(db)

  return (slug) => {
    const row = course.get(slug)
    if (!row) return null
    const { id, credits, parents: parentsText, rhythm, write_first, completion, cover, ...facts } = row
    const stepsOf = Map.groupBy(steps.all(id), (step) => step.thing_id)
    const itsSets = sets.all(id)
    const itsThings = things.all(id).map((thing) => thingOutline(thing, stepsOf.get(thing.id) ?? []))
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

/** Makes the verb that reads one thing back, as its file says it; null where there is none. */
export function thingExporter(db: Database): (id: number) => ThingOutline | null {
  const thing = db.prepare<[number], ThingRow>(`${THING} WHERE thing.id = ?`)
  const steps = db.prepare<[number], StepRow>(
    'SELECT thing_id, slug, depth, title, detail FROM step WHERE thing_id = ? ORDER BY position',
  )
  return (id) => {
    const row = thing.get(id)
    return row ? thingOutline(row, steps.all(id)) : null
  }
}

/** Makes the verb that reads those things of a course back that have a draft, by their ids: two statements, however many. */
export function courseThingsExporter(db: Database): (course_id: number) => Map<number, ThingOutline> {
  const drafted = 'thing.course_id = ? AND thing.id IN (SELECT thing_id FROM thing_change)'
  const things = db.prepare<[number], ThingRow>(`${THING} WHERE ${drafted}`)
  const steps = db.prepare<[number], StepRow>(`
    SELECT thing_id, step.slug, depth, step.title, detail
      FROM step JOIN thing ON thing.id = thing_id WHERE ${drafted} ORDER BY thing_id, step.position`)
  return (course_id) => {
    const stepsOf = Map.groupBy(steps.all(course_id), (step) => step.thing_id)
    return new Map(things.all(course_id).map((thing) => [thing.id, thingOutline(thing, stepsOf.get(thing.id) ?? [])]))
  }
}

function slugsOf(parts: readonly { slug: string }[]): Set<string> {
  return new Set(parts.map(({ slug }) => slug))
}

function thingOutline(row: ThingRow, steps: StepRow[]): ThingOutline {
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
