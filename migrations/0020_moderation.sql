-- "Please look at this": one of a person about a post, with her reason; open until somebody has looked
CREATE TABLE report (
  id INTEGER PRIMARY KEY,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  -- what it is about, or what the comment stands under that it is about
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  comment_id INTEGER REFERENCES comment ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  reason TEXT NOT NULL,
  made_at TEXT NOT NULL,
  settled_at TEXT,
  settled_by INTEGER REFERENCES person ON DELETE SET NULL
) STRICT;
CREATE UNIQUE INDEX report_once ON report (person_id, reflection_id, ifnull(comment_id, 0));
CREATE INDEX report_of_reflection ON report (reflection_id, comment_id);
CREATE INDEX report_of_comment ON report (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX report_of_cohort ON report (cohort_id, id);
CREATE INDEX report_settled_by ON report (settled_by) WHERE settled_by IS NOT NULL;
CREATE INDEX report_open ON report (cohort_id, id) WHERE settled_at IS NULL;

-- of a deleted comment nothing is left to look at
CREATE TRIGGER comment_is_reported_no_more AFTER UPDATE OF deleted_at ON comment WHEN NEW.deleted_at IS NOT NULL BEGIN
  DELETE FROM report WHERE comment_id = NEW.id;
  UPDATE comment SET hidden_at = NULL, hidden_by = NULL, hidden_note = NULL WHERE id = NEW.id AND hidden_at IS NOT NULL;
END;

-- a hidden answer is none to those who wait for one
DROP VIEW answered;
CREATE VIEW answered AS
SELECT reflection.id AS reflection_id, comment.id AS comment_id
  FROM reflection JOIN comment ON comment.reflection_id = reflection.id
 WHERE comment.deleted_at IS NULL AND comment.hidden_at IS NULL AND comment.person_id <> reflection.person_id
   AND (comment.audience IN ('cohort', 'world') OR comment.audience = reflection.audience);
CREATE TRIGGER reflection_waits_as_it_is_hidden AFTER UPDATE OF hidden_at ON comment BEGIN
  DELETE FROM unanswered WHERE reflection_id = NEW.reflection_id;
  INSERT INTO unanswered (cohort_id, reflection_id)
  SELECT cohort_id, id FROM reflection
   WHERE id = NEW.reflection_id AND NOT EXISTS (SELECT 1 FROM answered WHERE reflection_id = reflection.id);
END;

-- who may not come back to a cohort
CREATE TABLE block (
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  blocked_by INTEGER REFERENCES person ON DELETE SET NULL,
  blocked_at TEXT NOT NULL,
  PRIMARY KEY (cohort_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX block_of_person ON block (person_id);
CREATE INDEX block_by ON block (blocked_by) WHERE blocked_by IS NOT NULL;
