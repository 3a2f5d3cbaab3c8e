-- ZIPs that somebody has uploaded and not decided about yet: in the database, so that every process of the site knows them
CREATE TABLE pending_upload (
  id TEXT PRIMARY KEY,
  -- one to a person: another one replaces it
  person_id INTEGER NOT NULL UNIQUE REFERENCES person (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  uploaded_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
