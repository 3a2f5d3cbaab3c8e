-- A picture of a course, by the name that its texts call it by. Its file is named by the hash of its bytes; courses that
-- were made from one another share it.
CREATE TABLE course_picture (
  course_id INTEGER NOT NULL REFERENCES course ON DELETE CASCADE,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  width INTEGER NOT NULL CHECK (width > 0),
  height INTEGER NOT NULL CHECK (height > 0),
  bytes INTEGER NOT NULL CHECK (bytes > 0),
  added_at TEXT NOT NULL,
  PRIMARY KEY (course_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX course_picture_of_hash ON course_picture (hash);

-- which courses this one was made from, the first one first, as its folder says it
ALTER TABLE course ADD COLUMN parents TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(parents));

-- The folder of the course that this one was made from, as it was when something was last taken from it: what has changed
-- there and what has changed here is found by it. Files by their path, pictures by the hash of their bytes.
CREATE TABLE course_base (
  course_id INTEGER PRIMARY KEY REFERENCES course ON DELETE CASCADE,
  parent_slug TEXT NOT NULL,
  files TEXT NOT NULL CHECK (json_valid(files)),
  pictures TEXT NOT NULL CHECK (json_valid(pictures)),
  taken_at TEXT NOT NULL
) STRICT;
CREATE INDEX course_base_of_parent ON course_base (parent_slug);
