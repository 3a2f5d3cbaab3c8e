-- a member's private feed of a cohort: known by a hash only, so that a copy of the database reads nothing
CREATE TABLE feed_address (
  enrolment_id INTEGER PRIMARY KEY REFERENCES enrolment ON DELETE CASCADE,
  token_hash TEXT NOT NULL UNIQUE,
  made_at TEXT NOT NULL
) STRICT;

-- feeds for everybody ask for these only, however many others there are
CREATE INDEX reflection_world ON reflection (cohort_id, id) WHERE audience = 'world';
