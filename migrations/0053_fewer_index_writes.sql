-- A comment wrote to 27 pages, most of them of indexes. The ones that go are served by another index that stays.

-- comment_of_person_since begins with the person, too
DROP INDEX comment_of_person;
-- of a cohort's activity only what is logged is looked up (activity_log_of_cohort); cohorts are never deleted
DROP INDEX activity_of_cohort;

-- Notices are made anew without three of their seven indexes: what is about a comment is found by its reflection, who
-- wrote a comment is asked of the comment, and each notice is either unread or read.
CREATE TABLE new_notice (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  kind TEXT NOT NULL,
  -- what it is about, in a word: a person is told it once
  key TEXT NOT NULL,
  cohort_id INTEGER REFERENCES cohort ON DELETE CASCADE,
  reflection_id INTEGER REFERENCES reflection ON DELETE CASCADE,
  -- of a comment under this reflection; a trigger deletes the notice with it
  comment_id INTEGER,
  award_id TEXT REFERENCES award ON DELETE CASCADE,
  -- null where it is whoever wrote the comment
  actor_id INTEGER REFERENCES person ON DELETE SET NULL,
  detail TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(detail)),
  told_at TEXT NOT NULL,
  read_at TEXT,
  -- when it was put into an email
  mailed_at TEXT,
  UNIQUE (person_id, key),
  CHECK (comment_id IS NULL OR reflection_id IS NOT NULL)
) STRICT;

INSERT INTO new_notice (id, person_id, kind, key, cohort_id, reflection_id, comment_id, award_id, actor_id, detail, told_at,
                        read_at, mailed_at)
SELECT n.id, n.person_id, n.kind, n.key, n.cohort_id, n.reflection_id, n.comment_id, n.award_id,
       iif(n.kind IN ('answer', 'reply', 'mention') AND n.comment_id IS NOT NULL, NULL, n.actor_id),
       n.detail, n.told_at, n.read_at, n.mailed_at
  FROM notice AS n ORDER BY n.id;

DROP TRIGGER comment_leaves_its_place;
DROP TABLE notice;
ALTER TABLE new_notice RENAME TO notice;

CREATE INDEX notice_unread ON notice (person_id, id) WHERE read_at IS NULL;
CREATE INDEX notice_read ON notice (person_id, id) WHERE read_at IS NOT NULL;
CREATE INDEX notice_about ON notice (reflection_id, comment_id) WHERE reflection_id IS NOT NULL;
CREATE INDEX notice_of_award ON notice (award_id) WHERE award_id IS NOT NULL;
CREATE INDEX notice_of_actor ON notice (actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX notice_age ON notice (read_at) WHERE read_at IS NOT NULL;

CREATE TRIGGER comment_leaves_its_place AFTER UPDATE OF deleted_at ON comment WHEN NEW.deleted_at IS NOT NULL BEGIN
  DELETE FROM mention WHERE comment_id = NEW.id;
  DELETE FROM notice WHERE reflection_id = NEW.reflection_id AND comment_id = NEW.id;
END;
CREATE TRIGGER notice_goes_with_comment AFTER DELETE ON comment BEGIN
  DELETE FROM notice WHERE reflection_id = OLD.reflection_id AND comment_id = OLD.id;
END;
