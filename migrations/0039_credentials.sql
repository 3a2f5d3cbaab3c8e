-- the signed form of an award. The row outlives the award of somebody who left for good: what she took along stays good,
-- and its place in the status list is nobody else's
CREATE TABLE credential (
  id INTEGER PRIMARY KEY,
  award_id TEXT UNIQUE REFERENCES award ON DELETE SET NULL,
  list INTEGER NOT NULL,
  place INTEGER NOT NULL,
  salt TEXT NOT NULL,
  revoked INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1)),
  -- stands for what was signed and by which key: another one is signed anew
  mark TEXT,
  signed TEXT,
  jwt TEXT,
  signed_at TEXT,
  UNIQUE (list, place)
) STRICT;
CREATE INDEX credential_revoked ON credential (list) WHERE revoked = 1;

CREATE TRIGGER award_taken_back AFTER UPDATE OF revoked_at ON award BEGIN
  UPDATE credential SET revoked = NEW.revoked_at IS NOT NULL WHERE award_id = NEW.id;
END;
