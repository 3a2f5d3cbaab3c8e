import type { Database } from '../db/open.ts'
import { createEmailKind, type EmailKindDeps } from '../mail/email-kind.ts'
import { MAY_SIGN_IN } from '../people/policy.ts'
import { greetingName } from '../web/text/person-names.ts'

interface PlaceEmailRow {
  name: string
  address: string
  cohort: string
  slug: string
}

/** Tells people on the waiting list by email that they have a place, unless they have left the cohort by then. */
export function createWaitingListEmails(db: Database, { jobs, mail, t, site }: EmailKindDeps) {
  const find = db.prepare<[number, number], PlaceEmailRow>(`
    SELECT person.name, person.email AS address, cohort.title AS cohort, cohort.slug
      FROM enrolment
      JOIN person ON person.id = person_id AND ${MAY_SIGN_IN}
      JOIN cohort ON cohort.id = cohort_id
     WHERE cohort_id = ? AND person_id = ? AND left_at IS NULL`)

  const send = createEmailKind<{ cohort_id: number; person_id: number }>(
    { jobs, mail },
    'mail.place',
    ({ cohort_id, person_id }) => {
      const row = find.get(cohort_id, person_id)
      if (!row) return null
      const { name, address, cohort, slug } = row
      return {
        to: { name, address },
        message: {
          subject: t('cohorts.place_letter.subject', { cohort }),
          greeting: t('cohorts.letter.greeting', { name: greetingName(name) }),
          paragraphs: [t('cohorts.place_letter.text', { cohort })],
          action: { label: t('cohorts.place_letter.do'), href: `${site.base_url}/cohorts/${slug}` },
          footer: [t('cohorts.place_letter.foot', { site: site.name(), address: site.base_url })],
        },
      }
    },
    { at_once: 2 },
  )

  return function sendPlaceEmail(cohort_id: number, person_id: number): void {
    send({ cohort_id, person_id })
  }
}
