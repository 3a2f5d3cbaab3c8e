import type { PersonName } from '../../people/person.ts'

interface Comment {
  id: number
  /** The text as it was typed; only of one's own. */
  body: string
  html: string
  written_at: string
  edited_at: string | null
  person: PersonName
  mine: boolean
  /** True when it is newer than the viewer's last visit. */
  is_new: boolean
  /** Set when hidden: its author, guides and organisers still read it, with the note. */
  hidden_at: string | null
  hidden_note: string | null
}

/** A comment as it is read from the database; without a person it is the empty place of a deleted one with answers. */
export interface CommentRow extends Omit<Comment, 'person' | 'mine' | 'is_new'> {
  parent_id: number | null
  person_id: number | null
  name: string
  handle: string
  workplace: string | null
  /** Up to where the viewer has read, null where they never looked. */
  read_to: number | null
  follows: 0 | 1
}

interface Thread {
  /** Null when its author deleted it and it is kept for its replies. */
  first: Comment | null
  answers: Comment[]
  /** The comment that a new reply is attached to. */
  id: number
}

/** The comments that one viewer may read under a reflection, or one page of them. */
export interface CommentPage extends Threads {
  /** The first comment of the page, where there are earlier ones. */
  earlier: number | null
  /** The last comment of the page, where there are later ones. */
  later: number | null
}

interface Threads {
  threads: Thread[]
  count: number
  new_count: number
  /** The first unread comment. */
  first_new: number | null
  /** The latest comment that the viewer had not read; null when nothing is new. */
  read_to: number | null
}

/**
 * Threads out of rows, oldest first. A place without answers that the viewer may read is left out; an answer whose first
 * comment they may not read is shown without it. To viewers who never opened it, comments are new only if they follow.
 */
export function buildThreads(rows: CommentRow[], viewer: number): Threads {
  const threads = new Map<number, Thread>()
  let [new_count, latest] = [0, 0]
  let first_new: number | null = null
  for (const row of rows) {
    const { read_to, follows, parent_id, person_id, name, handle, workplace, ...comment } = row
    if (person_id === null) {
      threads.set(row.id, { first: null, answers: [], id: row.id })
      continue
    }
    const mine = person_id === viewer
    const is_new = !mine && row.id > (read_to ?? (follows ? 0 : row.id))
    const shown = { ...comment, person: { id: person_id, name, handle, workplace }, mine, is_new }
    if (is_new) {
      new_count += 1
      first_new ??= row.id
    }
    if (!mine) latest = row.id
    const thread = parent_id === null ? undefined : threads.get(parent_id)
    if (!thread) threads.set(row.id, { first: shown, answers: [], id: row.id })
    else {
      thread.answers.push(shown)
      if (!thread.first) thread.id = thread.answers[0]?.id ?? thread.id
    }
  }
  const shown = [...threads.values()].filter(({ first, answers }) => first || answers.length > 0)
  const count = shown.reduce((sum, { first, answers }) => sum + (first ? 1 : 0) + answers.length, 0)
  return { threads: shown, count, new_count, first_new, read_to: latest > (rows[0]?.read_to ?? 0) ? latest : null }
}

/** The thread that a comment stands in, by the comment; null where the viewer has none such. */
export function threadWith({ threads }: CommentPage, comment_id: number): number | null {
  const found = threads.find(({ first, answers }) => [first, ...answers].some((comment) => comment?.id === comment_id))
  return found?.id ?? null
}
