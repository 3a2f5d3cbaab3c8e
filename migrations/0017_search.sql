-- What can be found, by word and newest first. The indexes hold no text of their own: what is shown is cut from the rows,
-- for those who may read them. `shelf` says where a text stands ("c12cohort": for everybody in cohort 12), so that a word
-- that is common elsewhere costs nothing here; who may read a text is asked of the row itself each time.
CREATE VIRTUAL TABLE thing_search USING fts5 (
  words, shelf, content = '', contentless_delete = 1, prefix = '2 3',
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'");
CREATE VIRTUAL TABLE reflection_search USING fts5 (
  words, shelf, content = '', contentless_delete = 1, prefix = '2 3',
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'");
CREATE VIRTUAL TABLE comment_search USING fts5 (
  words, shelf, content = '', contentless_delete = 1, prefix = '2 3',
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'");

-- The rows of the indexes. FTS5 takes accents off letters that Unicode takes apart; these here it does not, and vowel
-- signs of Arabic are rarely typed. server/search/folding.ts does the same to what is looked for.
CREATE VIEW searchable AS
SELECT kind, id, shelf,
       CASE WHEN length(words) = octet_length(words) THEN words ELSE
         replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
         replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
         replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
         replace(words
         , 'ø', 'o'), 'Ø', 'o'), 'æ', 'ae'), 'Æ', 'ae'), 'œ', 'oe'), 'Œ', 'oe')
         , 'ß', 'ss'), 'ẞ', 'ss'), 'ł', 'l'), 'Ł', 'l'), 'đ', 'd'), 'Đ', 'd')
         , 'ð', 'd'), 'Ð', 'd'), 'þ', 'th'), 'Þ', 'th'), 'ı', 'i'), 'أ', 'ا')
         , 'إ', 'ا'), 'آ', 'ا'), 'ٱ', 'ا'), 'ؤ', 'و'), 'ئ', 'ي'), char(1600), '')
         , char(1611), ''), char(1612), ''), char(1613), ''), char(1614), ''), char(1615), ''), char(1616), '')
         , char(1617), ''), char(1618), ''), char(1619), ''), char(1620), ''), char(1621), ''), char(1648), '')
         , char(65039), '')
       END AS words
  FROM (
    SELECT 'thing' AS kind, thing.id, 'k' || thing.course_id AS shelf,
           concat_ws(char(10), title, short, summary, tried, body, note, without_account, prompts,
                     (SELECT group_concat(step.title || ' ' || coalesce(step.detail, ''), char(10))
                        FROM step WHERE step.thing_id = thing.id)) AS words
      FROM thing
    UNION ALL
    SELECT 'reflection', id,
           concat_ws(' ', 'c' || cohort_id || audience, 'c' || cohort_id || 't' || thing_id, 'p' || person_id,
                     iif(audience = 'world', 'world', NULL)),
           concat_ws(char(10), title, body)
      FROM reflection
    UNION ALL
    SELECT 'comment', comment.id,
           concat_ws(' ', 'c' || cohort_id || comment.audience, 'c' || cohort_id || 't' || thing_id,
                     'p' || comment.person_id, 'p' || reflection.person_id),
           comment.body
      FROM comment JOIN reflection ON reflection.id = comment.reflection_id
     WHERE deleted_at IS NULL);

INSERT INTO thing_search (rowid, words, shelf) SELECT id, words, shelf FROM searchable WHERE kind = 'thing';
INSERT INTO reflection_search (rowid, words, shelf) SELECT id, words, shelf FROM searchable WHERE kind = 'reflection';
INSERT INTO comment_search (rowid, words, shelf) SELECT id, words, shelf FROM searchable WHERE kind = 'comment';

CREATE TRIGGER thing_can_be_found AFTER INSERT ON thing BEGIN
  INSERT INTO thing_search (rowid, words, shelf)
  SELECT id, words, shelf FROM searchable WHERE kind = 'thing' AND id = NEW.id;
END;
CREATE TRIGGER thing_is_found_as_changed AFTER UPDATE OF title, short, summary, tried, body, note, without_account, prompts ON thing BEGIN
  DELETE FROM thing_search WHERE rowid = OLD.id;
  INSERT INTO thing_search (rowid, words, shelf)
  SELECT id, words, shelf FROM searchable WHERE kind = 'thing' AND id = NEW.id;
END;
CREATE TRIGGER thing_is_found_no_more AFTER DELETE ON thing BEGIN
  DELETE FROM thing_search WHERE rowid = OLD.id;
END;

CREATE TRIGGER reflection_can_be_found AFTER INSERT ON reflection BEGIN
  INSERT INTO reflection_search (rowid, words, shelf)
  SELECT id, words, shelf FROM searchable WHERE kind = 'reflection' AND id = NEW.id;
END;
CREATE TRIGGER reflection_is_found_as_changed AFTER UPDATE OF title, body, audience, thing_id ON reflection BEGIN
  DELETE FROM reflection_search WHERE rowid = OLD.id;
  INSERT INTO reflection_search (rowid, words, shelf)
  SELECT id, words, shelf FROM searchable WHERE kind = 'reflection' AND id = NEW.id;
END;
CREATE TRIGGER reflection_is_found_no_more AFTER DELETE ON reflection BEGIN
  DELETE FROM reflection_search WHERE rowid = OLD.id;
END;
-- a post from elsewhere may turn out to be about another thing, and what was answered goes with it
CREATE TRIGGER comment_is_found_elsewhere AFTER UPDATE OF thing_id ON reflection WHEN NEW.thing_id <> OLD.thing_id BEGIN
  DELETE FROM comment_search WHERE rowid IN (SELECT id FROM comment WHERE reflection_id = NEW.id);
  INSERT INTO comment_search (rowid, words, shelf)
  SELECT id, words, shelf FROM searchable
   WHERE kind = 'comment' AND id IN (SELECT id FROM comment WHERE reflection_id = NEW.id);
END;

CREATE TRIGGER comment_can_be_found AFTER INSERT ON comment BEGIN
  INSERT INTO comment_search (rowid, words, shelf)
  SELECT id, words, shelf FROM searchable WHERE kind = 'comment' AND id = NEW.id;
END;
CREATE TRIGGER comment_is_found_as_changed AFTER UPDATE OF body, audience, deleted_at ON comment BEGIN
  DELETE FROM comment_search WHERE rowid = OLD.id;
  INSERT INTO comment_search (rowid, words, shelf)
  SELECT id, words, shelf FROM searchable WHERE kind = 'comment' AND id = NEW.id;
END;
CREATE TRIGGER comment_is_found_no_more AFTER DELETE ON comment BEGIN
  DELETE FROM comment_search WHERE rowid = OLD.id;
END;

-- the steps of a thing are put after it, all of them anew
CREATE TRIGGER step_can_be_found AFTER INSERT ON step BEGIN
  DELETE FROM thing_search WHERE rowid = NEW.thing_id;
  INSERT INTO thing_search (rowid, words, shelf)
  SELECT id, words, shelf FROM searchable WHERE kind = 'thing' AND id = NEW.thing_id;
END;
CREATE TRIGGER step_is_found_no_more AFTER DELETE ON step BEGIN
  DELETE FROM thing_search WHERE rowid = OLD.thing_id;
  INSERT INTO thing_search (rowid, words, shelf)
  SELECT id, words, shelf FROM searchable WHERE kind = 'thing' AND id = OLD.thing_id;
END;

-- Reflections without an answer that all who read them may read. Whoever reads fewer answers finds the rest among these
-- too: they are where a list of unanswered ones looks, the rule is asked of each.
CREATE TABLE unanswered (
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  PRIMARY KEY (cohort_id, reflection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX unanswered_reflection ON unanswered (reflection_id);

CREATE VIEW answered AS
SELECT reflection.id AS reflection_id, comment.id AS comment_id
  FROM reflection JOIN comment ON comment.reflection_id = reflection.id
 WHERE comment.deleted_at IS NULL AND comment.person_id <> reflection.person_id
   AND (comment.audience IN ('cohort', 'world') OR comment.audience = reflection.audience);

INSERT INTO unanswered (cohort_id, reflection_id)
SELECT cohort_id, id FROM reflection WHERE NOT EXISTS (SELECT 1 FROM answered WHERE reflection_id = reflection.id);

CREATE TRIGGER reflection_waits AFTER INSERT ON reflection BEGIN
  INSERT INTO unanswered (cohort_id, reflection_id) VALUES (NEW.cohort_id, NEW.id);
END;
CREATE TRIGGER reflection_waits_for_others AFTER UPDATE OF audience ON reflection BEGIN
  DELETE FROM unanswered WHERE reflection_id = NEW.id;
  INSERT INTO unanswered (cohort_id, reflection_id)
  SELECT NEW.cohort_id, NEW.id WHERE NOT EXISTS (SELECT 1 FROM answered WHERE reflection_id = NEW.id);
END;
CREATE TRIGGER reflection_is_answered AFTER INSERT ON comment BEGIN
  DELETE FROM unanswered
   WHERE reflection_id = NEW.reflection_id
     AND EXISTS (SELECT 1 FROM answered WHERE reflection_id = NEW.reflection_id AND comment_id = NEW.id);
END;
CREATE TRIGGER reflection_waits_again AFTER UPDATE OF audience, deleted_at, person_id ON comment BEGIN
  DELETE FROM unanswered WHERE reflection_id = NEW.reflection_id;
  INSERT INTO unanswered (cohort_id, reflection_id)
  SELECT cohort_id, id FROM reflection
   WHERE id = NEW.reflection_id AND NOT EXISTS (SELECT 1 FROM answered WHERE reflection_id = reflection.id);
END;
CREATE TRIGGER reflection_waits_without_it AFTER DELETE ON comment BEGIN
  DELETE FROM unanswered WHERE reflection_id = OLD.reflection_id;
  INSERT INTO unanswered (cohort_id, reflection_id)
  SELECT cohort_id, id FROM reflection
   WHERE id = OLD.reflection_id AND NOT EXISTS (SELECT 1 FROM answered WHERE reflection_id = reflection.id);
END;
