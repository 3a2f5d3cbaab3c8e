-- an archived course is offered to no new cohort; whatever is under way goes on
ALTER TABLE course ADD COLUMN archived_at TEXT;
-- one of the course's own pictures, by its name
ALTER TABLE course ADD COLUMN cover TEXT;

-- A text of a thing that waits to be published with others: one to a thing, whoever of the authors writes on it.
-- `based_on` is the revision it was made from, `version` counts its own changes; the source is the file of the thing.
CREATE TABLE thing_change (
  thing_id INTEGER PRIMARY KEY REFERENCES thing ON DELETE CASCADE,
  based_on INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  source TEXT NOT NULL,
  changed_by INTEGER REFERENCES person ON DELETE SET NULL,
  changed_at TEXT NOT NULL
) STRICT;
CREATE INDEX thing_change_of_person ON thing_change (changed_by);
