import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { greetingName } from '../web/text/person-names.ts'

/** A reusable text with which a guide starts comments. */
export interface SavedReply {
  id: number
  title: string
  body: string
}

/** Values of the placeholders for one reflection. */
interface ReplyContext {
  /** The author's full name; the reply addresses them as all greetings do. */
  name: string
  thing: string
  title: string
}

/** Saved replies per person: more would be hard to choose from. */
const MOST_SAVED = 40

/** Replaces `{name}`, `{thing}` and `{title}`; other braces stay as they are. */
function fillPlaceholders(body: string, { name, thing, title }: ReplyContext): string {
  const words: Record<string, string> = { name: greetingName(name), thing, title }
  return body.replace(/\{(name|thing|title)\}/g, (as_written, key: string) => words[key] ?? as_written)
}

/** Saved replies belong to one guide; nobody else sees or uses them. */
export function createSavedReplies(db: Database, clock: Clock) {
  const list = db.prepare<[number], SavedReply>(
    'SELECT id, title, body FROM saved_answer WHERE person_id = ? ORDER BY folded(title), id',
  )
  const insert = db.prepare(`
    INSERT INTO saved_answer (person_id, title, body, changed_at)
    SELECT :person_id, :title, :body, :now
     WHERE (SELECT count(*) FROM saved_answer WHERE person_id = :person_id) < ${MOST_SAVED}`)
  const update = db.prepare(`
    UPDATE saved_answer SET title = :title, body = :body, changed_at = :now WHERE id = :id AND person_id = :person_id`)
  const remove = db.prepare('DELETE FROM saved_answer WHERE id = ? AND person_id = ?')

  return {
    ofPerson: (person_id: number): SavedReply[] => list.all(person_id),

    /** The person's saved replies, and the text of the chosen one; empty when it is not theirs. */
    startFor(person_id: number, chosen: number, occasion: ReplyContext) {
      const saved = list.all(person_id)
      const answer = saved.find(({ id }) => id === chosen)
      return { saved, chosen: answer?.id ?? null, body: answer ? fillPlaceholders(answer.body, occasion) : '' }
    },

    /** @returns false when the person has reached the maximum */
    add: (person_id: number, { title, body }: { title: string; body: string }): boolean =>
      transaction(db, () => insert.run({ person_id, title, body, now: nowText(clock) }).changes > 0),

    /** @returns false when it belongs to somebody else */
    update: (id: number, person_id: number, { title, body }: { title: string; body: string }): boolean =>
      transaction(db, () => update.run({ id, person_id, title, body, now: nowText(clock) }).changes > 0),

    remove: (id: number, person_id: number): boolean => transaction(db, () => remove.run(id, person_id).changes > 0),
  }
}
