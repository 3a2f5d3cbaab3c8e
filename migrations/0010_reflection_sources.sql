-- A reflection is written here or stands on a blog elsewhere; of those written here there is one per enrolment and
-- thing. SQLite cannot take a UNIQUE away, so the table is made anew.
CREATE TABLE new_reflection (
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
  source TEXT NOT NULL DEFAULT 'hosted' CHECK (source IN ('hosted', 'outside')),
  -- where the original stands; only of outside ones
  source_url TEXT,
  revision INTEGER NOT NULL DEFAULT 1,
  published_at TEXT NOT NULL,
  edited_at TEXT,
  answers_read_to INTEGER NOT NULL DEFAULT 0,
  hidden_at TEXT,
  hidden_by INTEGER REFERENCES person ON DELETE SET NULL,
  -- what whoever hid it says to the author
  hidden_note TEXT,
  -- what is long comes last: lists read a row's beginning only
  body TEXT NOT NULL,
  html TEXT NOT NULL,
  CHECK ((source = 'outside') = (source_url IS NOT NULL)),
  CHECK ((state = 'hidden') = (hidden_at IS NOT NULL))
) STRICT;

INSERT INTO new_reflection (id, enrolment_id, cohort_id, person_id, thing_id, title, excerpt, renderer, audience, state,
                            revision, published_at, edited_at, answers_read_to, hidden_at, body, html)
SELECT id, enrolment_id, cohort_id, person_id, thing_id, title, excerpt, renderer, audience, state,
       revision, published_at, edited_at, answers_read_to, CASE state WHEN 'hidden' THEN published_at END, body, html
  FROM reflection;

DROP TABLE reflection;
ALTER TABLE new_reflection RENAME TO reflection;

CREATE UNIQUE INDEX reflection_hosted ON reflection (enrolment_id, thing_id) WHERE source = 'hosted';
CREATE INDEX reflection_of_enrolment ON reflection (enrolment_id, thing_id);
CREATE INDEX reflection_stream ON reflection (cohort_id, id);
CREATE INDEX reflection_of_thing ON reflection (cohort_id, thing_id, id);
CREATE INDEX reflection_of_person ON reflection (person_id, id);
