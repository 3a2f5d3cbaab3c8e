-- when a learner paused, and when she came back; at most one pause is under way
CREATE TABLE pause (
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  since TEXT NOT NULL,
  until TEXT,
  PRIMARY KEY (enrolment_id, since)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX pause_under_way ON pause (enrolment_id) WHERE until IS NULL;
