-- A comment can be hidden, as a reflection can. Both keep their text: its author, guides and organisers go on reading it.
ALTER TABLE comment ADD COLUMN hidden_at TEXT;
ALTER TABLE comment ADD COLUMN hidden_by INTEGER REFERENCES person ON DELETE SET NULL;
-- what whoever hid it says to the author
ALTER TABLE comment ADD COLUMN hidden_note TEXT;
CREATE INDEX comment_hidden_by ON comment (hidden_by) WHERE hidden_by IS NOT NULL;
CREATE INDEX reflection_hidden_by ON reflection (hidden_by) WHERE hidden_by IS NOT NULL;

-- Every reflection that others may answer, and how long it waited for the first of them. Guides' queue and figures are
-- read from here alone, however much is written.
CREATE TABLE first_answer (
  reflection_id INTEGER PRIMARY KEY REFERENCES reflection ON DELETE CASCADE,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  published_at TEXT NOT NULL,
  -- null: nobody but the author has answered
  minutes INTEGER,
  -- 0 while nobody can answer: for the author only, or hidden
  is_asked INTEGER NOT NULL CHECK (is_asked IN (0, 1)),
  -- her first reflection, or the first after fourteen silent days
  arrival TEXT CHECK (arrival IN ('new', 'back'))
) STRICT;
CREATE INDEX first_answer_waiting ON first_answer (cohort_id, reflection_id, enrolment_id, arrival)
 WHERE minutes IS NULL AND is_asked = 1;
CREATE INDEX first_answer_speed ON first_answer (cohort_id, minutes, published_at) WHERE is_asked = 1;
CREATE INDEX first_answer_enrolment ON first_answer (enrolment_id);

-- what somebody answered since a day, without reading what she said
CREATE INDEX comment_of_person_since ON comment (person_id, written_at, reflection_id);

CREATE VIEW answer_wait AS
SELECT r.id AS reflection_id, r.cohort_id, r.enrolment_id, r.published_at,
       (SELECT max(0, CAST(round((julianday(min(k.written_at)) - julianday(r.published_at)) * 1440) AS INTEGER))
          FROM comment AS k
         WHERE k.reflection_id = r.id AND k.person_id <> r.person_id AND k.deleted_at IS NULL
           AND k.hidden_at IS NULL AND k.audience <> 'me') AS minutes,
       r.audience <> 'me' AND r.state = 'published' AS is_asked,
       CASE
         WHEN NOT EXISTS (SELECT 1 FROM reflection AS e WHERE e.enrolment_id = r.enrolment_id AND e.id < r.id) THEN 'new'
         WHEN NOT EXISTS (
                SELECT 1 FROM reflection AS e
                 WHERE e.enrolment_id = r.enrolment_id AND e.id < r.id
                   AND e.published_at > strftime('%Y-%m-%dT%H:%M:%SZ', r.published_at, '-14 days'))
          AND NOT EXISTS (
                SELECT 1 FROM comment AS k JOIN reflection AS under ON under.id = k.reflection_id
                 WHERE k.person_id = r.person_id AND under.cohort_id = r.cohort_id AND k.written_at < r.published_at
                   AND k.written_at > strftime('%Y-%m-%dT%H:%M:%SZ', r.published_at, '-14 days')) THEN 'back'
       END AS arrival
  FROM reflection AS r;

INSERT INTO first_answer (reflection_id, cohort_id, enrolment_id, published_at, minutes, is_asked, arrival)
SELECT reflection_id, cohort_id, enrolment_id, published_at, minutes, is_asked, arrival FROM answer_wait;

CREATE TRIGGER reflection_asks AFTER INSERT ON reflection BEGIN
  INSERT INTO first_answer (reflection_id, cohort_id, enrolment_id, published_at, minutes, is_asked, arrival)
  SELECT reflection_id, cohort_id, enrolment_id, published_at, minutes, is_asked, arrival
    FROM answer_wait WHERE reflection_id = NEW.id;
END;
CREATE TRIGGER reflection_asks_others AFTER UPDATE OF audience, state ON reflection BEGIN
  UPDATE first_answer SET is_asked = NEW.audience <> 'me' AND NEW.state = 'published' WHERE reflection_id = NEW.id;
END;
CREATE TRIGGER reflection_has_answer AFTER INSERT ON comment BEGIN
  UPDATE first_answer SET minutes = (SELECT minutes FROM answer_wait WHERE reflection_id = NEW.reflection_id)
   WHERE reflection_id = NEW.reflection_id AND minutes IS NULL;
END;
CREATE TRIGGER reflection_has_answer_still AFTER UPDATE OF audience, deleted_at, hidden_at, person_id ON comment BEGIN
  UPDATE first_answer SET minutes = (SELECT minutes FROM answer_wait WHERE reflection_id = NEW.reflection_id)
   WHERE reflection_id = NEW.reflection_id;
END;
CREATE TRIGGER reflection_has_answer_no_more AFTER DELETE ON comment BEGIN
  UPDATE first_answer SET minutes = (SELECT minutes FROM answer_wait WHERE reflection_id = OLD.reflection_id)
   WHERE reflection_id = OLD.reflection_id;
END;

-- "I take this one": who has promised to answer a reflection; a promise older than two days holds nobody off
CREATE TABLE taking (
  reflection_id INTEGER PRIMARY KEY REFERENCES reflection ON DELETE CASCADE,
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  taken_at TEXT NOT NULL
) STRICT;
CREATE INDEX taking_of_enrolment ON taking (enrolment_id);

-- who leaves, or guides no more, keeps no promise
CREATE TRIGGER enrolment_leaves_takings AFTER UPDATE OF left_at ON enrolment WHEN NEW.left_at IS NOT NULL BEGIN
  DELETE FROM taking WHERE enrolment_id = NEW.id;
END;
CREATE TRIGGER enrolment_takes_no_more AFTER UPDATE OF role ON enrolment WHEN NEW.role = 'learner' BEGIN
  DELETE FROM taking WHERE enrolment_id = NEW.id;
END;

-- what a guide likes to begin an answer with; her own, in whichever cohort she guides
CREATE TABLE saved_answer (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  changed_at TEXT NOT NULL
) STRICT;
CREATE INDEX saved_answer_of_person ON saved_answer (person_id, id);
