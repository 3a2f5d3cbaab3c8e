-- a learner asks for a badge that is judged; one at a time, and what was decided stays
CREATE TABLE claim (
  id INTEGER PRIMARY KEY,
  badge_id INTEGER NOT NULL REFERENCES badge ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  -- what she shows
  evidence TEXT NOT NULL,
  made_at TEXT NOT NULL,
  -- a guide asks for more, until she writes again
  asked_at TEXT,
  asked_by INTEGER REFERENCES person ON DELETE SET NULL,
  note TEXT,
  -- accepted
  closed_at TEXT,
  closed_by INTEGER REFERENCES person ON DELETE SET NULL
) STRICT;
CREATE UNIQUE INDEX claim_open ON claim (badge_id, person_id, cohort_id) WHERE closed_at IS NULL;
CREATE INDEX claim_waiting ON claim (cohort_id, made_at) WHERE closed_at IS NULL;
CREATE INDEX claim_badge ON claim (badge_id);
CREATE INDEX claim_person ON claim (person_id);
CREATE INDEX claim_cohort ON claim (cohort_id);
CREATE INDEX claim_asked_by ON claim (asked_by) WHERE asked_by IS NOT NULL;
CREATE INDEX claim_closed_by ON claim (closed_by) WHERE closed_by IS NOT NULL;

-- a badge goes over everybody who qualified before it was there; one run of a badge at a time
CREATE TABLE replay (
  id INTEGER PRIMARY KEY,
  badge_id INTEGER NOT NULL REFERENCES badge ON DELETE CASCADE,
  -- the act that its awards come from
  activity_id INTEGER NOT NULL REFERENCES activity,
  -- the last enrolment that was looked at
  after INTEGER NOT NULL DEFAULT 0,
  seen INTEGER NOT NULL DEFAULT 0,
  given INTEGER NOT NULL DEFAULT 0,
  total INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  cancelled_at TEXT,
  ended_at TEXT
) STRICT;
CREATE UNIQUE INDEX replay_running ON replay (badge_id) WHERE ended_at IS NULL;
CREATE INDEX replay_badge ON replay (badge_id);
CREATE INDEX replay_activity ON replay (activity_id);

CREATE INDEX award_of_cohort ON award (cohort_id, awarded_at, id);
