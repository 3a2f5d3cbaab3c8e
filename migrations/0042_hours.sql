-- how long a thing took, as who did it says: nothing is measured
CREATE TABLE stated_minutes (
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 600),
  stated_at TEXT NOT NULL,
  confirmed_at TEXT,
  -- null where the rule confirmed it
  confirmed_by INTEGER REFERENCES person ON DELETE SET NULL,
  PRIMARY KEY (enrolment_id, thing_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX stated_minutes_thing ON stated_minutes (thing_id);
CREATE INDEX stated_minutes_by ON stated_minutes (confirmed_by) WHERE confirmed_by IS NOT NULL;

-- a guide asks about what somebody stated, until she states anew or it is confirmed
CREATE TABLE hours_question (
  enrolment_id INTEGER PRIMARY KEY REFERENCES enrolment ON DELETE CASCADE,
  note TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  asked_by INTEGER REFERENCES person ON DELETE SET NULL
) STRICT;
CREATE INDEX hours_question_by ON hours_question (asked_by) WHERE asked_by IS NOT NULL;

-- 1: nothing confirms itself
ALTER TABLE cohort ADD COLUMN hours_by_guide INTEGER NOT NULL DEFAULT 0 CHECK (hours_by_guide IN (0, 1));
