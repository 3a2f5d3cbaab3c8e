-- how a certificate looks, and what grants it; null where a badge does not, or a number of things
CREATE TABLE certificate_design (
  id INTEGER PRIMARY KEY,
  course_id INTEGER NOT NULL REFERENCES course ON DELETE CASCADE,
  title TEXT NOT NULL,
  -- one paragraph, with {course}, {cohort}, {things}, {hours} and {date}
  body TEXT NOT NULL,
  signer TEXT NOT NULL,
  hue TEXT NOT NULL,
  landscape INTEGER NOT NULL CHECK (landscape IN (0, 1)),
  badge_id INTEGER REFERENCES badge ON DELETE SET NULL,
  things INTEGER,
  active INTEGER NOT NULL DEFAULT 0 CHECK (active IN (0, 1)),
  changed_at TEXT NOT NULL,
  changed_by INTEGER REFERENCES person ON DELETE SET NULL
) STRICT;
CREATE INDEX certificate_design_course ON certificate_design (course_id);
CREATE INDEX certificate_design_badge ON certificate_design (badge_id) WHERE badge_id IS NOT NULL;
CREATE INDEX certificate_design_by ON certificate_design (changed_by) WHERE changed_by IS NOT NULL;

CREATE TABLE certificate (
  id TEXT PRIMARY KEY,
  design_id INTEGER NOT NULL REFERENCES certificate_design,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  granted_at TEXT NOT NULL,
  -- the issue that counts
  issue INTEGER NOT NULL DEFAULT 1,
  UNIQUE (design_id, person_id, cohort_id)
) STRICT;
CREATE INDEX certificate_of_person ON certificate (person_id);
CREATE INDEX certificate_of_cohort ON certificate (cohort_id, granted_at);

-- what stood on it, as it was issued: another name makes another issue
CREATE TABLE certificate_issue (
  certificate_id TEXT NOT NULL REFERENCES certificate ON DELETE CASCADE,
  number INTEGER NOT NULL,
  issued_at TEXT NOT NULL,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  signer TEXT NOT NULL,
  hue TEXT NOT NULL,
  landscape INTEGER NOT NULL,
  course TEXT NOT NULL,
  cohort TEXT NOT NULL,
  things INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  PRIMARY KEY (certificate_id, number)
) STRICT;

-- all certificates of a cohort in one file, made behind the pages
CREATE TABLE certificate_batch (
  id TEXT PRIMARY KEY,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  total INTEGER NOT NULL,
  made INTEGER NOT NULL DEFAULT 0,
  asked_at TEXT NOT NULL,
  ended_at TEXT
) STRICT;
CREATE INDEX certificate_batch_cohort ON certificate_batch (cohort_id, asked_at);
