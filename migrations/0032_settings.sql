-- two admins at once: a form says which version of its section it was made from
CREATE TABLE setting_section (
  name TEXT PRIMARY KEY,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- the site's own sign, drawn anew; it is small, and so goes along in every copy of the file
CREATE TABLE logo (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  hash TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

-- what an organiser says is done, where nothing else in the database tells
CREATE TABLE checklist_tick (
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  item TEXT NOT NULL,
  ticked_at TEXT NOT NULL,
  PRIMARY KEY (cohort_id, item)
) STRICT, WITHOUT ROWID;
