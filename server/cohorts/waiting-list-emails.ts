import type { Database } from '../db/open.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Mail } from '../mail/mail.ts'
import { MAY_SIGN_IN } from '../people/policy.ts'
import type { Translate } from '../web/text/i18n.ts'

interface WaitingListEmailsDeps {
  jobs: Jobs
  mail: Mail
  t: Translate
  site: { base_url: string; name: () => string }
}

interface PlaceEmailRow {
  name: string
  address: string
  cohort: string
  slug: string
}

/** "A place is yours", by mail, to somebody who stood in line; not where she has gone again by then. */
export function createPlaceLetters(db: Database, { jobs, mail, t, site }: WaitingListEmailsDeps) {
  const kind = 'mail.place'
  const find = db.prepare<[number, number], PlaceEmailRow>(`
    SELECT person.name, person.email AS address, cohort.title AS cohort, cohort.slug
      FROM enrolment
      JOIN person ON person.id = person_id AND ${MAY_SIGN_IN}
      JOIN cohort ON cohort.id = cohort_id
     WHERE cohort_id = ? AND person_id = ? AND left_at IS NULL`)

  jobs.handle<{ cohort_id: number; person_id: number }>(
    kind,
    async ({ cohort_id, person_id }, { job_id, signal }) => {
      const row = find.get(cohort_id, person_id)
      if (!row) return
      const { name, address, cohort, slug } = row
      await mail.send({
        to: { name, address },
        letter: {
          subject: t('cohorts.place_letter.subject', { cohort }),
          greeting: t('cohorts.letter.greeting', { name }),
          paragraphs: [t('cohorts.place_letter.text', { cohort })],
          act: { words: t('cohorts.place_letter.do'), href: `${site.base_url}/cohorts/${slug}` },
          foot: [t('cohorts.place_letter.foot', { site: site.name(), address: site.base_url })],
        },
        job_id,
        signal,
      })
    },
    { lease: { minutes: 1 }, at_once: 2 },
  )

  /** Puts the letter into the outbox, in the caller's transaction; without mail there is nothing to do. */
  return function writeTo(cohort_id: number, person_id: number): void {
    if (mail.isSetUp()) jobs.add(kind, { cohort_id, person_id })
  }
}
