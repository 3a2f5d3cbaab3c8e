import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, instantText, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { COUNT_THINGS_SQL, FREE_PLACES_SQL, INVITATION_LIFETIME } from '../enrolments/policy.ts'
import type { InvitationEmails } from '../invitations/invitation-emails.ts'
import type { Invitations } from '../invitations/invitations.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Notices } from '../notifications/notices.ts'
import type { Pods } from '../pods/pods.ts'
import { prepareClassify } from './classify-rows.ts'

export interface RunImportDeps {
  activity: ActivityLog
  jobs: Jobs
  notices: Pick<Notices, 'notify'>
  pods: Pick<Pods, 'make'>
  invitations: Pick<Invitations, 'addLink'>
  invitationEmails: Pick<InvitationEmails, 'sendByHash'>
}

interface ReportedLine {
  line: number
  email: string
  name: string
  verdict: 'new' | 'known' | 'line'
  token_hash: string | null
  person_id: number | null
  cohort_id: number | null
  cohort: string | null
  slug: string | null
  made_by: number
}

/** An invitation link for a person to hand over. */
interface Link {
  name: string
  email: string
  token: string
  expires_at: string
}

const AT_ONCE = 100
/** To be told: each is a notice, an entry in the log and what follows from it. */
const NOTIFIED_AT_ONCE = 40
const LAST_LINE = Number.MAX_SAFE_INTEGER
/** A list that names more new pods than this has something else in that column. */
export const MOST_PODS = 200

/**
 * Imports a list: people with an account are enrolled while there are free places, else put on the waiting list; all
 * others get an invitation of their own. It is one write of a few statements, however long the list is: all or nothing,
 * and soon over. Telling people follows in portions.
 */
export function createRunImport(db: Database, clock: Clock, helpers: RunImportDeps) {
  const { activity, jobs, notices, pods, invitations, invitationEmails } = helpers
  const finish = db.prepare(`
    UPDATE people_import SET done_at = :now, source = NULL
     WHERE id = :id AND made_by = :by AND ready = 1 AND done_at IS NULL AND expires_at > :now
       AND reading ->> 'needs' IS NULL
       AND NOT EXISTS (SELECT 1 FROM cohort WHERE cohort.id = cohort_id AND closed_at <= :now)`)
  const classify = prepareClassify(db)
  const newPods = db
    .prepare<{ id: number; cohort_id: number }, string>(`
      SELECT DISTINCT pod FROM people_import_row
       WHERE import_id = :id AND pod <> '' AND verdict IN ('new', 'known', 'line')
         AND NOT EXISTS (SELECT 1 FROM pod WHERE cohort_id = :cohort_id AND name = people_import_row.pod)
       ORDER BY pod LIMIT ${MOST_PODS + 1}`)
    .pluck()
  const moveToWaitingList = db.prepare(`
    UPDATE people_import_row SET verdict = 'line'
     WHERE import_id = :id AND verdict = 'known'
       AND line NOT IN (
         SELECT line FROM people_import_row WHERE import_id = :id AND verdict = 'known' ORDER BY line
          LIMIT (SELECT coalesce(${FREE_PLACES_SQL}, -1) FROM cohort WHERE cohort.id = :cohort_id))`)
  const enrol = db.prepare(`
    INSERT INTO enrolment (cohort_id, person_id, role, goal, joined_at, seen_at, pod_id)
    SELECT :cohort_id, person.id, 'learner',
           ${COUNT_THINGS_SQL}, :now, :now, pod.id
      FROM people_import_row AS row
      JOIN person ON person.email = row.email
      LEFT JOIN pod ON pod.cohort_id = :cohort_id AND pod.name = row.pod
     WHERE row.import_id = :id AND row.verdict = 'known' ORDER BY row.line`)
  const addToWaitingList = db.prepare(`
    INSERT INTO waiting (cohort_id, person_id, invited, pod_id, since)
    SELECT :cohort_id, person.id, 0, pod.id, :now
      FROM people_import_row AS row
      JOIN person ON person.email = row.email
      LEFT JOIN pod ON pod.cohort_id = :cohort_id AND pod.name = row.pod
     WHERE row.import_id = :id AND row.verdict = 'line' ORDER BY row.line`)
  // these tokens are never shown: each email, and each file of links, has a link of its own
  const invite = db.prepare(`
    INSERT INTO invitation (token_hash, cohort_id, email, name, workplace, pod_id, made_by, made_at, expires_at)
    SELECT lower(hex(randomblob(32))), :cohort_id, row.email, row.name, nullif(row.workplace, ''), pod.id, :by, :now, :expires_at
      FROM people_import_row AS row
      LEFT JOIN pod ON pod.cohort_id = :cohort_id AND pod.name = row.pod
     WHERE row.import_id = :id AND row.verdict = 'new' ORDER BY row.line`)
  const reportedLines = db.prepare<{ id: number; after: number }, ReportedLine>(`
    SELECT row.line, row.email, row.name, row.verdict, invitation.token_hash, person.id AS person_id,
           list.cohort_id, cohort.title AS cohort, cohort.slug, list.made_by
      FROM people_import AS list
      JOIN people_import_row AS row ON row.import_id = list.id AND row.verdict IN ('new', 'known', 'line') AND row.line > :after
      LEFT JOIN cohort ON cohort.id = list.cohort_id
      LEFT JOIN person ON person.email = row.email AND row.verdict <> 'new'
      LEFT JOIN invitation ON invitation.email = row.email AND invitation.cohort_id IS list.cohort_id
                          AND used_at IS NULL AND invitation.expires_at > list.done_at AND row.verdict = 'new'
     WHERE list.id = :id ORDER BY row.line LIMIT ${NOTIFIED_AT_ONCE}`)
  const open = db.prepare<
    { id: number; after: number; now: string },
    Omit<Link, 'token'> & { line: number; token_hash: string }
  >(`
    SELECT row.line, invitation.name, invitation.email, invitation.expires_at, invitation.token_hash
      FROM people_import AS list
      JOIN people_import_row AS row ON row.import_id = list.id AND row.verdict = 'new' AND row.line > :after
      JOIN invitation ON invitation.email = row.email AND invitation.cohort_id IS list.cohort_id
                     AND used_at IS NULL AND invitation.expires_at > :now
     WHERE list.id = :id ORDER BY row.line LIMIT ${AT_ONCE}`)

  jobs.handle<{ id: number; after: number }>('people.import_tell', ({ id, after }) => {
    transaction(db, () => {
      const rows = reportedLines.all({ id, after })
      for (const row of rows) notify(row)
      invitationEmails.sendByHash(
        rows.flatMap(({ token_hash, email, name }) => (token_hash === null ? [] : [{ token_hash, email, name }])),
      )
      const last = rows.length === NOTIFIED_AT_ONCE ? rows.at(-1) : undefined
      if (last) jobs.add('people.import_tell', { id, after: last.line }, { key: `${id} ${last.line}` })
    })
  })

  function notify({ verdict, person_id, cohort_id, cohort, slug, made_by }: ReportedLine): void {
    if (verdict === 'new')
      return void activity.record('invitation.made', { person_id: made_by, cohort_id, detail: { role: 'learner' } })
    if (person_id === null || cohort_id === null) return
    const [kind, href] =
      verdict === 'known' ? (['brought_in', `/cohorts/${slug}`] as const) : (['in_line', `/join/${slug}`] as const)
    notices.notify({
      person_id,
      kind,
      key: `${kind} ${cohort_id}`,
      cohort_id,
      actor_id: made_by,
      detail: { cohort, href },
    })
    if (verdict === 'line') return
    activity.record('person.joined', { person_id, cohort_id, subject_id: person_id, detail: { role: 'learner' } })
  }

  return {
    /** The pods that the list names and that there are not yet. */
    newPods: (id: number, cohort_id: number | null): string[] =>
      cohort_id === null ? [] : newPods.all({ id, cohort_id }),

    /** @returns false where it was done before, is too old, or is for a cohort that was closed */
    run(id: number, { by, cohort_id }: { by: number; cohort_id: number | null }): boolean {
      return transaction(db, () => {
        const now = nowText(clock)
        if (finish.run({ id, by, now }).changes === 0) return false
        classify.run({ id, cohort_id, now, from: 0, to: LAST_LINE })
        const expires_at = instantText(clock.now().add(INVITATION_LIFETIME))
        let [enrolled, waiting] = [0, 0]
        if (cohort_id !== null) {
          for (const name of newPods.all({ id, cohort_id })) pods.make(cohort_id, name, by)
          moveToWaitingList.run({ id, cohort_id })
          enrolled = enrol.run({ id, cohort_id, now }).changes
          waiting = addToWaitingList.run({ id, cohort_id, now }).changes
        }
        const invited = invite.run({ id, cohort_id, by, now, expires_at }).changes
        const detail = { invited, enrolled, waiting }
        activity.record('people.imported', { person_id: by, cohort_id, subject_id: cohort_id, detail })
        jobs.add('people.import_tell', { id, after: 0 }, { key: `${id} 0` })
        return true
      })
    },

    /** Links for those who have not come in yet, made anew each time, in portions. */
    *links(id: number): Generator<Link> {
      for (let after = 0, more = true; more; ) {
        const rows = open.all({ id, after, now: nowText(clock) })
        const links = transaction(db, () =>
          rows.flatMap(({ token_hash, name, email, expires_at }) => {
            const token = invitations.addLink(token_hash)
            return token === null ? [] : [{ name, email, expires_at, token }]
          }),
        )
        yield* links
        after = rows.at(-1)?.line ?? 0
        more = rows.length === AT_ONCE
      }
    },
  }
}
