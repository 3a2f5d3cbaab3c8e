-- what makes a thing done in this course; without keys: its published reflection, it may be put aside, any length
ALTER TABLE course ADD COLUMN completion TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(completion));

-- by which of the rules it was done: that one holds it too, whatever the course asks for now
ALTER TABLE completion ADD COLUMN rule TEXT NOT NULL DEFAULT 'reflection'
  CHECK (rule IN ('reflection', 'steps', 'both', 'guide'));

-- where a guide confirms what is done: asked when there is something to look at, and whether it was confirmed
CREATE TABLE confirmation (
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  asked_at TEXT NOT NULL,
  confirmed_by INTEGER REFERENCES person ON DELETE SET NULL,
  confirmed_at TEXT,
  PRIMARY KEY (enrolment_id, thing_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX confirmation_by ON confirmation (confirmed_by) WHERE confirmed_by IS NOT NULL;
CREATE INDEX confirmation_waiting ON confirmation (enrolment_id, asked_at) WHERE confirmed_at IS NULL;
