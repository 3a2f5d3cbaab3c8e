CREATE TABLE cohort (
  id INTEGER PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  course_id INTEGER NOT NULL REFERENCES course,
  starts_on TEXT NOT NULL,
  ends_on TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  rhythm TEXT NOT NULL CHECK (json_valid(rhythm)),
  joining TEXT NOT NULL DEFAULT 'code' CHECK (joining IN ('code', 'open', 'invitation')),
  join_code TEXT NOT NULL,
  world_allowed INTEGER NOT NULL CHECK (world_allowed IN (0, 1)),
  made_by INTEGER REFERENCES person ON DELETE SET NULL,
  made_at TEXT NOT NULL
) STRICT;

-- one run's order and dates; number is the :n of its addresses and never changes
CREATE TABLE calendar_entry (
  id INTEGER PRIMARY KEY,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('thing', 'catch-up', 'holiday')),
  number INTEGER,
  thing_id INTEGER REFERENCES thing,
  opens_on TEXT NOT NULL,
  opens_at TEXT NOT NULL,
  CHECK ((kind = 'thing') = (number IS NOT NULL AND thing_id IS NOT NULL)),
  UNIQUE (cohort_id, position),
  UNIQUE (cohort_id, number),
  UNIQUE (cohort_id, thing_id)
) STRICT;

CREATE TABLE enrolment (
  id INTEGER PRIMARY KEY,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  role TEXT NOT NULL DEFAULT 'learner' CHECK (role IN ('learner', 'guide', 'organiser')),
  goal INTEGER NOT NULL,
  joined_at TEXT NOT NULL,
  left_at TEXT,
  seen_at TEXT NOT NULL,
  UNIQUE (cohort_id, person_id)
) STRICT;
CREATE INDEX enrolment_of_person ON enrolment (person_id, seen_at);

CREATE TABLE invitation (
  id INTEGER PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  email TEXT NOT NULL COLLATE NOCASE,
  role TEXT NOT NULL DEFAULT 'learner' CHECK (role IN ('learner', 'guide', 'organiser')),
  made_by INTEGER REFERENCES person ON DELETE SET NULL,
  made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT,
  used_by INTEGER REFERENCES person ON DELETE SET NULL
) STRICT;
CREATE INDEX invitation_of_cohort ON invitation (cohort_id, made_at);
