CREATE TABLE tick (
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  step TEXT NOT NULL,
  ticked_at TEXT NOT NULL,
  PRIMARY KEY (enrolment_id, thing_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE skip (
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  reason TEXT NOT NULL,
  skipped_at TEXT NOT NULL,
  PRIMARY KEY (enrolment_id, thing_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE completion (
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  completed_at TEXT NOT NULL,
  PRIMARY KEY (enrolment_id, thing_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE pulse (
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  useful TEXT NOT NULL CHECK (useful IN ('yes', 'some', 'no')),
  will_use TEXT NOT NULL CHECK (will_use IN ('yes', 'perhaps', 'no')),
  line TEXT,
  given_at TEXT NOT NULL,
  PRIMARY KEY (enrolment_id, thing_id)
) STRICT, WITHOUT ROWID;
