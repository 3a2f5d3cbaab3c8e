-- counts the changes, so that one made on an older page is noticed
ALTER TABLE cohort ADD COLUMN calendar_version INTEGER NOT NULL DEFAULT 1;
