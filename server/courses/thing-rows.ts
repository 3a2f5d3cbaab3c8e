import { columnSql } from '../db/column-sql.ts'
import type { Database } from '../db/open.ts'
import { DEPTHS, type Depth, type ThingOutline } from './format/schema.ts'

/** The columns of a thing that its file has too; minutes and prompts are JSON. */
export interface ThingRow {
  slug: string
  title: string
  /** For the tile on a phone. */
  short: string
  summary: string
  icon: string
  minutes: string
  tried: string | null
  tried_on: string | null
  body: string
  note: string | null
  without_account: string | null
  prompts: string
}

const IN_FILE = 'slug title short summary icon minutes tried tried_on body note without_account prompts'.split(' ')
export const THING_COLUMNS = columnSql(IN_FILE)
const WRITTEN = columnSql([
  ...IN_FILE,
  'set_id',
  'position',
  'body_html',
  'note_html',
  'without_account_html',
  'renderer',
])

export interface StepRow {
  slug: string
  depth: Depth
  title: string
  detail: string | null
}

/** Makes the function that returns the steps of a course in order, by the id of their thing. @param of which things */
export function stepReader(db: Database, of = 'course_id = ?') {
  const steps = db.prepare<[number], StepRow & { thing_id: number }>(`
    SELECT thing_id, step.slug, depth, step.title, detail
      FROM step JOIN thing ON thing.id = thing_id WHERE ${of} ORDER BY thing_id, step.position`)
  return (id: number): Map<number, StepRow[]> => {
    const rows = Map.groupBy(steps.all(id), ({ thing_id }) => thing_id)
    return new Map([...rows].map(([thing_id, all]) => [thing_id, all.map(({ thing_id: _, ...step }) => step)]))
  }
}

export type Render = (text: string) => { html: string; renderer: string }

/** A thing as its row holds it, its Markdown as HTML beside it. */
type RenderedThing = ReturnType<typeof renderThing>

interface ThingPosition {
  course_id: number
  set_id: number | undefined
  position: number
  now: string
  /** Whether the text differs, so that it gets a new revision. */
  changed: boolean
}

/** The Markdown of a thing, or of its translation. */
export interface WithMarkdown {
  body: string
  note?: string
  without_account?: string
}

export function markdownIn({ body, note = '', without_account = '' }: WithMarkdown): string[] {
  return [body, note, without_account]
}

/** Called before the transaction begins, since rendering Markdown takes time. */
export function renderThing(thing: ThingOutline, render: Render) {
  const { body, note = null, without_account = null, tried = null, tried_on = null, minutes, prompts, ...facts } = thing
  const { html: body_html, renderer } = render(body)
  return {
    ...facts,
    body,
    body_html,
    renderer,
    note,
    note_html: note === null ? null : render(note).html,
    without_account,
    without_account_html: without_account === null ? null : render(without_account).html,
    tried,
    tried_on,
    minutes: JSON.stringify(minutes),
    prompts: JSON.stringify(prompts),
  }
}

/** Writes things, which are known by their slug, with their steps and the revision they replace. */
export function thingWriter(db: Database) {
  const saveRevision = db.prepare(`
    INSERT INTO thing_revision (thing_id, revision, source, changed_by, changed_at)
    SELECT id, revision, :source, :by, :now FROM thing WHERE course_id = :course_id AND slug = :slug`)
  const put = db
    .prepare<object, number>(`
      INSERT INTO thing (course_id, ${WRITTEN.names}, changed_at) VALUES (:course_id, ${WRITTEN.values}, :now)
      ON CONFLICT (course_id, slug) DO UPDATE
        SET ${WRITTEN.updates}, revision = revision + :changed, changed_at = iif(:changed, excluded.changed_at, changed_at)
      RETURNING id`)
    .pluck()
  const dropSteps = db.prepare<[number]>('DELETE FROM step WHERE thing_id = ?')
  const putStep = db.prepare(`
    INSERT INTO step (thing_id, slug, depth, position, title, detail) VALUES (:thing_id, :slug, :depth, :position, :title, :detail)`)

  function putSteps(thing_id: number, steps: ThingOutline['steps']): void {
    dropSteps.run(thing_id)
    const all = DEPTHS.flatMap((depth) => (steps[depth] ?? []).map((step) => ({ ...step, depth })))
    for (const [index, { detail = null, ...step }] of all.entries()) {
      putStep.run({ ...step, detail, thing_id, position: index + 1 })
    }
  }

  return {
    /** Records the text that a thing has now, as its file, before another replaces it. */
    saveRevision(facts: { course_id: number; slug: string; source: string; by: number | null; now: string }): void {
      saveRevision.run(facts)
    },

    save({ set, steps, ...thing }: RenderedThing, { changed, ...place }: ThingPosition): void {
      const id = put.get({ ...thing, ...place, changed: changed ? 1 : 0 })
      if (id === undefined) throw new Error(`The thing ${thing.slug} was not written`)
      putSteps(id, steps)
    },
  }
}
