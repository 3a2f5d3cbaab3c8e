import { randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Activity, ActivityLog } from '../activity/activity.ts'
import type { ActivityKind } from '../activity/categories.ts'
import type { Courses } from '../courses/courses.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { timeZoneAtSql } from '../enrolments/time-zone-sql.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Notices } from '../notifications/notices.ts'
import type { CertificateIssue } from './template.ts'

/** A certificate with its latest issue. */
export interface Certificate extends CertificateIssue {
  id: string
  number: number
  person_id: number
  /** The person's name today. */
  name_now: string
  handle: string
  cohort_id: number
  cohort_slug: string
  time_zone: string
  granted_at: string
  /** 1 where the badge that granted it was revoked. */
  withdrawn: 0 | 1
}

interface QualifiedLearner {
  design_id: number
  enrolment_id: number
  person_id: number
  name: string
  cohort_id: number
  cohort: string
  course: string
  course_id: number
  revision: number
  /** JSON: ids of the things that are done. */
  done: string
}

/** The kinds of activity that may grant one. */
const GRANTING: ReadonlySet<ActivityKind> = new Set([
  'award.earned',
  'reflection.published',
  'reflection.edited',
  'thing.completed',
])
const AT_ONCE = 50

interface CertificatesDeps {
  activity: ActivityLog
  courses: Pick<Courses, 'content'>
  jobs: Jobs
  notices: Pick<Notices, 'notify'>
}

/** Certificates: granted once by their rule; each issue is kept as it was. */
export function createCertificates(db: Database, clock: Clock, { activity, courses, jobs, notices }: CertificatesDeps) {
  // everybody who qualifies and has none yet; for one person it starts from their enrolment
  const QUALIFIED = `
    SELECT design.id AS design_id, enrolment.id AS enrolment_id, person.id AS person_id, person.name, cohort.id AS cohort_id,
           cohort.title AS cohort, course.title AS course, course.id AS course_id, course.revision,
           (SELECT json_group_array(thing_id) FROM completion WHERE enrolment_id = enrolment.id) AS done
      FROM certificate_design AS design
      JOIN course ON course.id = design.course_id
      JOIN cohort ON cohort.course_id = course.id
      JOIN enrolment ON enrolment.cohort_id = cohort.id AND enrolment.role = 'learner'
      JOIN person ON person.id = enrolment.person_id
     WHERE design.active = 1
       AND NOT EXISTS (SELECT 1 FROM certificate
                        WHERE design_id = design.id AND person_id = person.id AND cohort_id = cohort.id)
       AND ((design.badge_id IS NOT NULL
             AND EXISTS (SELECT 1 FROM award WHERE badge_id = design.badge_id AND award.person_id = person.id
                                               AND award.cohort_id = cohort.id AND revoked_at IS NULL))
            OR design.things <= (SELECT count(*) FROM completion WHERE enrolment_id = enrolment.id))`
  const of = db.prepare<{ person_id: number; cohort_id: number }, QualifiedLearner>(
    `${QUALIFIED} AND enrolment.cohort_id = :cohort_id AND enrolment.person_id = :person_id`,
  )
  const next = db.prepare<{ design_id: number; after: number }, QualifiedLearner>(
    `${QUALIFIED} AND design.id = :design_id AND enrolment.id > :after ORDER BY enrolment.id LIMIT ${AT_ONCE}`,
  )
  const any = db
    .prepare<{ cohort_id: number }, 1>(`
      SELECT 1 FROM certificate_design AS design JOIN cohort ON cohort.course_id = design.course_id
       WHERE cohort.id = :cohort_id AND active = 1 LIMIT 1`)
    .pluck()
  const insert = db.prepare(`
    INSERT INTO certificate (id, design_id, person_id, cohort_id, granted_at) VALUES (:id, :design_id, :person_id, :cohort_id, :now)
    ON CONFLICT (design_id, person_id, cohort_id) DO NOTHING`)
  const issue = db.prepare(`
    INSERT INTO certificate_issue (certificate_id, number, issued_at, name, title, body, signer, hue, landscape, course, cohort, things, total, minutes)
    SELECT :id, :number, :now, :name, title, body, signer, hue, landscape, :course, :cohort, :things, :total, :minutes
      FROM certificate_design WHERE id = :design_id`)
  const again = db.prepare<{ id: string; now: string }>(`
    INSERT INTO certificate_issue (certificate_id, number, issued_at, name, title, body, signer, hue, landscape, course, cohort, things, total, minutes)
    SELECT certificate.id, certificate.issue + 1, :now, person.name, was.title, was.body, was.signer, was.hue, was.landscape,
           was.course, was.cohort, was.things, was.total, was.minutes
      FROM certificate
      JOIN certificate_issue AS was ON was.certificate_id = certificate.id AND was.number = certificate.issue
      JOIN person ON person.id = certificate.person_id
     WHERE certificate.id = :id AND person.name <> was.name`)
  const counted = db.prepare('UPDATE certificate SET issue = issue + 1 WHERE id = ?')

  const COLUMNS = `
    SELECT certificate.id, number, certificate.person_id, person.name AS name_now, person.handle, certificate.cohort_id,
           cohort.slug AS cohort_slug, ${timeZoneAtSql('was.issued_at')} AS time_zone, granted_at, issued_at, was.name, was.title, was.body, was.signer, was.hue,
           was.landscape, was.course, was.cohort, was.things, was.total, was.minutes,
           EXISTS (SELECT 1 FROM certificate_design AS design
                     JOIN award ON award.badge_id = design.badge_id AND award.person_id = certificate.person_id
                               AND award.cohort_id = certificate.cohort_id AND award.revoked_at IS NOT NULL
                    WHERE design.id = certificate.design_id) AS withdrawn
      FROM certificate
      JOIN certificate_issue AS was ON was.certificate_id = certificate.id AND was.number = certificate.issue
      JOIN person ON person.id = certificate.person_id
      JOIN cohort ON cohort.id = certificate.cohort_id`
  const find = db.prepare<[string], Certificate>(`${COLUMNS} WHERE certificate.id = ?`)
  const ofPerson = db.prepare<[number], Certificate>(
    `${COLUMNS} WHERE certificate.person_id = ? ORDER BY granted_at DESC`,
  )
  const ofCohort = db.prepare<{ cohort_id: number; after: string; limit: number }, Certificate>(
    `${COLUMNS} WHERE certificate.cohort_id = :cohort_id AND certificate.id > :after ORDER BY certificate.id LIMIT :limit`,
  )
  const count = db.prepare<[number], number>('SELECT count(*) FROM certificate WHERE cohort_id = ?').pluck()

  function grant({
    design_id,
    person_id,
    cohort_id,
    name,
    course,
    cohort,
    course_id,
    revision,
    done,
  }: QualifiedLearner): void {
    const id = randomBytes(16).toString('base64url')
    const now = nowText(clock)
    if (insert.run({ id, design_id, person_id, cohort_id, now }).changes === 0) return
    const ids: number[] = JSON.parse(done)
    const content = courses.content(course_id, revision)
    // what each thing is meant to take: nobody's time is measured
    const minutes = ids.reduce((sum, thing_id) => sum + (content.thing(thing_id)?.minutes.start ?? 0), 0)
    const total = Math.max(content.things.length, ids.length)
    issue.run({ id, number: 1, now, name, design_id, course, cohort, things: ids.length, total, minutes })
    activity.record('certificate.granted', { person_id, cohort_id })
    const detail = { href: `/certificates/${id}` }
    notices.notify({ person_id, kind: 'certificate', key: `certificate ${id}`, cohort_id, detail })
  }

  jobs.handle<{ design_id: number }>('certificates.grant', async ({ design_id }, { signal }) => {
    for (let after: number | undefined = 0; after !== undefined; ) {
      const from: number = after
      after = transaction(db, () => {
        const found = next.all({ design_id, after: from })
        for (const one of found) grant(one)
        return found.at(-1)?.enrolment_id
      })
      await setImmediate()
      signal.throwIfAborted()
    }
  })

  return {
    /** Subscriber: grants what this activity has earned, in its own transaction. */
    onActivity({ kind, person_id, cohort_id }: Activity): void {
      if (!GRANTING.has(kind) || person_id === null || cohort_id === null) return
      if (any.get({ cohort_id }) === undefined) return
      transaction(db, () => {
        for (const one of of.all({ person_id, cohort_id })) grant(one)
      })
    },

    /** In the background: grants it to everybody who qualified before it was switched on. */
    grantAll(design_id: number): void {
      jobs.add('certificates.grant', { design_id })
    },

    find: (id: string): Certificate | null => find.get(id) ?? null,
    ofPerson: (person_id: number): Certificate[] => ofPerson.all(person_id),

    /** In the order of their ids. @param after the id of the last one of the portion before */
    ofCohort: (cohort_id: number, { after = '', limit }: { after?: string; limit: number }): Certificate[] =>
      ofCohort.all({ cohort_id, after, limit }),
    count: (cohort_id: number): number => count.get(cohort_id) ?? 0,

    /** Issues it again where its holder has another name today. @returns false where the name is the same */
    reissue({ id, cohort_id }: Certificate, by: number): boolean {
      return transaction(db, () => {
        if (again.run({ id, now: nowText(clock) }).changes === 0) return false
        counted.run(id)
        activity.record('certificate.reissued', { person_id: by, cohort_id })
        return true
      })
    },
  }
}

export type Certificates = ReturnType<typeof createCertificates>
