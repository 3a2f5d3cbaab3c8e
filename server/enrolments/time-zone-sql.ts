/**
 * SQL: the time zone that `cohort` had at an instant. A badge or certificate keeps the date that it was given on where the
 * cohort's time zone changes.
 * @param instant SQL for an instant as stored
 */
export function timeZoneAtSql(instant: string): string {
  return `
    coalesce((SELECT time_zone FROM former_time_zone AS former
               WHERE former.cohort_id = cohort.id AND former.until > ${instant} ORDER BY former.until LIMIT 1), cohort.time_zone)`
}
