-- Each commit that adds to a full-text index writes seven of its pages. Comments wait here and are added many at a time:
-- before the next search, and every ten minutes. What may no longer be found is still taken out at once.
CREATE TABLE comment_to_index (
  comment_id INTEGER PRIMARY KEY REFERENCES comment ON DELETE CASCADE
) STRICT;

DROP TRIGGER comment_can_be_found;
CREATE TRIGGER comment_can_be_found AFTER INSERT ON comment BEGIN
  INSERT INTO comment_to_index (comment_id) VALUES (NEW.id);
END;

DROP TRIGGER comment_is_found_as_changed;
CREATE TRIGGER comment_is_found_as_changed AFTER UPDATE OF body, audience, deleted_at ON comment BEGIN
  DELETE FROM comment_search WHERE rowid = OLD.id;
  INSERT INTO comment_to_index (comment_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
END;

DROP TRIGGER comment_is_found_elsewhere;
CREATE TRIGGER comment_is_found_elsewhere AFTER UPDATE OF thing_id ON reflection WHEN NEW.thing_id <> OLD.thing_id BEGIN
  DELETE FROM comment_search WHERE rowid IN (SELECT id FROM comment WHERE reflection_id = NEW.id);
  INSERT INTO comment_to_index (comment_id) SELECT id FROM comment WHERE reflection_id = NEW.id ON CONFLICT DO NOTHING;
END;
