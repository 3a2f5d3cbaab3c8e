CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- what a person already did with a form: the same form sent again gets the same answer
CREATE TABLE once (
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  once TEXT NOT NULL,
  location TEXT NOT NULL,
  done_at TEXT NOT NULL,
  PRIMARY KEY (person_id, once)
) STRICT, WITHOUT ROWID;
CREATE INDEX once_age ON once (done_at);

CREATE TABLE failure_limit (
  key TEXT PRIMARY KEY,
  hits INTEGER NOT NULL,
  resets_at TEXT NOT NULL
) STRICT;
