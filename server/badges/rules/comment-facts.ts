import { kindOf } from './kinds.ts'
import type { CountedComments, TimeSpan } from './rule-facts.ts'
import { partsOf, type Rule } from './rules.ts'

type SqlValues = Record<string, string | number>

/** The indexes begin with these three; `comment` is an answer to somebody else's reflection. */
const MINE =
  'comment.person_id = enrolment.person_id AND comment.reflection_cohort_id = enrolment.cohort_id AND comment.is_answer = 1'

/** SQL: from where answers are read, each by an index of its own, so that what a rule does not count is not looked at. */
const AMONG: Record<CountedComments['among'], string> = {
  all: `comment WHERE ${MINE} AND coalesce(comment.waited_days, 0) >= :waited_days`,
  first: `comment INDEXED BY answer_first_of_person WHERE ${MINE} AND comment.waited_days >= :waited_days`,
  // from author to author: the own pod has few authors, and most comments may be under their reflections
  another_pod: `(
      WITH RECURSIVE author (id) AS (
        SELECT min(author_enrolment_id) FROM comment INDEXED BY answer_to_author
         WHERE person_id = enrolment.person_id AND reflection_cohort_id = enrolment.cohort_id
           AND author_enrolment_id IS NOT NULL AND enrolment.pod_id IS NOT NULL
        UNION ALL
        SELECT (SELECT min(author_enrolment_id) FROM comment INDEXED BY answer_to_author
                 WHERE person_id = enrolment.person_id AND reflection_cohort_id = enrolment.cohort_id
                   AND author_enrolment_id > author.id)
          FROM author WHERE author.id IS NOT NULL)
      SELECT author.id FROM author CROSS JOIN enrolment AS theirs ON theirs.id = author.id
       WHERE theirs.pod_id <> enrolment.pod_id) AS author
    CROSS JOIN comment INDEXED BY answer_to_author ON comment.author_enrolment_id = author.id
    WHERE ${MINE} AND coalesce(comment.waited_days, 0) >= :waited_days`,
}

/**
 * SQL: the answers that these rules may count: of each rule as many as it asks for, the earliest first, however many
 * somebody wrote. The pure rules say the same of these as of all answers.
 */
export function answersFor(rules: readonly { rule: Rule; span: TimeSpan }[]): { sql: string; values: SqlValues } {
  const values: SqlValues = {}
  const parts = merged(rules).map(({ among, waited_days, count, from, until }, index) => {
    const named = { waited_days, count, from: from ?? '', until: until ?? '~' }
    for (const [name, value] of Object.entries(named)) values[`answers_${index}_${name}`] = value
    const sql = `
      SELECT id FROM (
        SELECT comment.id FROM ${AMONG[among]} AND comment.written_at >= :from AND comment.written_at < :until
         ORDER BY comment.written_at LIMIT :count)`
    return sql.replaceAll(/:(waited_days|count|from|until)\b/g, `:answers_${index}_$1`)
  })
  const ids = parts.length > 0 ? parts.join(' UNION ') : 'NULL'
  return {
    values,
    sql: `
      SELECT json_group_array(json_array(answer.written_at, answer.waited_days,
               coalesce((SELECT pod_id FROM enrolment AS author WHERE author.id = answer.author_enrolment_id)
                        <> enrolment.pod_id, 0)))
        FROM comment AS answer WHERE answer.id IN (${ids})`,
  }
}

/** The comments that the rules count, each kind once; in a fixed order, so that the same kinds make the same statement. */
function merged(rules: readonly { rule: Rule; span: TimeSpan }[]): (CountedComments & TimeSpan)[] {
  const wanted = new Map<string, CountedComments & TimeSpan>()
  for (const { rule, span } of rules) {
    for (const part of partsOf(rule)) {
      const counted = kindOf(part).comments?.(part)
      if (!counted) continue
      const { among, waited_days, count } = counted
      const key = [among, waited_days, span.from, span.until].join()
      wanted.set(key, { among, waited_days, ...span, count: Math.max(count, wanted.get(key)?.count ?? 0) })
    }
  }
  return [...wanted.values()].sort((one, other) => (one.among < other.among ? -1 : 1))
}

/** SQL: the first answer in each of the weeks `:weeks`, JSON pairs of instants. */
export const FIRST_ANSWER_OF_WEEKS = `
  SELECT json_group_array((
           SELECT min(comment.written_at) FROM comment INDEXED BY comment_of_person
            WHERE ${MINE} AND comment.written_at >= week.value ->> 0 AND comment.written_at < week.value ->> 1))
    FROM json_each(:weeks) AS week`
