-- Badge rules look at a person's answers to others. What they ask of an answer is kept with it, so that a rule reads as
-- many answers as it counts, however many the person wrote.

-- that of the reflection
ALTER TABLE comment ADD COLUMN reflection_cohort_id INTEGER;
-- whose reflection it answers; null under one's own
ALTER TABLE comment ADD COLUMN author_enrolment_id INTEGER;
-- of the first answer that is left under a reflection: how many whole days that had waited for it
ALTER TABLE comment ADD COLUMN waited_days INTEGER;
ALTER TABLE comment ADD COLUMN is_answer INTEGER GENERATED ALWAYS AS (author_enrolment_id IS NOT NULL) VIRTUAL;

UPDATE comment
   SET reflection_cohort_id = about.cohort_id,
       author_enrolment_id = iif(comment.person_id <> about.person_id, about.enrolment_id, NULL)
  FROM reflection AS about WHERE about.id = comment.reflection_id;
UPDATE comment
   SET waited_days = coalesce(floor(julianday(comment.written_at) - julianday(about.published_at)), 0)
  FROM reflection AS about
 WHERE about.id = comment.reflection_id
   AND comment.id IN (SELECT min(id) FROM comment WHERE author_enrolment_id IS NOT NULL GROUP BY reflection_id);

-- in place of comment_of_person_since
DROP INDEX comment_of_person_since;
CREATE INDEX comment_of_person ON comment (person_id, reflection_cohort_id, is_answer, written_at, reflection_id);
CREATE INDEX answer_to_author ON comment (person_id, reflection_cohort_id, author_enrolment_id, written_at)
 WHERE author_enrolment_id IS NOT NULL;
CREATE INDEX answer_first_of_person ON comment (person_id, reflection_cohort_id, waited_days, written_at) WHERE waited_days IS NOT NULL;
CREATE UNIQUE INDEX answer_first_of_reflection ON comment (reflection_id) WHERE waited_days IS NOT NULL;

CREATE TRIGGER comment_has_author AFTER INSERT ON comment BEGIN
  UPDATE comment
     SET reflection_cohort_id = about.cohort_id,
         author_enrolment_id = iif(NEW.person_id <> about.person_id, about.enrolment_id, NULL),
         waited_days = CASE
           WHEN NEW.person_id <> about.person_id
            AND NOT EXISTS (SELECT 1 FROM comment AS first WHERE first.reflection_id = NEW.reflection_id
                                                             AND first.waited_days IS NOT NULL)
           THEN coalesce(floor(julianday(NEW.written_at) - julianday(about.published_at)), 0) END
    FROM reflection AS about WHERE about.id = NEW.reflection_id AND comment.id = NEW.id;
END;

-- where the first answer goes, the next one is the first
CREATE TRIGGER answer_leaves_its_place AFTER UPDATE OF person_id ON comment
  WHEN NEW.person_id IS NULL AND OLD.author_enrolment_id IS NOT NULL BEGIN
  UPDATE comment SET author_enrolment_id = NULL, waited_days = NULL WHERE id = NEW.id;
  UPDATE comment
     SET waited_days = coalesce(floor(julianday(comment.written_at) - julianday(about.published_at)), 0)
    FROM reflection AS about
   WHERE OLD.waited_days IS NOT NULL AND about.id = OLD.reflection_id
     AND comment.id = (SELECT min(id) FROM comment WHERE reflection_id = OLD.reflection_id AND author_enrolment_id IS NOT NULL);
END;
CREATE TRIGGER answer_goes AFTER DELETE ON comment WHEN OLD.waited_days IS NOT NULL BEGIN
  UPDATE comment
     SET waited_days = coalesce(floor(julianday(comment.written_at) - julianday(about.published_at)), 0)
    FROM reflection AS about
   WHERE about.id = OLD.reflection_id
     AND comment.id = (SELECT min(id) FROM comment WHERE reflection_id = OLD.reflection_id AND author_enrolment_id IS NOT NULL);
END;

-- how somebody comes to publish, as in 0019: with the new index, whose second column is the cohort
DROP VIEW answer_wait;
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
                SELECT 1 FROM comment AS k
                 WHERE k.person_id = r.person_id AND k.reflection_cohort_id = r.cohort_id AND k.is_answer IN (0, 1)
                   AND k.written_at < r.published_at
                   AND k.written_at > strftime('%Y-%m-%dT%H:%M:%SZ', r.published_at, '-14 days')) THEN 'back'
       END AS arrival
  FROM reflection AS r;

-- when somebody wrote last in a cohort: the last of both kinds of comment, without looking at the ones before
DROP TRIGGER commenter_wrote_otherwise;
CREATE TRIGGER commenter_wrote_otherwise AFTER UPDATE OF person_id, written_at ON comment BEGIN
  UPDATE enrolment
     SET last_wrote_at = max(
           (SELECT coalesce(max(completed_at), '') FROM completion WHERE enrolment_id = enrolment.id),
           (SELECT coalesce(max(written_at), '') FROM comment
             WHERE person_id = enrolment.person_id AND reflection_cohort_id = enrolment.cohort_id AND is_answer = 0),
           (SELECT coalesce(max(written_at), '') FROM comment
             WHERE person_id = enrolment.person_id AND reflection_cohort_id = enrolment.cohort_id AND is_answer = 1))
   WHERE person_id IN (OLD.person_id, NEW.person_id);
END;
DROP TRIGGER commenter_wrote_no_more;
CREATE TRIGGER commenter_wrote_no_more AFTER DELETE ON comment WHEN OLD.person_id IS NOT NULL BEGIN
  UPDATE enrolment
     SET last_wrote_at = max(
           (SELECT coalesce(max(completed_at), '') FROM completion WHERE enrolment_id = enrolment.id),
           (SELECT coalesce(max(written_at), '') FROM comment
             WHERE person_id = enrolment.person_id AND reflection_cohort_id = enrolment.cohort_id AND is_answer = 0),
           (SELECT coalesce(max(written_at), '') FROM comment
             WHERE person_id = enrolment.person_id AND reflection_cohort_id = enrolment.cohort_id AND is_answer = 1))
   WHERE person_id = OLD.person_id;
END;
