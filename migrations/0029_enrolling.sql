-- how many learners a cohort has room for; empty is any number
ALTER TABLE cohort ADD COLUMN capacity INTEGER CHECK (capacity > 0);
-- what those who come in are greeted with, on their map
ALTER TABLE cohort ADD COLUMN welcome TEXT NOT NULL DEFAULT '';
ALTER TABLE cohort ADD COLUMN welcome_html TEXT NOT NULL DEFAULT '';

CREATE INDEX enrolment_learners ON enrolment (cohort_id) WHERE role = 'learner' AND left_at IS NULL;

-- who came when all places were taken, in line; those with an invitation of their own stand before the others
CREATE TABLE waiting (
  id INTEGER PRIMARY KEY,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  invited INTEGER NOT NULL DEFAULT 0 CHECK (invited IN (0, 1)),
  pod_id INTEGER REFERENCES pod ON DELETE SET NULL,
  since TEXT NOT NULL,
  UNIQUE (cohort_id, person_id)
) STRICT;
CREATE INDEX waiting_in_line ON waiting (cohort_id, invited DESC, id);
CREATE INDEX waiting_person ON waiting (person_id);
CREATE INDEX waiting_pod ON waiting (pod_id) WHERE pod_id IS NOT NULL;

-- what an organiser tells everybody in a cohort
CREATE TABLE announcement (
  id INTEGER PRIMARY KEY,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  html TEXT NOT NULL,
  pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
  by_letter INTEGER NOT NULL DEFAULT 0 CHECK (by_letter IN (0, 1)),
  written_by INTEGER REFERENCES person ON DELETE SET NULL,
  written_at TEXT NOT NULL,
  edited_at TEXT
) STRICT;
CREATE INDEX announcement_of_cohort ON announcement (cohort_id, id);
CREATE INDEX announcement_by ON announcement (written_by) WHERE written_by IS NOT NULL;

-- a reader has seen it, and wants it off her map
CREATE TABLE dismissal (
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  announcement_id INTEGER NOT NULL REFERENCES announcement ON DELETE CASCADE,
  dismissed_at TEXT NOT NULL,
  PRIMARY KEY (person_id, announcement_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX dismissal_of ON dismissal (announcement_id);

-- who wants no letters about announcements; the notices still come
CREATE TABLE no_announcement_letters (
  person_id INTEGER PRIMARY KEY REFERENCES person ON DELETE CASCADE,
  since TEXT NOT NULL
) STRICT;

-- an invitation may be to the site alone, and may know whom it is for
CREATE TABLE invitation_made_anew (
  id INTEGER PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  cohort_id INTEGER REFERENCES cohort ON DELETE CASCADE,
  email TEXT NOT NULL COLLATE NOCASE,
  role TEXT NOT NULL DEFAULT 'learner' CHECK (role IN ('learner', 'guide', 'organiser')),
  name TEXT NOT NULL DEFAULT '',
  workplace TEXT,
  pod_id INTEGER REFERENCES pod ON DELETE SET NULL,
  made_by INTEGER REFERENCES person ON DELETE SET NULL,
  made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT,
  used_by INTEGER REFERENCES person ON DELETE SET NULL
) STRICT;
INSERT INTO invitation_made_anew (id, token_hash, cohort_id, email, role, made_by, made_at, expires_at, used_at, used_by)
SELECT id, token_hash, cohort_id, email, role, made_by, made_at, expires_at, used_at, used_by FROM invitation;
DROP TABLE invitation;
ALTER TABLE invitation_made_anew RENAME TO invitation;
CREATE INDEX invitation_of_cohort ON invitation (cohort_id, made_at);
CREATE INDEX invitation_pod ON invitation (pod_id) WHERE pod_id IS NOT NULL;

-- a list of people as it was read, between looking at it and bringing them in; kept for a day
CREATE TABLE people_import (
  id INTEGER PRIMARY KEY,
  made_by INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  cohort_id INTEGER REFERENCES cohort ON DELETE CASCADE,
  ignored TEXT NOT NULL CHECK (json_valid(ignored)),
  made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  -- all its rows are there
  ready INTEGER NOT NULL DEFAULT 0 CHECK (ready IN (0, 1)),
  done_at TEXT
) STRICT;
CREATE INDEX people_import_of ON people_import (made_by);
CREATE INDEX people_import_cohort ON people_import (cohort_id) WHERE cohort_id IS NOT NULL;

CREATE TABLE people_import_row (
  import_id INTEGER NOT NULL REFERENCES people_import ON DELETE CASCADE,
  line INTEGER NOT NULL,
  email TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL,
  workplace TEXT NOT NULL,
  pod TEXT NOT NULL,
  -- why nothing can be made of the line, in the key of its words
  problem TEXT,
  -- what becomes of it
  verdict TEXT NOT NULL DEFAULT '' CHECK (verdict IN ('', 'new', 'known', 'line', 'here', 'invited', 'waiting', 'blocked', 'left')),
  PRIMARY KEY (import_id, line)
) STRICT, WITHOUT ROWID;
