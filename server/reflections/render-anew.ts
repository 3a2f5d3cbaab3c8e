import { type Database, transaction } from '../db/open.ts'
import type { Images } from '../images/images.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Settings } from '../site/settings/settings.ts'
import type { Mentions } from './comments/mentions.ts'
import { RENDERER } from './markdown/markdown.ts'
import type { Markdown } from './markdown/markdown-renderer.ts'

interface RenderAnewDeps {
  images: Pick<Images, 'usedIn' | 'setUses'>
  jobs: Jobs
  markdown: Markdown
  mentions: Pick<Mentions, 'linksOf'>
  settings: Pick<Settings, 'get' | 'set'>
}

interface StaleText {
  id: number
  /** Null for the comment of a deleted account. */
  person_id: number | null
  body: string
}

type TextKind = 'reflection' | 'comment'

/** Ids that one job looks through. */
const PORTION = 500

/** Renders texts anew that an earlier version rendered, in the background: who wrote them, and when, stays. */
export function createRenderAnew(db: Database, { images, jobs, markdown, mentions, settings }: RenderAnewDeps) {
  const statements = {
    reflection: statementsOf('reflection', "source = 'hosted'"),
    comment: statementsOf('comment', 'deleted_at IS NULL'),
  }

  function statementsOf(table: TextKind, is_own: string) {
    return {
      last: db.prepare<[], number>(`SELECT coalesce(max(id), 0) FROM ${table}`).pluck(),
      stale: db.prepare<{ after: number; to: number; renderer: string }, StaleText>(`
        SELECT id, person_id, body FROM ${table}
         WHERE id > :after AND id <= :to AND ${is_own} AND renderer <> :renderer ORDER BY id`),
      keep: db.prepare(`UPDATE ${table} SET html = :html, renderer = :renderer WHERE id = :id AND body = :body`),
    }
  }

  async function renderOne(kind: TextKind, { id, person_id, body }: StaleText): Promise<void> {
    const pictures = kind === 'reflection' && person_id !== null ? images.usedIn(body, person_id) : new Map()
    await markdown.prepare([body], { pictures })
    const place = kind === 'reflection' ? { reflection_id: id } : { comment_id: id }
    // nobody is mentioned by it who was not before
    const rendered = markdown.render(body, { pictures, mentions: mentions.linksOf(place, person_id) })
    transaction(db, () => {
      // not where it was changed meanwhile
      const kept = statements[kind].keep.run({ ...rendered, id, body }).changes > 0
      if (kept && kind === 'reflection') images.setUses(id, rendered.html)
    })
  }

  jobs.handle<{ kind: TextKind; after: number }>('texts.render', async ({ kind, after }, { signal }) => {
    const { last, stale } = statements[kind]
    const to = after + PORTION
    for (const text of stale.all({ after, to, renderer: RENDERER })) {
      signal.throwIfAborted()
      await renderOne(kind, text)
    }
    if (to < (last.get() ?? 0)) add(kind, to)
    else if (kind === 'reflection') add('comment', 0)
    else settings.set('texts_rendered_by', RENDERER)
  })

  function add(kind: TextKind, after: number): void {
    jobs.add('texts.render', { kind, after }, { key: `${RENDERER} ${kind} ${after}` })
  }

  return {
    /** Queues what an earlier version rendered, reflections first; called once, when the site starts. */
    queue(): void {
      if (settings.get('texts_rendered_by') === RENDERER) return
      // comments are about reflections
      if (statements.reflection.last.get() === 0) settings.set('texts_rendered_by', RENDERER)
      else add('reflection', 0)
    },
  }
}
