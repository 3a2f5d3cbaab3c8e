-- Words are found inside of texts that are written without spaces, and letters in all their forms. What is a word is now
-- decided by the site alone (server/search/words.ts): the index takes its words as they come. New and changed texts of
-- every kind wait in `search_queue`, as comments did, and so do all that were written before: they are added some hundred
-- at a time, the newest first.
DROP TRIGGER thing_can_be_found;
DROP TRIGGER thing_is_found_as_changed;
DROP TRIGGER thing_is_found_no_more;
DROP TRIGGER step_can_be_found;
DROP TRIGGER step_is_found_no_more;
DROP TRIGGER reflection_can_be_found;
DROP TRIGGER reflection_is_found_as_changed;
DROP TRIGGER reflection_is_found_no_more;
DROP TRIGGER comment_can_be_found;
DROP TRIGGER comment_is_found_as_changed;
DROP TRIGGER comment_is_found_elsewhere;
DROP TRIGGER comment_is_found_no_more;
DROP TABLE comment_to_index;
DROP VIEW searchable;
DROP TABLE thing_search;
DROP TABLE reflection_search;
DROP TABLE comment_search;

-- `title` is for things that are not open yet, of which nothing else can be found
CREATE VIRTUAL TABLE thing_search USING fts5 (
  words, shelf, title, content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'ascii');
CREATE VIRTUAL TABLE reflection_search USING fts5 (
  words, shelf, content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'ascii');
CREATE VIRTUAL TABLE comment_search USING fts5 (
  words, shelf, content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'ascii');

-- each text as it was written, and its shelf
CREATE VIEW searchable AS
SELECT 'thing' AS kind, thing.id, 'k' || thing.course_id AS shelf, title,
       concat_ws(char(10), title, short, summary, tried, body, note, without_account, prompts,
                 (SELECT group_concat(step.title || ' ' || coalesce(step.detail, ''), char(10))
                    FROM step WHERE step.thing_id = thing.id)) AS words
  FROM thing
UNION ALL
SELECT 'reflection', id,
       concat_ws(' ', 'c' || cohort_id || audience, 'c' || cohort_id || 't' || thing_id, 'p' || person_id,
                 iif(audience = 'world', 'world', NULL)),
       title, concat_ws(char(10), title, body)
  FROM reflection
UNION ALL
SELECT 'comment', comment.id,
       concat_ws(' ', 'c' || cohort_id || comment.audience, 'c' || cohort_id || 't' || thing_id,
                 'p' || comment.person_id, 'p' || reflection.person_id),
       '', comment.body
  FROM comment JOIN reflection ON reflection.id = comment.reflection_id
 WHERE deleted_at IS NULL;

CREATE TABLE search_queue (
  kind TEXT NOT NULL CHECK (kind IN ('thing', 'reflection', 'comment')),
  id INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

INSERT INTO search_queue (kind, id) SELECT kind, id FROM searchable;
-- the job that adds them is due at once
DELETE FROM timetable WHERE kind = 'search.index';

CREATE TRIGGER thing_can_be_found AFTER INSERT ON thing BEGIN
  INSERT INTO search_queue (kind, id) VALUES ('thing', NEW.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER thing_is_found_as_changed AFTER UPDATE OF title, short, summary, tried, body, note, without_account, prompts ON thing BEGIN
  DELETE FROM thing_search WHERE rowid = OLD.id;
  INSERT INTO search_queue (kind, id) VALUES ('thing', NEW.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER thing_is_found_no_more AFTER DELETE ON thing BEGIN
  DELETE FROM thing_search WHERE rowid = OLD.id;
  DELETE FROM search_queue WHERE kind = 'thing' AND id = OLD.id;
END;
-- the steps of a thing are put after it, all of them anew
CREATE TRIGGER step_can_be_found AFTER INSERT ON step BEGIN
  DELETE FROM thing_search WHERE rowid = NEW.thing_id;
  INSERT INTO search_queue (kind, id) VALUES ('thing', NEW.thing_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER step_is_found_no_more AFTER DELETE ON step BEGIN
  DELETE FROM thing_search WHERE rowid = OLD.thing_id;
  INSERT INTO search_queue (kind, id) VALUES ('thing', OLD.thing_id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER reflection_can_be_found AFTER INSERT ON reflection BEGIN
  INSERT INTO search_queue (kind, id) VALUES ('reflection', NEW.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER reflection_is_found_as_changed AFTER UPDATE OF title, body, audience, thing_id ON reflection BEGIN
  DELETE FROM reflection_search WHERE rowid = OLD.id;
  INSERT INTO search_queue (kind, id) VALUES ('reflection', NEW.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER reflection_is_found_no_more AFTER DELETE ON reflection BEGIN
  DELETE FROM reflection_search WHERE rowid = OLD.id;
  DELETE FROM search_queue WHERE kind = 'reflection' AND id = OLD.id;
END;
-- a post from elsewhere may turn out to be about another thing, and what was answered goes with it
CREATE TRIGGER comment_is_found_elsewhere AFTER UPDATE OF thing_id ON reflection WHEN NEW.thing_id <> OLD.thing_id BEGIN
  DELETE FROM comment_search WHERE rowid IN (SELECT id FROM comment WHERE reflection_id = NEW.id);
  INSERT INTO search_queue (kind, id) SELECT 'comment', id FROM comment WHERE reflection_id = NEW.id ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER comment_can_be_found AFTER INSERT ON comment BEGIN
  INSERT INTO search_queue (kind, id) VALUES ('comment', NEW.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER comment_is_found_as_changed AFTER UPDATE OF body, audience, deleted_at ON comment BEGIN
  DELETE FROM comment_search WHERE rowid = OLD.id;
  INSERT INTO search_queue (kind, id) VALUES ('comment', NEW.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER comment_is_found_no_more AFTER DELETE ON comment BEGIN
  DELETE FROM comment_search WHERE rowid = OLD.id;
  DELETE FROM search_queue WHERE kind = 'comment' AND id = OLD.id;
END;

-- names are folded as texts are; the site writes them at its next start
UPDATE person SET sort_name = NULL
 WHERE length(name) <> octet_length(name) OR instr(name, '-') OR instr(name, '''')
    OR length(workplace) <> octet_length(workplace) OR instr(workplace, '-') OR instr(workplace, '''');
