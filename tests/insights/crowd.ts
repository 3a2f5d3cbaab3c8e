import type { TestSite } from '../support/site.ts'

const FIRST = ['Amara', 'Kenji', 'Łucja', 'Åsa', 'Mehmet', 'Noor', 'Zanele', 'Dac Kien', 'Saoirse', 'Ирина']
const LAST = ['Okonkwo', 'Watanabe', 'Wiśniewska', 'Lindqvist', 'Yıldız', 'van der Berg', 'Mthembu-Featherstonehaugh']
const WORKPLACES = ['East Quay', 'Central', 'Hill Branch', "Children's services", null]
const TEXT = '<p>I have worked here for eleven years and never looked at our own entrance like that.</p>'.repeat(8)

/**
 * Many learners at once, in bulk and the same each time: each has done somewhat fewer things than the one before, about
 * half in all; one in seven skips something, one in five has a draft, four of five reflections have an answer.
 * @param text of each reflection and answer; a search index of long ones takes seconds for thousands of people
 */
export function crowd(site: TestSite, cohort_id: number, size: number, text = TEXT): void {
  const { db } = site
  const names = (list: readonly (string | null)[]) => JSON.stringify(list)
  const now = site.clock.now().toString({ fractionalSecondDigits: 3 })
  const bind = {
    cohort_id,
    size,
    now,
    first: names(FIRST),
    last: names(LAST),
    workplaces: names(WORKPLACES),
    text,
  }
  const steps = [
    `INSERT INTO person (email, name, handle, password_hash, workplace, created_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :size)
     SELECT 'crowd' || i || '@library.example',
            (:first ->> (i * 7 % 10)) || ' ' || (:last ->> (i * 5 % 7)) || ' ' || i, 'crowd-' || i, 'x',
            :workplaces ->> (i % 5), :now
       FROM n`,
    "UPDATE person SET sort_name = folded(name), sort_workplace = folded(workplace) WHERE handle LIKE 'crowd-%'",
    `INSERT INTO enrolment (cohort_id, person_id, goal, joined_at, seen_at)
     SELECT :cohort_id, id, 12, (SELECT min(opens_at) FROM calendar_entry WHERE cohort_id = :cohort_id),
            strftime('%Y-%m-%dT%H:%M:%fZ', :now, '-' || (id * 37 % 60) || ' days')
       FROM person WHERE handle LIKE 'crowd-%' ORDER BY id`,
    `INSERT INTO completion (enrolment_id, thing_id, completed_at)
     SELECT enrolment.id, thing_id,
            min(:now, strftime('%Y-%m-%dT%H:%M:%fZ', opens_at, '+' || (person_id * 13 % 17) || ' days'))
       FROM enrolment JOIN person ON person.id = person_id
       JOIN calendar_entry ON calendar_entry.cohort_id = enrolment.cohort_id AND kind = 'thing' AND opens_at <= :now
      WHERE enrolment.cohort_id = :cohort_id AND handle LIKE 'crowd-%' AND (person_id * 31 + number * 17) % 100 < 90 - number * 3`,
    `INSERT INTO reflection (enrolment_id, cohort_id, person_id, thing_id, title, body, html, excerpt, renderer, audience, published_at)
     SELECT enrolment.id, :cohort_id, person_id, thing_id, 'What I tried', :text, :text, 'I tried it.', 'x',
            CASE person_id % 20 WHEN 0 THEN 'me' WHEN 1 THEN 'guides' WHEN 2 THEN 'world' ELSE 'cohort' END, completed_at
       FROM completion JOIN enrolment ON enrolment.id = enrolment_id JOIN person ON person.id = person_id
      WHERE cohort_id = :cohort_id AND handle LIKE 'crowd-%' ORDER BY completed_at`,
    `INSERT INTO comment (reflection_id, person_id, body, html, renderer, audience, written_at)
     SELECT reflection.id, (SELECT person_id FROM enrolment AS other WHERE other.id > enrolment_id ORDER BY other.id LIMIT 1),
            :text, :text, 'x', audience, published_at
       FROM reflection WHERE cohort_id = :cohort_id AND audience <> 'me' AND reflection.id % 5 > 0
        AND enrolment_id < (SELECT max(id) FROM enrolment)`,
    `INSERT INTO pulse (enrolment_id, thing_id, useful, will_use, given_at)
     SELECT enrolment_id, thing_id, iif(enrolment_id % 3, 'yes', 'some'), iif(thing_id % 2, 'yes', 'perhaps'), completed_at
       FROM completion WHERE (enrolment_id + thing_id) % 3 > 0`,
    `INSERT INTO skip (enrolment_id, thing_id, reason, skipped_at)
     SELECT enrolment.id, thing_id, 'No phone like that', :now
       FROM enrolment JOIN calendar_entry USING (cohort_id)
      WHERE cohort_id = :cohort_id AND number = 8 AND enrolment.id % 7 = 0
        AND NOT EXISTS (SELECT 1 FROM completion AS c WHERE c.enrolment_id = enrolment.id AND c.thing_id = calendar_entry.thing_id)`,
    `INSERT INTO draft (enrolment_id, thing_id, title, body, audience, version, open, saved_at)
     SELECT enrolment.id, thing_id, '', :text, 'cohort', 1, 1, :now
       FROM enrolment JOIN calendar_entry USING (cohort_id)
      WHERE cohort_id = :cohort_id AND number = 9 AND enrolment.id % 5 = 0
        AND NOT EXISTS (SELECT 1 FROM completion AS c WHERE c.enrolment_id = enrolment.id AND c.thing_id = calendar_entry.thing_id)`,
  ]
  db.transaction(() => {
    for (const sql of steps) db.prepare(sql).run(bind)
  })()
}
