-- The older pages of a feed are read once, after it was followed: how far that is, and how far back the feed reaches.
ALTER TABLE feed ADD COLUMN older_pages TEXT CHECK (older_pages IN ('due', 'reading', 'whole', 'limited'));
ALTER TABLE feed ADD COLUMN oldest_at TEXT;
