CREATE TABLE person (
  id INTEGER PRIMARY KEY,
  email TEXT NOT NULL UNIQUE COLLATE NOCASE,
  name TEXT NOT NULL,
  handle TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  role TEXT NOT NULL DEFAULT 'member' CHECK (role IN ('member', 'author', 'admin')),
  workplace TEXT,
  scheme TEXT NOT NULL DEFAULT 'system' CHECK (scheme IN ('system', 'light', 'dark')),
  created_at TEXT NOT NULL
) STRICT;

-- a changed handle keeps its old addresses working
CREATE TABLE former_handle (
  handle TEXT PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE
) STRICT;

CREATE TABLE session (
  id_hash TEXT PRIMARY KEY,
  person_id INTEGER REFERENCES person ON DELETE CASCADE,
  data TEXT NOT NULL,
  created_at TEXT NOT NULL,
  touched_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX session_of_person ON session (person_id);
CREATE INDEX session_expiry ON session (expires_at);

CREATE TABLE password_reset (
  id INTEGER PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  made_by INTEGER REFERENCES person ON DELETE SET NULL,
  made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT
) STRICT;
CREATE INDEX password_reset_of_person ON password_reset (person_id);

-- who asked at /forgot while no mail is set up; listed to admins until a link was made
CREATE TABLE reset_request (
  person_id INTEGER PRIMARY KEY REFERENCES person ON DELETE CASCADE,
  asked_at TEXT NOT NULL
) STRICT;
CREATE INDEX person_workplace ON person (workplace) WHERE workplace IS NOT NULL;
CREATE INDEX former_handle_of_person ON former_handle (person_id);
