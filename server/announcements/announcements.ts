import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, instantText, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { pageOf } from '../db/page.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Notices } from '../notifications/notices.ts'
import type { AnnouncementEmails } from './announcement-emails.ts'

/** What an organiser tells everybody in a cohort. */
export interface Announcement {
  id: number
  title: string
  body: string
  html: string
  pinned: 0 | 1
  by_letter: 0 | 1
  /** Null when the account was deleted. */
  by: string | null
  written_at: string
  edited_at: string | null
}

interface AnnouncementText {
  title: string
  body: string
  pinned: boolean
}

/** The welcome and announcements on a person's map. */
export interface MapAnnouncements {
  welcome_html: string | null
  announcements: Pick<Announcement, 'id' | 'title' | 'html' | 'pinned' | 'written_at'>[]
}

interface AnnouncementsDeps {
  activity: ActivityLog
  jobs: Jobs
  notices: Pick<Notices, 'notify' | 'forgetAll'>
  renderMarkdown: (text: string) => { html: string }
  /** Queues an email to each person who wants one. */
  sendEmails: AnnouncementEmails['send']
}

const PER_PAGE = 20
const AT_ONCE = 100
/** How long those that are not pinned are on the map, and how many at most. */
const RECENT = Temporal.Duration.from({ hours: 24 * 7 })
const ON_MAP = 3

const COLUMNS = 'a.id, a.title, a.body, a.html, a.pinned, a.by_letter, person.name AS by, a.written_at, a.edited_at'

export function createAnnouncements(db: Database, clock: Clock, helpers: AnnouncementsDeps) {
  const { activity, jobs, notices, renderMarkdown, sendEmails } = helpers
  const insert = db.prepare(`
    INSERT INTO announcement (cohort_id, title, body, html, pinned, by_letter, written_by, written_at)
    VALUES (:cohort_id, :title, :body, :html, :pinned, :by_letter, :by, :now)`)
  const save = db.prepare(`
    UPDATE announcement SET title = :title, body = :body, html = :html, pinned = :pinned, edited_at = :now
     WHERE id = :id AND cohort_id = :cohort_id`)
  const pin = db.prepare(
    'UPDATE announcement SET pinned = :pinned WHERE id = :id AND cohort_id = :cohort_id AND pinned <> :pinned',
  )
  const drop = db.prepare('DELETE FROM announcement WHERE id = ? AND cohort_id = ?')
  const one = db.prepare<[number, number], Announcement>(`
    SELECT ${COLUMNS} FROM announcement AS a LEFT JOIN person ON person.id = a.written_by WHERE a.cohort_id = ? AND a.id = ?`)
  const page = db.prepare<{ cohort_id: number; before: number | null; limit: number }, Announcement>(`
    SELECT ${COLUMNS} FROM announcement AS a LEFT JOIN person ON person.id = a.written_by
     WHERE a.cohort_id = :cohort_id AND (:before IS NULL OR a.id < :before) ORDER BY a.id DESC LIMIT :limit`)
  const greeting = db.prepare<
    { cohort_id: number; person_id: number; welcome: 0 | 1; since: string },
    MapAnnouncements['announcements'][number] & { kind: 'welcome' | 'announcement' }
  >(`
    SELECT 'welcome' AS kind, 0 AS id, '' AS title, welcome_html AS html, 1 AS pinned, '' AS written_at
      FROM cohort WHERE id = :cohort_id AND :welcome = 1 AND welcome_html <> ''
    UNION ALL
    SELECT * FROM (
      SELECT 'announcement', id, title, html, pinned, written_at
        FROM announcement
       WHERE cohort_id = :cohort_id AND (pinned = 1 OR written_at > :since)
         AND NOT EXISTS (SELECT 1 FROM dismissal WHERE person_id = :person_id AND announcement_id = announcement.id)
       ORDER BY pinned DESC, id DESC LIMIT ${ON_MAP})`)
  const dismiss = db.prepare(`
    INSERT INTO dismissal (person_id, announcement_id, dismissed_at)
    SELECT :person_id, id, :now FROM announcement WHERE id = :id AND cohort_id = :cohort_id
    ON CONFLICT DO NOTHING`)
  const recipients = db.prepare<
    { id: number; after: number },
    {
      person_id: number
      email: string
      cohort_id: number
      title: string
      cohort: string
      slug: string
      by_letter: 0 | 1
      written_by: number | null
    }
  >(`
    SELECT enrolment.person_id, person.email, a.cohort_id, a.title, cohort.title AS cohort, cohort.slug, a.by_letter, a.written_by
      FROM announcement AS a
      JOIN cohort ON cohort.id = a.cohort_id
      JOIN enrolment ON enrolment.cohort_id = a.cohort_id AND left_at IS NULL AND enrolment.person_id > :after
      JOIN person ON person.id = enrolment.person_id
     WHERE a.id = :id ORDER BY enrolment.person_id LIMIT ${AT_ONCE}`)

  jobs.handle<{ id: number; after: number }>('announcement.tell', ({ id, after }) => {
    transaction(db, () => {
      const rows = recipients.all({ id, after })
      for (const { person_id, cohort_id, title, cohort, slug, written_by } of rows) {
        const detail = { announcement: title, cohort, href: `/cohorts/${slug}/announcements#announcement-${id}` }
        const actor = written_by === null ? {} : { actor_id: written_by }
        notices.notify({ person_id, kind: 'announcement', key: noticeKey(id), cohort_id, detail, ...actor })
      }
      const readers = rows.filter(({ by_letter, person_id, written_by }) => by_letter === 1 && person_id !== written_by)
      sendEmails(id, readers)
      const last = rows.length === AT_ONCE ? rows.at(-1) : undefined
      if (last) jobs.add('announcement.tell', { id, after: last.person_id }, { key: `${id} ${last.person_id}` })
    })
  })

  return {
    /** Saves an announcement and notifies the cohort by a job, on request also by email. @returns its id */
    write({
      cohort_id,
      by,
      title,
      body,
      pinned,
      by_letter = false,
    }: AnnouncementText & { cohort_id: number; by: number; by_letter?: boolean }): number {
      return transaction(db, () => {
        const text = { title, body, html: renderMarkdown(body).html, pinned: pinned ? 1 : 0 }
        const row = { cohort_id, by, ...text, by_letter: by_letter ? 1 : 0, now: nowText(clock) }
        const id = Number(insert.run(row).lastInsertRowid)
        const detail = { pinned: row.pinned, by_letter: row.by_letter }
        activity.record('announcement.written', { person_id: by, cohort_id, subject_id: id, detail })
        jobs.add('announcement.tell', { id, after: 0 }, { key: `${id} 0` })
        return id
      })
    },

    /** Changes the text; nobody is notified again. */
    edit(cohort_id: number, id: number, { title, body, pinned }: AnnouncementText, by: number): void {
      transaction(db, () => {
        const before = one.get(cohort_id, id)
        const text = { title, body, html: renderMarkdown(body).html, pinned: pinned ? 1 : 0 }
        if (!before || save.run({ id, cohort_id, ...text, now: nowText(clock) }).changes === 0) return
        const detail = before.pinned === text.pinned ? {} : { pinned: text.pinned, pinned_before: before.pinned }
        activity.record('announcement.edited', { person_id: by, cohort_id, subject_id: id, detail })
      })
    },

    setPinned(cohort_id: number, id: number, pinned: boolean, by: number): void {
      transaction(db, () => {
        if (pin.run({ cohort_id, id, pinned: pinned ? 1 : 0 }).changes === 0) return
        const detail = { pinned: pinned ? 1 : 0, pinned_before: pinned ? 0 : 1 }
        activity.record('announcement.edited', { person_id: by, cohort_id, subject_id: id, detail })
      })
    },

    /** Deletes an announcement with its notices; emails not sent yet are not sent. */
    remove(cohort_id: number, id: number, by: number): void {
      transaction(db, () => {
        if (drop.run(id, cohort_id).changes === 0) return
        notices.forgetAll(cohort_id, noticeKey(id))
        activity.record('announcement.deleted', { person_id: by, cohort_id, subject_id: id })
      })
    },

    find: (cohort_id: number, id: number): Announcement | null => one.get(cohort_id, id) ?? null,

    /** The newest first. @param before the last one of the page before */
    page(cohort_id: number, before: number | null): { announcements: Announcement[]; next: number | null } {
      const { items, next } = pageOf(page.all({ cohort_id, before, limit: PER_PAGE + 1 }), PER_PAGE)
      return { announcements: items, next: next?.id ?? null }
    },

    /** The welcome until the first thing is done, and announcements until they are dismissed. */
    forMap(
      { person_id, cohort }: { person_id: number; cohort: { id: number } },
      { welcome }: { welcome: boolean },
    ): MapAnnouncements {
      const since = instantText(clock.now().subtract(RECENT))
      const rows = greeting.all({ cohort_id: cohort.id, person_id, welcome: welcome ? 1 : 0, since })
      return {
        welcome_html: rows.find(({ kind }) => kind === 'welcome')?.html ?? null,
        announcements: rows.filter(({ kind }) => kind === 'announcement'),
      }
    },

    /** Hides an announcement from a person's map. */
    dismiss(cohort_id: number, id: number, person_id: number): void {
      dismiss.run({ cohort_id, id, person_id, now: nowText(clock) })
    },
  }
}

function noticeKey(id: number): string {
  return `announcement ${id}`
}
