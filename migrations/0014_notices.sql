-- what somebody is told in the site; shown and counted only while she may read what it is about
CREATE TABLE notice (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  kind TEXT NOT NULL,
  -- what it is about, in a word: she is told it once
  key TEXT NOT NULL,
  cohort_id INTEGER REFERENCES cohort ON DELETE CASCADE,
  reflection_id INTEGER REFERENCES reflection ON DELETE CASCADE,
  comment_id INTEGER REFERENCES comment ON DELETE CASCADE,
  award_id TEXT REFERENCES award ON DELETE CASCADE,
  actor_id INTEGER REFERENCES person ON DELETE SET NULL,
  detail TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(detail)),
  told_at TEXT NOT NULL,
  read_at TEXT,
  -- when it was put into a letter
  mailed_at TEXT,
  UNIQUE (person_id, key)
) STRICT;
CREATE INDEX notice_of_person ON notice (person_id, id);
CREATE INDEX notice_unread ON notice (person_id, id) WHERE read_at IS NULL;
CREATE INDEX notice_about ON notice (reflection_id) WHERE reflection_id IS NOT NULL;
CREATE INDEX notice_of_comment ON notice (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX notice_of_award ON notice (award_id) WHERE award_id IS NOT NULL;
CREATE INDEX notice_of_actor ON notice (actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX notice_age ON notice (read_at) WHERE read_at IS NOT NULL;

-- letters that somebody does not want
CREATE TABLE no_letters (
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('answers')),
  since TEXT NOT NULL,
  PRIMARY KEY (person_id, kind)
) STRICT, WITHOUT ROWID;

-- further links to an invitation: each letter carries one of its own, made when it goes
CREATE TABLE invitation_link (
  token_hash TEXT PRIMARY KEY,
  invitation_id INTEGER NOT NULL REFERENCES invitation ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_link_of ON invitation_link (invitation_id);
