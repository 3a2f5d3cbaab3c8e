-- of how many things those that were done are; null in issues from before
ALTER TABLE certificate_issue ADD COLUMN total INTEGER;
