-- the browser and the operating system of a session in plain words; nothing else of its user agent is stored
ALTER TABLE session ADD COLUMN browser TEXT;
ALTER TABLE session ADD COLUMN system TEXT;

-- part of the seal of unsubscribe links: those in emails to an earlier address do not count any more
ALTER TABLE person ADD COLUMN email_changed_at TEXT;

CREATE TABLE email_change (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  old_email TEXT NOT NULL,
  new_email TEXT NOT NULL,
  -- the person, or an admin: then the old address need not confirm
  asked_by INTEGER REFERENCES person ON DELETE SET NULL,
  -- the session in which the person asked, which stays signed in
  session_hash TEXT,
  asked_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  old_confirmed_at TEXT,
  new_confirmed_at TEXT,
  ended_at TEXT,
  outcome TEXT CHECK (outcome IN ('changed', 'stopped', 'replaced', 'taken')),
  CHECK ((outcome IS NULL) = (ended_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX email_change_open ON email_change (person_id) WHERE ended_at IS NULL;
CREATE INDEX email_change_of_person ON email_change (person_id, asked_at);
CREATE INDEX email_change_asked_by ON email_change (asked_by) WHERE asked_by IS NOT NULL;
CREATE INDEX email_change_expiry ON email_change (expires_at);

CREATE TABLE email_change_link (
  token_hash TEXT PRIMARY KEY,
  email_change_id INTEGER NOT NULL REFERENCES email_change ON DELETE CASCADE,
  side TEXT NOT NULL CHECK (side IN ('old', 'new'))
) STRICT, WITHOUT ROWID;
CREATE INDEX email_change_link_of ON email_change_link (email_change_id);
