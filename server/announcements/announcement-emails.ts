import type { Database } from '../db/open.ts'
import type { JobTotals } from '../jobs/job-store.ts'
import { createEmailKind, type EmailKindDeps } from '../mail/email-kind.ts'
import { withProblem } from '../mail/email-status.ts'
import type { SmtpProblem } from '../mail/smtp-problem.ts'
import type { EmailPreferences } from '../notifications/email-preferences.ts'
import { MAY_SIGN_IN } from '../people/policy.ts'
import { greetingName } from '../web/text/person-names.ts'

interface AnnouncementEmailsDeps extends EmailKindDeps {
  preferences: EmailPreferences
  plainLines: (html: string, max: number) => string
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

/** How the emails of an announcement stand. Sent ones are counted for a week. */
export interface AnnouncementEmailTotals {
  sent: number
  /** Queued, or failed and tried again later. */
  waiting: number
  failed: number
  /** The newest of those that failed for good. */
  failures: { name: string; reason: string; problem: SmtpProblem | null }[]
}

const KIND = 'mail.announcement'
const MOST_FAILURES = 20

/** Characters of the announcement in the email; the rest is read on the site. */
const MAX_TEXT = 1500

/** Announcements by email, to members who have not unsubscribed and are still in the cohort when it is sent. */
export function createAnnouncementEmails(
  db: Database,
  { jobs, mail, preferences, plainLines, t, site }: AnnouncementEmailsDeps,
) {
  const find = db.prepare<{ id: number; person_id: number }, AnnouncementEmailRow>(`
    SELECT person.name, person.email AS address, a.title, a.html, cohort.title AS cohort, cohort.slug, writer.name AS by
      FROM announcement AS a
      JOIN cohort ON cohort.id = a.cohort_id
      JOIN enrolment ON enrolment.cohort_id = a.cohort_id AND enrolment.person_id = :person_id AND left_at IS NULL
      JOIN person ON person.id = enrolment.person_id AND ${MAY_SIGN_IN}
      LEFT JOIN person AS writer ON writer.id = a.written_by
     WHERE a.id = :id`)

  const send = createEmailKind<{ id: number; person_id: number }>({ jobs, mail }, KIND, ({ id, person_id }) => {
    const row = find.get({ id, person_id })
    if (!row || !preferences.wants(person_id, 'announcements')) return null
    const { name, address, title, html, cohort, slug, by } = row
    return {
      to: { name, address },
      message: {
        subject: t('cohorts.announcement_letter.subject', { title, cohort }),
        greeting: t('cohorts.letter.greeting', { name: greetingName(name) }),
        paragraphs: [
          by
            ? t('cohorts.announcement_letter.from', { by, cohort })
            : t('cohorts.announcement_letter.from_nobody', { cohort }),
        ],
        entries: [{ title, text: plainLines(html, MAX_TEXT), href: `${site.base_url}/cohorts/${slug}/announcements` }],
        action: { label: t('cohorts.announcement_letter.do'), href: `${site.base_url}/cohorts/${slug}` },
        footer: [t('cohorts.announcement_letter.foot', { site: site.name(), cohort })],
        unsubscribe: {
          label: t('cohorts.announcement_letter.leave'),
          href: preferences.unsubscribeHref(person_id, 'announcements'),
        },
      },
    }
  })

  const nameOf = db.prepare<[number], string>('SELECT name FROM person WHERE id = ?').pluck()

  return {
    /** Adds an email to each of the people to the outbox. */
    send(id: number, people: { person_id: number; email: string }[]): void {
      for (const { person_id, email } of people) send({ id, person_id }, { key: `${id} ${person_id}`, about: email })
    },

    /** @returns null where none is known: the announcement went without emails, or all were sent more than a week ago */
    totals(id: number): AnnouncementEmailTotals | null {
      const totals: JobTotals | undefined = jobs.totals(emailsOf(id))[0]
      if (!totals) return null
      const failures = jobs.deadPayloads(emailsOf(id), MOST_FAILURES).map(({ payload, reason }) => {
        const name = nameOf.get(Object(JSON.parse(payload)).person_id) ?? ''
        return { name, ...withProblem({ reason }) }
      })
      return { sent: totals.done, waiting: totals.waiting + totals.retrying, failed: totals.dead, failures }
    },

    /** Queues again what failed. */
    retry: (id: number): Promise<void> => jobs.retryAll(emailsOf(id)),
  }
}

export type AnnouncementEmails = ReturnType<typeof createAnnouncementEmails>

function emailsOf(id: number): { kind: string; key: string } {
  return { kind: KIND, key: `${id} ` }
}
