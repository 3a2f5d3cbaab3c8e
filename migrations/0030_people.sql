-- who cannot sign in for now; what she wrote stays, and so does everything about her account
ALTER TABLE person ADD COLUMN deactivated_at TEXT;

-- the list of people asks who was invited and has not come
CREATE INDEX invitation_of_address ON invitation (email) WHERE used_at IS NULL;
