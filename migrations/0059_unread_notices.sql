-- what an opened page marks as seen is looked up by what the page is about
CREATE INDEX notice_unread_about ON notice (reflection_id, person_id) WHERE read_at IS NULL AND reflection_id IS NOT NULL;
