-- One row for each picture of a person. Its files are named by the hash of what was sent; rows of several people may
-- share them, but an address names the row, so that nobody reads a picture through somebody else's audience.
CREATE TABLE image (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  hash TEXT NOT NULL,
  width INTEGER NOT NULL CHECK (width > 0),
  height INTEGER NOT NULL CHECK (height > 0),
  animated INTEGER NOT NULL CHECK (animated IN (0, 1)),
  -- of all its files together
  bytes INTEGER NOT NULL,
  added_at TEXT NOT NULL,
  -- since when it is in no reflection and no open draft; null while it is in one
  unused_since TEXT,
  UNIQUE (person_id, hash)
) STRICT;
CREATE INDEX image_of_hash ON image (hash);
CREATE INDEX image_unused ON image (unused_since) WHERE unused_since IS NOT NULL;

CREATE TABLE image_use (
  image_id INTEGER NOT NULL REFERENCES image ON DELETE CASCADE,
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  PRIMARY KEY (image_id, reflection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_use_of_reflection ON image_use (reflection_id);

-- files whose row is gone, however it went; they follow when pictures are cleaned
CREATE TABLE image_left (
  hash TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TRIGGER image_gone AFTER DELETE ON image BEGIN
  INSERT OR IGNORE INTO image_left (hash) VALUES (old.hash);
END;
