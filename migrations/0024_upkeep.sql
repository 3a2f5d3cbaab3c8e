-- on which phones and tablets it was tried, beside the day
ALTER TABLE thing ADD COLUMN tried_on TEXT;

-- "This has changed": one of a person about a thing and of a kind while it is open, with what does the same instead
CREATE TABLE thing_report (
  id INTEGER PRIMARY KEY,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('changed', 'closed', 'costs', 'phone')),
  line TEXT,
  link TEXT,
  made_at TEXT NOT NULL,
  settled_at TEXT,
  settled_by INTEGER REFERENCES person ON DELETE SET NULL
) STRICT;
CREATE UNIQUE INDEX thing_report_once ON thing_report (thing_id, person_id, kind) WHERE settled_at IS NULL;
CREATE INDEX thing_report_of_thing ON thing_report (thing_id, id);
CREATE INDEX thing_report_of_person ON thing_report (person_id, made_at);
CREATE INDEX thing_report_of_cohort ON thing_report (cohort_id);
CREATE INDEX thing_report_settled_by ON thing_report (settled_by) WHERE settled_by IS NOT NULL;
CREATE INDEX thing_report_open ON thing_report (thing_id, person_id) WHERE settled_at IS NULL;

-- Web addresses that stand in things, with what the last look at each found. `since` is when a trouble was met first,
-- in a row without a good look between; `due_at` is when to look next, if anybody waits for it.
CREATE TABLE link_check (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  due_at TEXT,
  checked_at TEXT,
  status INTEGER,
  trouble TEXT CHECK (trouble IN ('dead', 'unreachable', 'slow', 'moved')),
  since TEXT,
  moved_to TEXT
) STRICT;
CREATE INDEX link_check_due ON link_check (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX link_check_of_host ON link_check (host, checked_at);
CREATE INDEX link_check_trouble ON link_check (trouble, since) WHERE trouble IS NOT NULL;

CREATE TABLE link_place (
  link_id INTEGER NOT NULL REFERENCES link_check ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  PRIMARY KEY (link_id, thing_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_place_of_thing ON link_place (thing_id);
