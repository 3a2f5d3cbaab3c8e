-- The time zones that cohorts had before: a date that a badge or certificate was given on stays what it was.
CREATE TABLE former_time_zone (
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  -- the instant of the change: what happened before it is dated in the zone
  until TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  PRIMARY KEY (cohort_id, until)
) STRICT, WITHOUT ROWID;
