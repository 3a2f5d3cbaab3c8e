-- An answer may answer another one (one level), and a deleted one under which answers hang leaves its place, without
-- name and text. SQLite cannot take a NOT NULL away, so the table is made anew.
CREATE TABLE new_comment (
  id INTEGER PRIMARY KEY,
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  person_id INTEGER REFERENCES person ON DELETE CASCADE,
  parent_id INTEGER REFERENCES new_comment ON DELETE CASCADE,
  renderer TEXT NOT NULL,
  -- that of the reflection when it was written, or the smaller one of the answer it hangs under
  audience TEXT NOT NULL CHECK (audience IN ('me', 'guides', 'pod', 'cohort', 'world')),
  written_at TEXT NOT NULL,
  -- only a change that came after the first minutes
  edited_at TEXT,
  deleted_at TEXT,
  body TEXT NOT NULL,
  html TEXT NOT NULL,
  CHECK ((deleted_at IS NULL) = (person_id IS NOT NULL)),
  CHECK (deleted_at IS NULL OR (body = '' AND html = ''))
) STRICT;

INSERT INTO new_comment (id, reflection_id, person_id, renderer, audience, written_at, edited_at, body, html)
SELECT id, reflection_id, person_id, renderer, audience, written_at, edited_at, body, html FROM comment;

DROP TABLE comment;
ALTER TABLE new_comment RENAME TO comment;

CREATE INDEX comment_of_reflection ON comment (reflection_id, id);
CREATE INDEX comment_of_person ON comment (person_id, id);
CREATE INDEX comment_of_parent ON comment (parent_id) WHERE parent_id IS NOT NULL;

-- a place that was kept for answers goes with the last of them
CREATE TRIGGER comment_place_gone AFTER DELETE ON comment WHEN OLD.parent_id IS NOT NULL BEGIN
  DELETE FROM comment
   WHERE id = OLD.parent_id AND deleted_at IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM comment AS other WHERE other.parent_id = OLD.parent_id);
END;

-- who is named by "@handle" in an answer or a reflection; only people who may read it
CREATE TABLE mention (
  id INTEGER PRIMARY KEY,
  comment_id INTEGER REFERENCES comment ON DELETE CASCADE,
  reflection_id INTEGER REFERENCES reflection ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  CHECK ((comment_id IS NULL) <> (reflection_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX mention_in_comment ON mention (comment_id, person_id) WHERE comment_id IS NOT NULL;
CREATE UNIQUE INDEX mention_in_reflection ON mention (reflection_id, person_id) WHERE reflection_id IS NOT NULL;
CREATE INDEX mention_of_person ON mention (person_id);

-- of what was said there nothing stays
CREATE TRIGGER comment_leaves_its_place AFTER UPDATE OF deleted_at ON comment WHEN NEW.deleted_at IS NOT NULL BEGIN
  DELETE FROM mention WHERE comment_id = NEW.id;
  DELETE FROM notice WHERE comment_id = NEW.id;
END;

-- how many people somebody has mentioned within the hour that began then
CREATE TABLE mention_hour (
  person_id INTEGER PRIMARY KEY REFERENCES person ON DELETE CASCADE,
  began_at TEXT NOT NULL,
  made INTEGER NOT NULL
) STRICT;

CREATE TABLE following (
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  since TEXT NOT NULL,
  PRIMARY KEY (person_id, reflection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX following_of_reflection ON following (reflection_id);

-- who stopped following stays so, also when she answers again
CREATE TABLE unfollowed (
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  since TEXT NOT NULL,
  PRIMARY KEY (person_id, reflection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX unfollowed_of_reflection ON unfollowed (reflection_id);

-- the author and whoever answers follow by themselves, wherever the row comes from
CREATE TRIGGER author_follows AFTER INSERT ON reflection BEGIN
  INSERT INTO following (person_id, reflection_id, since) VALUES (NEW.person_id, NEW.id, NEW.published_at);
END;
CREATE TRIGGER answerer_follows AFTER INSERT ON comment WHEN NEW.person_id IS NOT NULL BEGIN
  INSERT INTO following (person_id, reflection_id, since)
  SELECT NEW.person_id, NEW.reflection_id, NEW.written_at
   WHERE NOT EXISTS (SELECT 1 FROM unfollowed WHERE person_id = NEW.person_id AND reflection_id = NEW.reflection_id)
  ON CONFLICT DO NOTHING;
END;

-- up to which comment somebody has read under a reflection
CREATE TABLE reading (
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  read_to INTEGER NOT NULL,
  PRIMARY KEY (person_id, reflection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX reading_of_reflection ON reading (reflection_id);

INSERT INTO following (person_id, reflection_id, since)
SELECT person_id, id, published_at FROM reflection;
INSERT INTO following (person_id, reflection_id, since)
SELECT person_id, reflection_id, min(written_at) FROM comment WHERE true GROUP BY person_id, reflection_id
ON CONFLICT DO NOTHING;
-- who answered had read what stood there
INSERT INTO reading (person_id, reflection_id, read_to)
SELECT person_id, reflection_id, max(id) FROM comment
 WHERE NOT EXISTS (SELECT 1 FROM reflection AS r WHERE r.id = reflection_id AND r.person_id = comment.person_id)
 GROUP BY person_id, reflection_id;
INSERT INTO reading (person_id, reflection_id, read_to)
SELECT person_id, id, answers_read_to FROM reflection WHERE answers_read_to > 0;

-- up to where somebody has read stands in `reading`, for everybody and not for the author alone
ALTER TABLE reflection DROP COLUMN answers_read_to;
