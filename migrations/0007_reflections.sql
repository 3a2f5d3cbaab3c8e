-- one per enrolment and thing; publishing closes it and keeps the row, so that version only ever grows
CREATE TABLE draft (
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  audience TEXT NOT NULL CHECK (audience IN ('me', 'guides', 'pod', 'cohort', 'world')),
  version INTEGER NOT NULL,
  open INTEGER NOT NULL CHECK (open IN (0, 1)),
  saved_at TEXT NOT NULL,
  PRIMARY KEY (enrolment_id, thing_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reflection (
  id INTEGER PRIMARY KEY,
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing,
  title TEXT NOT NULL,
  excerpt TEXT NOT NULL,
  renderer TEXT NOT NULL,
  audience TEXT NOT NULL CHECK (audience IN ('me', 'guides', 'pod', 'cohort', 'world')),
  state TEXT NOT NULL DEFAULT 'published' CHECK (state IN ('published', 'hidden')),
  revision INTEGER NOT NULL DEFAULT 1,
  published_at TEXT NOT NULL,
  edited_at TEXT,
  answers_read_to INTEGER NOT NULL DEFAULT 0,
  -- what is long comes last: lists read a row's beginning only
  body TEXT NOT NULL,
  html TEXT NOT NULL,
  UNIQUE (enrolment_id, thing_id)
) STRICT;
CREATE INDEX reflection_stream ON reflection (cohort_id, id);
CREATE INDEX reflection_of_thing ON reflection (cohort_id, thing_id, id);
CREATE INDEX reflection_of_person ON reflection (person_id, id);

CREATE TABLE reflection_revision (
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  audience TEXT NOT NULL,
  replaced_at TEXT NOT NULL,
  PRIMARY KEY (reflection_id, revision)
) STRICT, WITHOUT ROWID;

-- audience: that of the reflection when the comment was written; widening a reflection never takes it along
CREATE TABLE comment (
  id INTEGER PRIMARY KEY,
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  renderer TEXT NOT NULL,
  audience TEXT NOT NULL CHECK (audience IN ('me', 'guides', 'pod', 'cohort', 'world')),
  written_at TEXT NOT NULL,
  edited_at TEXT,
  body TEXT NOT NULL,
  html TEXT NOT NULL
) STRICT;
CREATE INDEX comment_of_reflection ON comment (reflection_id, id);
CREATE INDEX comment_of_person ON comment (person_id, id);

CREATE TABLE cheer (
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  cheered_at TEXT NOT NULL,
  PRIMARY KEY (reflection_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX cheer_of_person ON cheer (person_id);
