import type { Activity } from '../activity/activity.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { deleteExpired } from '../db/delete-expired.ts'
import type { Database } from '../db/open.ts'
import { pageOf } from '../db/page.ts'
import { writeIfPossible } from '../db/write-lock.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { ACTOR, MAY_BE_TOLD, NEW_TO_PERSON } from './policy.ts'
import { createRecipients } from './recipients.ts'

type NoticeKind =
  | 'answer'
  | 'reply'
  | 'mention'
  | 'award'
  | 'award_revoked'
  | 'claim_more'
  | 'certificate'
  | 'hours_confirmed'
  | 'hours_asked'
  | 'hidden'
  | 'restored'
  | 'reported'
  | 'feed_unsure'
  | 'feed_trouble'
  | 'confirmed'
  | 'thing_reported'
  | 'report_thanks'
  | 'report_settled'
  | 'place'
  | 'brought_in'
  | 'in_line'
  | 'announcement'
  | 'calendar'
  | 'closed'

interface NewNotice {
  person_id: number
  kind: NoticeKind
  /** A person gets one notice per key. */
  key: string
  cohort_id?: number
  reflection_id?: number
  comment_id?: number
  award_id?: string
  actor_id?: number
  /** Marks an existing notice with the same key as unread again, instead of adding one. */
  renew?: boolean
  /** Values for its text; `href` is a path of this site, for a notice without any of the subjects above. */
  detail?: Record<string, string | number | null>
}

/** A notice as the list shows it. */
export interface Notice {
  id: number
  kind: NoticeKind
  told_at: string
  is_new: 0 | 1
  actor: { id: number; name: string } | null
  detail: Record<string, string | number | null>
  reflection_id: number | null
  comment_id: number | null
  title: string | null
  cohort: string | null
  /** The first characters of the comment. */
  said: string
  badge: { slug: string; title: string } | null
}

interface NoticeRow extends Omit<Notice, 'actor' | 'detail' | 'badge' | 'said'> {
  actor_id: number | null
  actor_name: string
  detail: string
  said: string | null
  badge_slug: string | null
  badge_title: string | null
}

/** What the page that a person opens shows. */
interface SeenContext {
  reflection_id?: number
  award_ids?: string[]
  badge_id?: number
  kinds?: NoticeKind[]
}

const SAID = 120
const KEPT = Temporal.Duration.from({ hours: 24 * 180 })

interface NoticesDeps {
  jobs: Jobs
  plainText: (html: string, max: number) => string
  /** Called with the people notified of a comment or mention, to plan emails. */
  onPersonalNotices: (person_ids: number[]) => void
}

/** Notices shown on the site: comments, mentions, awards and others. */
export function createNotices(db: Database, clock: Clock, { jobs, plainText, onPersonalNotices }: NoticesDeps) {
  // Triggers delete the notices of a comment with it: comment_leaves_its_place, notice_goes_with_comment.
  const telling = createRecipients(db)
  const insert = db.prepare(`
    INSERT INTO notice (person_id, kind, key, cohort_id, reflection_id, comment_id, award_id, actor_id, detail, told_at)
    VALUES (:person_id, :kind, :key, :cohort_id, :reflection_id, :comment_id, :award_id, :actor_id, :detail, :now)
    ON CONFLICT (person_id, key) DO UPDATE SET detail = excluded.detail, told_at = excluded.told_at, read_at = NULL
      WHERE :renew = 1 AND detail <> excluded.detail`)
  const list = (state: 'unread' | 'read') =>
    db.prepare<{ viewer: number; before: number; limit: number }, NoticeRow>(`
    SELECT n.id, n.kind, n.told_at, n.read_at IS NULL AS is_new, n.detail, n.reflection_id, n.comment_id,
           actor.id AS actor_id, actor.name AS actor_name, about.title, cohort.title AS cohort, said.html AS said,
           badge.slug AS badge_slug, given.title AS badge_title
      FROM notice AS n
      LEFT JOIN reflection AS about ON about.id = n.reflection_id
      LEFT JOIN comment AS said ON said.id = n.comment_id
      LEFT JOIN person AS actor ON actor.id = ${ACTOR}
      LEFT JOIN cohort ON cohort.id = n.cohort_id
      LEFT JOIN award ON award.id = n.award_id
      LEFT JOIN badge ON badge.id = award.badge_id
      LEFT JOIN badge_version AS given ON given.badge_id = award.badge_id AND given.version = award.badge_version
     WHERE n.person_id = :viewer AND n.read_at ${state === 'unread' ? 'IS NULL' : 'IS NOT NULL'} AND n.id < :before
       AND ${MAY_BE_TOLD}
     ORDER BY n.id DESC LIMIT :limit`)
  // each uses an index of its own: one for both would be written for every notice
  const lists = [list('unread'), list('read')]
  const inSight = db
    .prepare<object, number>(`
      SELECT id FROM notice INDEXED BY notice_unread_about
       WHERE reflection_id = :reflection_id AND person_id = :person_id AND read_at IS NULL
      UNION
      SELECT notice.id
        FROM (SELECT value AS id FROM json_each(:award_ids)
              UNION SELECT id FROM award WHERE badge_id = :badge_id AND person_id = :person_id) AS shown
        CROSS JOIN notice INDEXED BY notice_of_award ON notice.award_id = shown.id
       WHERE notice.person_id = :person_id AND notice.read_at IS NULL
      UNION
      SELECT notice.id FROM json_each(:kinds) AS shown CROSS JOIN notice ON notice.kind = shown.value
       WHERE notice.person_id = :person_id AND notice.read_at IS NULL`)
    .pluck()
  const forget = db.prepare('DELETE FROM notice WHERE person_id = ? AND key = ?')
  const forgetAll = db.prepare(
    'DELETE FROM notice WHERE key = :key AND person_id IN (SELECT person_id FROM enrolment WHERE cohort_id = :cohort_id)',
  )
  const read = db.prepare('UPDATE notice SET read_at = :now WHERE id IN (SELECT value FROM json_each(:ids))')
  const readAll = db.prepare(
    'UPDATE notice SET read_at = :now WHERE person_id = :person_id AND read_at IS NULL AND id <= :up_to',
  )
  const count = db.prepare<[number], number>(`SELECT ${NEW_TO_PERSON} FROM person WHERE id = ?`).pluck()
  const deleteReadUntil = deleteExpired(db, { table: 'notice', at: 'read_at' })

  jobs.handle('notices.clean', (_payload, { signal }) => deleteReadUntil(clock.now().subtract(KEPT), signal))
  jobs.every('notices.clean', { hours: 24 })

  function toNotice({ actor_id, actor_name, badge_slug, badge_title, detail, said, ...row }: NoticeRow): Notice {
    return {
      ...row,
      actor: actor_id === null ? null : { id: actor_id, name: actor_name },
      detail: JSON.parse(detail),
      said: plainText(said ?? '', SAID),
      badge: badge_slug === null ? null : { slug: badge_slug, title: badge_title ?? '' },
    }
  }

  return {
    /** Activity subscriber: notifies the recipients, in the transaction of the activity. */
    onActivity(activity: Activity): void {
      const told = telling.notify(activity)
      onPersonalNotices(told.flatMap(({ person_id, personally }) => (personally ? [person_id] : [])))
    },

    /** Notifies one person; inside a transaction it becomes part of it. */
    notify(news: NewNotice): void {
      const { cohort_id = null, reflection_id = null, comment_id = null, award_id = null, actor_id = null } = news
      const { person_id, kind, key, renew = false, detail = {} } = news
      if (person_id === actor_id) return
      const about = { cohort_id, reflection_id, comment_id, award_id, actor_id }
      const row = { person_id, kind, key, ...about, detail: JSON.stringify(detail), now: nowText(clock) }
      insert.run({ ...row, renew: renew ? 1 : 0 })
    },

    /** Deletes the notice with this key, when its subject no longer exists. */
    forget(person_id: number, key: string): void {
      forget.run(person_id, key)
    },

    /** The same for everybody who is or was in a cohort. */
    forgetAll(cohort_id: number, key: string): void {
      forgetAll.run({ cohort_id, key })
    },

    /** The notices that the viewer may read, newest first. @param before id of the last notice on the previous page */
    list(viewer: number, before: number | null, size: number): { notices: Notice[]; next: number | null } {
      const page = { viewer, before: before ?? Number.MAX_SAFE_INTEGER, limit: size + 1 }
      const rows = lists.flatMap((list) => list.all(page)).sort((one, other) => other.id - one.id)
      const { items, next } = pageOf(rows, size)
      return { notices: items.map(toNotice), next: next?.id ?? null }
    },

    /** The number of unread notices that the person may read. */
    countNew: (person_id: number): number => count.get(person_id) ?? 0,

    /**
     * Marks notices about the opened page as read, before the page is rendered. No statement runs when
     * the person has no unread notice.
     */
    markSeen(person: Express.User, { reflection_id, award_ids = [], badge_id, kinds = [] }: SeenContext): void {
      if (person.news === 0) return
      const ids = inSight.all({
        person_id: person.id,
        reflection_id: reflection_id ?? null,
        award_ids: JSON.stringify(award_ids),
        badge_id: badge_id ?? null,
        kinds: JSON.stringify(kinds),
      })
      if (ids.length === 0) return
      writeIfPossible(db, () => read.run({ now: nowText(clock), ids: JSON.stringify(ids) }))
      person.news = count.get(person.id) ?? 0
    },

    /** @param up_to id of the newest notice on the page: later ones stay unread */
    readAll(person_id: number, up_to: number): void {
      readAll.run({ person_id, up_to, now: nowText(clock) })
    },
  }
}

export type Notices = ReturnType<typeof createNotices>
