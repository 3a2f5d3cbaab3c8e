import type { Database } from '../db/open.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Mail } from '../mail/mail.ts'
import type { EmailPreferences } from '../notifications/email-preferences.ts'
import { MAY_SIGN_IN } from '../people/policy.ts'
import type { Translate } from '../web/text/i18n.ts'

interface AnnouncementEmailsDeps {
  jobs: Jobs
  mail: Mail
  preferences: EmailPreferences
  plainText: (html: string, max: number) => string
  t: Translate
  site: { base_url: string; name: () => string }
}

interface AnnouncementEmailRow {
  name: string
  address: string
  title: string
  html: string
  cohort: string
  slug: string
  by: string | null
}

/** A letter says so much; the rest is read on the site. */
const SAYS = 1500

/** Announcements by mail, to those who have not said no to such letters and are still there when it goes. */
export function createAnnouncementLetters(
  db: Database,
  { jobs, mail, preferences, plainText, t, site }: AnnouncementEmailsDeps,
) {
  const kind = 'mail.announcement'
  const find = db.prepare<{ id: number; person_id: number }, AnnouncementEmailRow>(`
    SELECT person.name, person.email AS address, a.title, a.html, cohort.title AS cohort, cohort.slug, writer.name AS by
      FROM announcement AS a
      JOIN cohort ON cohort.id = a.cohort_id
      JOIN enrolment ON enrolment.cohort_id = a.cohort_id AND enrolment.person_id = :person_id AND left_at IS NULL
      JOIN person ON person.id = enrolment.person_id AND ${MAY_SIGN_IN}
      LEFT JOIN person AS writer ON writer.id = a.written_by
     WHERE a.id = :id`)

  jobs.handle<{ id: number; person_id: number }>(
    kind,
    async ({ id, person_id }, { job_id, signal }) => {
      const row = find.get({ id, person_id })
      if (!row || !preferences.wants(person_id, 'announcements')) return
      const { name, address, title, html, cohort, slug, by } = row
      await mail.send({
        to: { name, address },
        letter: {
          subject: t('cohorts.announcement_letter.subject', { title, cohort }),
          greeting: t('cohorts.letter.greeting', { name }),
          paragraphs: [
            by
              ? t('cohorts.announcement_letter.from', { by, cohort })
              : t('cohorts.announcement_letter.from_nobody', { cohort }),
          ],
          entries: [
            { head: title, says: plainText(html, SAYS), href: `${site.base_url}/cohorts/${slug}/announcements` },
          ],
          act: { words: t('cohorts.announcement_letter.do'), href: `${site.base_url}/cohorts/${slug}` },
          foot: [t('cohorts.announcement_letter.foot', { site: site.name(), cohort })],
          leave: {
            words: t('cohorts.announcement_letter.leave'),
            href: preferences.unsubscribeHref(person_id, 'announcements'),
          },
        },
        job_id,
        signal,
      })
    },
    { lease: { minutes: 1 }, at_once: 3 },
  )

  /** Puts the letters into the outbox, in the caller's transaction; without mail there is nothing to do. */
  return function writeTo(id: number, person_ids: number[]): void {
    if (!mail.isSetUp()) return
    for (const person_id of person_ids) jobs.add(kind, { id, person_id }, { key: `${id} ${person_id}` })
  }
}
