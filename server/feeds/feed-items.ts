import type { Database } from '../db/open.ts'
import { type KnownPost, titleDay } from './identify-posts.ts'
import type { FeedPost } from './parsing/post.ts'

export type FeedItemState = 'taken' | 'asked' | 'waiting' | 'left' | 'none'

/** A post from a feed. */
export interface FeedItem {
  id: number
  title: string
  link: string | null
  published_at: string
  hash: string
  state: FeedItemState
  thing_id: number | null
  /** JSON: ids of things it may be about. */
  guesses: string
  reflection_id: number | null
  /** The post as it came, kept until it is taken; not to be shown. */
  source: string | null
}

type SeenItem = Omit<FeedItem, 'id'> & {
  feed_id: number
  guid: string
  title_day: string | null
}

/** Maximum number of unmatched posts stored with their text. */
const KEPT = 400

const COLUMNS = 'id, title, link, published_at, hash, state, thing_id, guesses, reflection_id'

export function createFeedItems(db: Database) {
  const known = db.prepare<[number], KnownPost>(
    'SELECT id, guid, link, title, title_day, published_at, hash FROM feed_item WHERE feed_id = ? ORDER BY id',
  )
  const byId = db.prepare<[number, number], FeedItem>(
    `SELECT ${COLUMNS}, source FROM feed_item WHERE id = ? AND feed_id = ?`,
  )
  const insert = db.prepare<SeenItem>(`
    INSERT INTO feed_item (feed_id, guid, link, title, title_day, published_at, hash, state, thing_id, guesses, reflection_id, source)
    VALUES (:feed_id, :guid, :link, :title, :title_day, :published_at, :hash, :state, :thing_id, :guesses, :reflection_id, :source)`)
  const rename = db.prepare<Pick<SeenItem, 'guid' | 'link' | 'title_day'> & { id: number }>(
    'UPDATE feed_item SET guid = :guid, link = coalesce(:link, link), title_day = :title_day WHERE id = :id',
  )
  const change = db.prepare<
    Pick<FeedItem, 'id' | 'title' | 'hash' | 'state' | 'thing_id' | 'guesses' | 'reflection_id' | 'source'>
  >(`
    UPDATE feed_item
       SET title = :title, hash = :hash, state = :state, thing_id = :thing_id, guesses = :guesses,
           reflection_id = :reflection_id, source = :source
     WHERE id = :id`)
  const latest = db.prepare<[number, number], FeedItem>(`
    SELECT ${COLUMNS}, NULL AS source FROM feed_item WHERE feed_id = ? ORDER BY published_at DESC, id DESC LIMIT ?`)
  const asked = db.prepare<[number], FeedItem>(`
    SELECT ${COLUMNS}, NULL AS source FROM feed_item WHERE feed_id = ? AND state = 'asked' ORDER BY published_at, id`)
  const waiting = db.prepare<[number], FeedItem>(`
    SELECT ${COLUMNS}, source FROM feed_item WHERE feed_id = ? AND state = 'waiting' ORDER BY published_at, id`)
  const withReflection = db.prepare<[number], { id: number; reflection_id: number }>(
    'SELECT id, reflection_id FROM feed_item WHERE feed_id = ? AND reflection_id IS NOT NULL',
  )
  const countOutside = db
    .prepare<[number, number], number>(
      "SELECT count(*) FROM reflection WHERE enrolment_id = ? AND thing_id = ? AND source = 'outside'",
    )
    .pluck()
  const readAnew = db.prepare("UPDATE feed_item SET hash = '' WHERE feed_id = ? AND state = 'taken'")
  const htmlOf = db.prepare<[number], string>('SELECT html FROM reflection WHERE id = ?').pluck()
  const forget = db.prepare('DELETE FROM feed_item WHERE feed_id = ?')
  const prune = db.prepare(`
    DELETE FROM feed_item
     WHERE feed_id = :feed_id AND state = 'none'
       AND id NOT IN (SELECT id FROM feed_item WHERE feed_id = :feed_id AND state = 'none'
                       ORDER BY published_at DESC, id DESC LIMIT ${KEPT})`)

  return {
    /** All stored posts, to identify those of a reading among them. */
    known: (feed_id: number): KnownPost[] => known.all(feed_id),
    find: (id: number, feed_id: number): FeedItem | null => byId.get(id, feed_id) ?? null,
    insert: (seen: SeenItem): number => Number(insert.run(seen).lastInsertRowid),
    rename: (id: number, post: FeedPost): void => {
      rename.run({ id, guid: post.guid, link: post.link, title_day: titleDay(post) })
    },
    change: (item: Parameters<typeof change.run>[0]): void => {
      change.run(item)
    },
    latest: (feed_id: number, limit: number): FeedItem[] => latest.all(feed_id, limit),
    asked: (feed_id: number): FeedItem[] => asked.all(feed_id),
    waiting: (feed_id: number): FeedItem[] => waiting.all(feed_id),
    withReflection: (feed_id: number): { id: number; reflection_id: number }[] => withReflection.all(feed_id),
    countOutside: (enrolment_id: number, thing_id: number): number => countOutside.get(enrolment_id, thing_id) ?? 0,
    /** Compares ingested posts with the feed again, even if they are unchanged. */
    markForReread: (feed_id: number): void => {
      readAnew.run(feed_id)
    },
    htmlOf: (reflection_id: number): string | null => htmlOf.get(reflection_id) ?? null,
    forget: (feed_id: number): void => {
      forget.run(feed_id)
    },
    prune: (feed_id: number): void => {
      prune.run({ feed_id })
    },
  }
}

export type FeedItems = ReturnType<typeof createFeedItems>
