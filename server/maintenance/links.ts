import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, instantText, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { FetchPublic } from '../http-client/fetcher.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { createLinkCheck, type LinkCheckResult, type LinkTrouble } from './check-link.ts'
import { hostOf, linksIn } from './link-text.ts'

/** A link that failed on two different days (UTC), or that has moved permanently. */
export interface BrokenLink {
  url: string
  status: number | null
  trouble: LinkTrouble
  since: string
  checked_at: string
  moved_to: string | null
  places: { course: string; slug: string; title: string; position: number }[]
}

/** Progress of the link check. */
export interface LinkNumbers {
  links: number
  waiting: number
  checked_at: string | null
}

interface DueLink {
  id: number
  url: string
  trouble: LinkTrouble | null
  since: string | null
}

interface LinksDeps {
  activity: ActivityLog
  jobs: Jobs
  fetchPublic: FetchPublic
  base_url: string
}

/** Time between two requests to the same host. */
const PAUSE = Temporal.Duration.from({ seconds: 5 })
const RETRY_AFTER = Temporal.Duration.from({ hours: 24 })
const RECENTLY = Temporal.Duration.from({ hours: 1 })
/** A check without progress for this long counts as stopped. */
const STALLED_AFTER = Temporal.Duration.from({ minutes: 10 })
const MAX_SHOWN = 100

/**
 * SQL: link `l` failed on two different days, since one bad day proves nothing; a permanent redirect counts at once.
 */
const IS_CONFIRMED = "(l.trouble = 'moved' OR substr(l.since, 1, 10) < substr(l.checked_at, 1, 10))"

/** SQL: all HTML of a thing, in every language. */
const THING_HTML = `(
  body_html || ifnull(note_html, '') || ifnull(without_account_html, '')
  || ifnull((SELECT group_concat(replace(html, '\\"', '"')) FROM thing_translation WHERE thing_id = thing.id), ''))`

/** Checks the links of all courses one after the other, with a pause between requests to the same host. */
export function createLinks(db: Database, clock: Clock, { activity, jobs, fetchPublic, base_url }: LinksDeps) {
  const check = createLinkCheck(fetchPublic, { 'User-Agent': `Twentythree link check (+${base_url})` })
  const texts = db.prepare<[], { id: number; html: string }>(`
    SELECT thing.id, ${THING_HTML} AS html
      FROM thing JOIN course ON course.id = thing.course_id
     WHERE thing.position > 0 AND course.archived_at IS NULL`)
  const insertLink = db
    .prepare<object, number>(`
      INSERT INTO link_check (url, host, due_at) VALUES (:url, :host, :now)
      ON CONFLICT (url) DO UPDATE SET due_at = iif(checked_at > :lately, due_at, :now)
      RETURNING id`)
    .pluck()
  const clearPlaces = db.prepare('DELETE FROM link_place')
  const insertPlace = db.prepare('INSERT INTO link_place (link_id, thing_id) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const deleteUnused = db.prepare('DELETE FROM link_check WHERE id NOT IN (SELECT link_id FROM link_place)')
  const due = db.prepare<{ now: string; rested: string }, DueLink>(`
    SELECT id, url, trouble, since FROM link_check AS l
     WHERE due_at <= :now
       AND NOT EXISTS (SELECT 1 FROM link_check AS other WHERE other.host = l.host AND other.checked_at > :rested)
     ORDER BY due_at, id LIMIT 1`)
  const nextDue = db.prepare<[], string | null>('SELECT min(due_at) FROM link_check WHERE due_at IS NOT NULL').pluck()
  const updateLink = db.prepare(`
    UPDATE link_check
       SET due_at = :due_at, checked_at = :now, status = :status, trouble = :trouble, since = :since, moved_to = :moved_to
     WHERE id = :id`)
  const broken = db.prepare<[], Omit<BrokenLink, 'places'> & { places: string }>(`
    SELECT l.url, l.status, l.trouble, l.since, l.checked_at, l.moved_to,
           json_group_array(json_object('course', course.slug, 'slug', thing.slug, 'title', thing.title,
                                        'position', thing.position)) AS places
      FROM link_check AS l
      JOIN link_place ON link_place.link_id = l.id
      JOIN thing ON thing.id = link_place.thing_id
      JOIN course ON course.id = thing.course_id
     WHERE l.trouble IS NOT NULL AND ${IS_CONFIRMED} AND thing.position > 0 AND course.archived_at IS NULL
       AND instr(${THING_HTML}, 'href="' || replace(l.url, '&', '&amp;') || '"') > 0
     GROUP BY l.id ORDER BY l.trouble = 'moved', l.since LIMIT ${MAX_SHOWN}`)
  const numbers = db.prepare<[string], LinkNumbers>(`
    SELECT count(*) AS links, ifnull(sum(due_at <= ?), 0) AS waiting, max(checked_at) AS checked_at FROM link_check`)

  /** Marks every link of every course in use as due. */
  function scheduleAll(): void {
    transaction(db, () => {
      const now = nowText(clock)
      const lately = instantText(clock.now().subtract(RECENTLY))
      clearPlaces.run()
      for (const { id, html } of texts.all()) {
        for (const url of linksIn(html)) {
          const link_id = insertLink.get({ url, host: hostOf(url), now, lately })
          if (link_id !== undefined) insertPlace.run(link_id, id)
        }
      }
      deleteUnused.run()
      jobs.add('links.check', {})
    })
  }

  function storeResult(
    { id, trouble: before, since: failing_since }: DueLink,
    { status, trouble, moved_to }: LinkCheckResult,
  ): void {
    const now = clock.now()
    const failing = trouble !== null && trouble !== 'moved'
    const continues = before !== null && (before === trouble || (failing && before !== 'moved'))
    const since = trouble === null ? null : continues ? failing_since : instantText(now)
    const first_day = failing && since?.slice(0, 10) === instantText(now).slice(0, 10)
    const due_at = first_day ? instantText(now.add(RETRY_AFTER)) : null
    updateLink.run({ id, due_at, now: instantText(now), status, trouble, since, moved_to })
  }

  /** Checks one link, and adds the job for the next one. */
  async function checkNext(signal: AbortSignal): Promise<void> {
    const now = clock.now()
    const link = due.get({ now: instantText(now), rested: instantText(now.subtract(PAUSE)) })
    if (link) {
      const found = await check(link.url, signal)
      return transaction(db, () => {
        storeResult(link, found)
        jobs.add('links.check', {})
      })
    }
    const at = nextDue.get()
    if (!at) return
    const later = Temporal.Instant.from(at)
    // what is due waits for the pause of its host
    const next = Temporal.Instant.compare(later, now) > 0 ? later : now.add(PAUSE)
    jobs.add('links.check', {}, { key: instantText(next), at: next })
  }

  jobs.handle('links.plan', scheduleAll)
  jobs.every('links.plan', { hours: 24 * 7 }, { later: true })
  jobs.handle('links.check', (_, { signal }) => checkNext(signal), { lease: { minutes: 1 }, tries: 3 })

  return {
    /** Starts a check of all links. @returns false where one is under way */
    checkNow(by: number): boolean {
      return transaction(db, () => {
        const { waiting, checked_at } = numbers.get(nowText(clock)) ?? { waiting: 0, checked_at: null }
        const lately = instantText(clock.now().subtract(STALLED_AFTER))
        if (waiting > 0 && checked_at !== null && checked_at > lately) return false
        activity.record('links.check_asked', { person_id: by })
        jobs.add('links.plan', {})
        return true
      })
    },

    /** Broken links with the things that still contain them, those that moved last. */
    broken: (): BrokenLink[] => broken.all().map((row) => ({ ...row, places: JSON.parse(row.places) })),

    numbers: (): LinkNumbers => numbers.get(nowText(clock)) ?? { links: 0, waiting: 0, checked_at: null },
  }
}
