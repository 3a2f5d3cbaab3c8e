-- a thing that was taken out of a calendar keeps its row and its number: what people wrote about it is still found
ALTER TABLE calendar_entry ADD COLUMN taken_out_at TEXT;

-- what was changed on one day of a cohort and is told to its people, together
CREATE TABLE calendar_news (
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  day TEXT NOT NULL,
  changes TEXT NOT NULL CHECK (json_valid(changes)),
  PRIMARY KEY (cohort_id, day)
) STRICT, WITHOUT ROWID;

-- from then on nobody joins; what comes in later still counts
ALTER TABLE cohort ADD COLUMN closed_at TEXT;

-- what people write each other about after the end: a thing of their own, one a month
CREATE TABLE later_thing (
  id INTEGER PRIMARY KEY,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  month TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  body_html TEXT NOT NULL,
  link TEXT,
  written_at TEXT NOT NULL,
  edited_at TEXT,
  UNIQUE (cohort_id, person_id, month)
) STRICT;
CREATE INDEX later_thing_of_person ON later_thing (person_id);

CREATE TABLE later_cheer (
  later_thing_id INTEGER NOT NULL REFERENCES later_thing ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  cheered_at TEXT NOT NULL,
  PRIMARY KEY (later_thing_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX later_cheer_of_person ON later_cheer (person_id);

-- people who would guide the next time
CREATE TABLE guide_offer (
  enrolment_id INTEGER PRIMARY KEY REFERENCES enrolment ON DELETE CASCADE,
  offered_at TEXT NOT NULL
) STRICT;
