-- pictures in place of a badge's sign, drawn anew here; by the hash of their bytes, so that each is there once
CREATE TABLE badge_picture (
  hash TEXT PRIMARY KEY,
  -- JPEG: what draws files reads nothing newer
  bytes BLOB NOT NULL,
  added_at TEXT NOT NULL
) STRICT;
