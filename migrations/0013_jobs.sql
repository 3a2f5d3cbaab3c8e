-- the outbox and everything else that happens behind the pages: a row is written in the transaction that caused it
CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  -- as long as a job with this key is known, none is added beside it
  key TEXT,
  payload TEXT NOT NULL CHECK (json_valid(payload)),
  -- whom or what it is for, in a word for admins
  about TEXT,
  -- when it may be begun; while somebody works on it, when it may be taken from them
  due_at TEXT NOT NULL,
  -- counts how often it was begun, and tells a worker that came back too late that the job is another's by now
  attempt INTEGER NOT NULL DEFAULT 0,
  working INTEGER NOT NULL DEFAULT 0 CHECK (working IN (0, 1)),
  -- why it did not work the last time
  reason TEXT,
  outcome TEXT CHECK (outcome IN ('done', 'dead')),
  added_at TEXT NOT NULL,
  ended_at TEXT,
  CHECK ((outcome IS NULL) = (ended_at IS NULL)),
  UNIQUE (kind, key)
) STRICT;
CREATE INDEX job_due ON job (kind, due_at, id) WHERE outcome IS NULL;
CREATE INDEX job_ended ON job (outcome, ended_at) WHERE outcome IS NOT NULL;

-- what is done again and again
CREATE TABLE timetable (
  kind TEXT PRIMARY KEY,
  next_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
