-- what a badge has been: an award keeps the meaning of the version it was given under
CREATE TABLE badge_version (
  badge_id INTEGER NOT NULL REFERENCES badge ON DELETE CASCADE,
  version INTEGER NOT NULL,
  title TEXT NOT NULL,
  meaning TEXT NOT NULL,
  shape TEXT NOT NULL,
  hue TEXT NOT NULL,
  icon TEXT,
  number INTEGER,
  ring_text TEXT,
  picture TEXT,
  rule TEXT NOT NULL,
  made_at TEXT,
  made_by INTEGER REFERENCES person ON DELETE SET NULL,
  PRIMARY KEY (badge_id, version)
) STRICT;
CREATE INDEX badge_version_by ON badge_version (made_by);

ALTER TABLE badge ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
-- 1: not yet switched on; nobody but authors and admins sees it, and it is given to nobody
ALTER TABLE badge ADD COLUMN draft INTEGER NOT NULL DEFAULT 0 CHECK (draft IN (0, 1));
-- null: for every cohort of the course
ALTER TABLE badge ADD COLUMN cohort_id INTEGER REFERENCES cohort ON DELETE CASCADE;
-- only what happened between these days counts, both included, in the time zone of the cohort
ALTER TABLE badge ADD COLUMN counts_from TEXT;
ALTER TABLE badge ADD COLUMN counts_until TEXT;
-- on the circle around the shape
ALTER TABLE badge ADD COLUMN ring_text TEXT;
-- a picture drawn anew here, in place of the shape: its name below the folder of badge pictures
ALTER TABLE badge ADD COLUMN picture TEXT;
-- of a treasure: what may be said of it once so many weeks of the cohort are over
ALTER TABLE badge ADD COLUMN hint TEXT;
ALTER TABLE badge ADD COLUMN hint_after_weeks INTEGER;
ALTER TABLE badge ADD COLUMN changed_at TEXT;
ALTER TABLE badge ADD COLUMN changed_by INTEGER REFERENCES person ON DELETE SET NULL;
CREATE INDEX badge_of_course ON badge (course_id, position);
CREATE INDEX badge_of_cohort ON badge (cohort_id) WHERE cohort_id IS NOT NULL;
CREATE INDEX badge_changed_by ON badge (changed_by) WHERE changed_by IS NOT NULL;

INSERT INTO badge_version (badge_id, version, title, meaning, shape, hue, icon, number, rule)
  SELECT id, 1, title, meaning, shape, hue, icon, number, rule FROM badge;

CREATE TRIGGER badge_first_version AFTER INSERT ON badge BEGIN
  INSERT INTO badge_version (badge_id, version, title, meaning, shape, hue, icon, number, ring_text, picture, rule, made_at, made_by)
    VALUES (NEW.id, NEW.version, NEW.title, NEW.meaning, NEW.shape, NEW.hue, NEW.icon, NEW.number, NEW.ring_text, NEW.picture,
            NEW.rule, NEW.changed_at, NEW.changed_by);
END;
CREATE TRIGGER badge_next_version
AFTER UPDATE OF title, meaning, shape, hue, icon, number, ring_text, picture, rule ON badge
WHEN OLD.title IS NOT NEW.title OR OLD.meaning IS NOT NEW.meaning OR OLD.shape IS NOT NEW.shape OR OLD.hue IS NOT NEW.hue
  OR OLD.icon IS NOT NEW.icon OR OLD.number IS NOT NEW.number OR OLD.ring_text IS NOT NEW.ring_text
  OR OLD.picture IS NOT NEW.picture OR OLD.rule IS NOT NEW.rule
BEGIN
  UPDATE badge SET version = OLD.version + 1 WHERE id = NEW.id;
  INSERT INTO badge_version (badge_id, version, title, meaning, shape, hue, icon, number, ring_text, picture, rule, made_at, made_by)
    VALUES (NEW.id, OLD.version + 1, NEW.title, NEW.meaning, NEW.shape, NEW.hue, NEW.icon, NEW.number, NEW.ring_text, NEW.picture,
            NEW.rule, NEW.changed_at, NEW.changed_by);
END;

ALTER TABLE award ADD COLUMN badge_version INTEGER NOT NULL DEFAULT 1;
-- the person shows it to everybody; so is the reflection that earned it named as evidence
ALTER TABLE award ADD COLUMN shared INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1));
ALTER TABLE award ADD COLUMN evidence_shared INTEGER NOT NULL DEFAULT 0 CHECK (evidence_shared IN (0, 1));
-- by hand: who gave it, and what she saw
ALTER TABLE award ADD COLUMN given_by INTEGER REFERENCES person ON DELETE SET NULL;
ALTER TABLE award ADD COLUMN evidence TEXT;
-- taken back: the row stays, so that no act gives it again
ALTER TABLE award ADD COLUMN revoked_at TEXT;
ALTER TABLE award ADD COLUMN revoked_by INTEGER REFERENCES person ON DELETE SET NULL;
ALTER TABLE award ADD COLUMN revoked_why TEXT;
CREATE INDEX award_given_by ON award (given_by) WHERE given_by IS NOT NULL;
CREATE INDEX award_revoked_by ON award (revoked_by) WHERE revoked_by IS NOT NULL;
