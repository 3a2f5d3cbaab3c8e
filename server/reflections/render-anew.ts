import { type Database, transaction } from '../db/open.ts'
import type { Images } from '../images/images.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { RENDERER } from './markdown/markdown.ts'
import type { Markdown } from './markdown/markdown-renderer.ts'

interface RenderAnewDeps {
  images: Pick<Images, 'usedIn' | 'setUses'>
  jobs: Jobs
  markdown: Markdown
}

interface StaleText {
  id: number
  /** Null for the comment of a deleted account. */
  person_id: number | null
  body: string
}

const KINDS = ['reflection', 'comment'] as const
type TextKind = (typeof KINDS)[number]

/** Ids that one job looks through. */
const PORTION = 500

/** Renders texts anew that an earlier version rendered, in the background: who wrote them, and when, stays. */
export function createRenderAnew(db: Database, { images, jobs, markdown }: RenderAnewDeps) {
  const statements = {
    reflection: statementsOf('reflection', "source = 'hosted'"),
    comment: statementsOf('comment', 'deleted_at IS NULL'),
  }
  // nobody is mentioned by it who was not before
  const named = db.prepare<object, { named: string; handle: string }>(`
    SELECT asked.value AS named, person.handle
      FROM json_each(:handles) AS asked
      JOIN person ON person.id = coalesce((SELECT id FROM person WHERE handle = asked.value),
                                          (SELECT person_id FROM former_handle WHERE handle = asked.value))
     WHERE person.id = :person_id
        OR person.id IN (SELECT person_id FROM mention WHERE comment_id = :comment_id OR reflection_id = :reflection_id)`)

  function statementsOf(table: TextKind, is_own: string) {
    return {
      any: db.prepare<[string], 1>(`SELECT 1 FROM ${table} WHERE ${is_own} AND renderer <> ? LIMIT 1`).pluck(),
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
    const place = { comment_id: kind === 'comment' ? id : null, reflection_id: kind === 'reflection' ? id : null }
    const mentions = (handles: string[]) => {
      const found = named.all({ ...place, person_id, handles: JSON.stringify(handles) })
      return new Map(found.map(({ named, handle }) => [named, `/people/${handle}`]))
    }
    const rendered = markdown.render(body, { pictures, mentions })
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
  })

  function add(kind: TextKind, after: number): void {
    jobs.add('texts.render', { kind, after }, { key: `${RENDERER} ${kind} ${after}` })
  }

  return {
    /** Queues what an earlier version rendered; called once, when the site starts. */
    queue(): void {
      for (const kind of KINDS) if (statements[kind].any.get(RENDERER)) add(kind, 0)
    },
  }
}
