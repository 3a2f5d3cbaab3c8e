import type { Database } from '../db/open.ts'
import { DEPTHS, type ThingOutline } from './format/schema.ts'

export type Render = (text: string) => { html: string; renderer: string }

/** A thing as its row holds it, its Markdown as HTML beside it. */
type RenderedThing = ReturnType<typeof rendered>

interface ThingPosition {
  course_id: number
  set_id: number | undefined
  position: number
  now: string
  /** Whether the text is another one: then the revision counts on. */
  changed: boolean
}

/** What of a thing, or of its translation, is Markdown. */
export interface WithMarkdown {
  body: string
  note?: string
  without_account?: string
}

export function markdownIn({ body, note = '', without_account = '' }: WithMarkdown): string[] {
  return [body, note, without_account]
}

/** Markdown becomes HTML before the transaction begins, since it is what takes time. */
export function rendered(thing: ThingOutline, render: Render) {
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

/** Writes things and keeps the texts they had; a thing is known by its slug, its steps are put anew. */
export function thingWriter(db: Database) {
  const keepText = db.prepare(`
    INSERT INTO thing_revision (thing_id, revision, source, changed_by, changed_at)
    SELECT id, revision, :source, :by, :now FROM thing WHERE course_id = :course_id AND slug = :slug`)
  const put = db
    .prepare<object, number>(`
      INSERT INTO thing (course_id, set_id, slug, position, title, short, summary, icon, minutes, tried, tried_on, body, body_html,
                         note, note_html, without_account, without_account_html, prompts, renderer, changed_at)
      VALUES (:course_id, :set_id, :slug, :position, :title, :short, :summary, :icon, :minutes, :tried, :tried_on, :body, :body_html,
              :note, :note_html, :without_account, :without_account_html, :prompts, :renderer, :now)
      ON CONFLICT (course_id, slug) DO UPDATE
        SET set_id = excluded.set_id, position = excluded.position, title = excluded.title, short = excluded.short,
            summary = excluded.summary, icon = excluded.icon, minutes = excluded.minutes, tried = excluded.tried, tried_on = excluded.tried_on,
            body = excluded.body, body_html = excluded.body_html, note = excluded.note, note_html = excluded.note_html,
            without_account = excluded.without_account, without_account_html = excluded.without_account_html,
            prompts = excluded.prompts, renderer = excluded.renderer, revision = revision + :changed,
            changed_at = iif(:changed, excluded.changed_at, changed_at)
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
    /** Keeps the text that a thing has now, as its file, before another takes its place. */
    keepText(facts: { course_id: number; slug: string; source: string; by: number | null; now: string }): void {
      keepText.run(facts)
    },

    put({ set, steps, ...thing }: RenderedThing, { changed, ...place }: ThingPosition): void {
      const id = put.get({ ...thing, ...place, changed: changed ? 1 : 0 })
      if (id === undefined) throw new Error(`The thing ${thing.slug} was not written`)
      putSteps(id, steps)
    },
  }
}
