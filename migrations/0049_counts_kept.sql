-- Counts of a cohort are kept as things happen: to count 100,000 people anew for each page took a second.

-- pods to choose from, without sorting all of a cohort
CREATE INDEX pod_in_order ON pod (cohort_id, id);

-- how many things somebody has completed, and when they last published or commented in the cohort; '' for never
ALTER TABLE enrolment ADD COLUMN things_done INTEGER NOT NULL DEFAULT 0;
ALTER TABLE enrolment ADD COLUMN last_wrote_at TEXT NOT NULL DEFAULT '';

UPDATE enrolment
   SET things_done = (SELECT count(*) FROM completion WHERE enrolment_id = enrolment.id),
       last_wrote_at = max(
         (SELECT coalesce(max(completed_at), '') FROM completion WHERE enrolment_id = enrolment.id),
         coalesce((SELECT written_at FROM comment JOIN reflection ON reflection.id = reflection_id
                    WHERE comment.person_id = enrolment.person_id AND reflection.cohort_id = enrolment.cohort_id
                    ORDER BY comment.written_at DESC LIMIT 1), ''));

CREATE INDEX enrolment_progress ON enrolment (cohort_id, role, things_done, last_wrote_at, joined_at, person_id)
 WHERE left_at IS NULL;

-- what the learners who are in a cohort did about each thing, and said of it afterwards
CREATE VIEW learner_work AS
SELECT enrolment.id AS enrolment_id, enrolment.cohort_id, completion.thing_id,
       pulse.thing_id IS NOT NULL AS answered,
       coalesce(pulse.useful = 'yes', 0) AS useful, coalesce(pulse.useful = 'some', 0) AS partly_useful,
       coalesce(pulse.will_use = 'yes', 0) AS will_use, coalesce(pulse.will_use = 'perhaps', 0) AS perhaps
  FROM enrolment
  JOIN completion ON completion.enrolment_id = enrolment.id
  LEFT JOIN pulse ON pulse.enrolment_id = completion.enrolment_id AND pulse.thing_id = completion.thing_id
 WHERE enrolment.role = 'learner' AND enrolment.left_at IS NULL;

CREATE TABLE thing_tally (
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  done INTEGER NOT NULL DEFAULT 0,
  answered INTEGER NOT NULL DEFAULT 0,
  useful INTEGER NOT NULL DEFAULT 0,
  partly_useful INTEGER NOT NULL DEFAULT 0,
  will_use INTEGER NOT NULL DEFAULT 0,
  perhaps INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (cohort_id, thing_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX thing_tally_thing ON thing_tally (thing_id);

INSERT INTO thing_tally
SELECT cohort_id, thing_id, count(*), sum(answered), sum(useful), sum(partly_useful), sum(will_use), sum(perhaps)
  FROM learner_work GROUP BY cohort_id, thing_id;

-- A change takes away what was counted before it and adds what counts after it. Nothing is added where nothing was
-- inserted, so that an insert which does nothing on a conflict counts nothing.
CREATE TRIGGER completion_is_counted AFTER INSERT ON completion BEGIN
  UPDATE enrolment SET things_done = things_done + 1, last_wrote_at = max(last_wrote_at, NEW.completed_at)
   WHERE id = NEW.enrolment_id;
  INSERT INTO thing_tally
  SELECT cohort_id, thing_id, 1, answered, useful, partly_useful, will_use, perhaps
    FROM learner_work WHERE enrolment_id = NEW.enrolment_id AND thing_id = NEW.thing_id
  ON CONFLICT DO UPDATE
    SET done = done + 1, answered = answered + excluded.answered, useful = useful + excluded.useful,
        partly_useful = partly_useful + excluded.partly_useful, will_use = will_use + excluded.will_use,
        perhaps = perhaps + excluded.perhaps;
END;
CREATE TRIGGER completion_goes BEFORE DELETE ON completion BEGIN
  UPDATE thing_tally
     SET done = thing_tally.done - 1, answered = thing_tally.answered - work.answered,
         useful = thing_tally.useful - work.useful, partly_useful = thing_tally.partly_useful - work.partly_useful,
         will_use = thing_tally.will_use - work.will_use, perhaps = thing_tally.perhaps - work.perhaps
    FROM learner_work AS work
   WHERE work.enrolment_id = OLD.enrolment_id AND work.thing_id = OLD.thing_id
     AND thing_tally.cohort_id = work.cohort_id AND thing_tally.thing_id = work.thing_id;
END;
CREATE TRIGGER completion_is_gone AFTER DELETE ON completion BEGIN
  UPDATE enrolment
     SET things_done = things_done - 1,
         last_wrote_at = max(
           (SELECT coalesce(max(completed_at), '') FROM completion WHERE enrolment_id = enrolment.id),
           coalesce((SELECT written_at FROM comment JOIN reflection ON reflection.id = reflection_id
                      WHERE comment.person_id = enrolment.person_id AND reflection.cohort_id = enrolment.cohort_id
                      ORDER BY comment.written_at DESC LIMIT 1), ''))
   WHERE id = OLD.enrolment_id;
END;

CREATE TRIGGER pulse_is_counted AFTER INSERT ON pulse BEGIN
  UPDATE thing_tally
     SET answered = thing_tally.answered + work.answered, useful = thing_tally.useful + work.useful,
         partly_useful = thing_tally.partly_useful + work.partly_useful,
         will_use = thing_tally.will_use + work.will_use, perhaps = thing_tally.perhaps + work.perhaps
    FROM learner_work AS work
   WHERE work.enrolment_id = NEW.enrolment_id AND work.thing_id = NEW.thing_id
     AND thing_tally.cohort_id = work.cohort_id AND thing_tally.thing_id = work.thing_id;
END;
CREATE TRIGGER pulse_changes BEFORE UPDATE ON pulse BEGIN
  UPDATE thing_tally
     SET answered = thing_tally.answered - work.answered, useful = thing_tally.useful - work.useful,
         partly_useful = thing_tally.partly_useful - work.partly_useful,
         will_use = thing_tally.will_use - work.will_use, perhaps = thing_tally.perhaps - work.perhaps
    FROM learner_work AS work
   WHERE work.enrolment_id = OLD.enrolment_id AND work.thing_id = OLD.thing_id
     AND thing_tally.cohort_id = work.cohort_id AND thing_tally.thing_id = work.thing_id;
END;
CREATE TRIGGER pulse_is_changed AFTER UPDATE ON pulse BEGIN
  UPDATE thing_tally
     SET answered = thing_tally.answered + work.answered, useful = thing_tally.useful + work.useful,
         partly_useful = thing_tally.partly_useful + work.partly_useful,
         will_use = thing_tally.will_use + work.will_use, perhaps = thing_tally.perhaps + work.perhaps
    FROM learner_work AS work
   WHERE work.enrolment_id = NEW.enrolment_id AND work.thing_id = NEW.thing_id
     AND thing_tally.cohort_id = work.cohort_id AND thing_tally.thing_id = work.thing_id;
END;
CREATE TRIGGER pulse_goes BEFORE DELETE ON pulse BEGIN
  UPDATE thing_tally
     SET answered = thing_tally.answered - work.answered, useful = thing_tally.useful - work.useful,
         partly_useful = thing_tally.partly_useful - work.partly_useful,
         will_use = thing_tally.will_use - work.will_use, perhaps = thing_tally.perhaps - work.perhaps
    FROM learner_work AS work
   WHERE work.enrolment_id = OLD.enrolment_id AND work.thing_id = OLD.thing_id
     AND thing_tally.cohort_id = work.cohort_id AND thing_tally.thing_id = work.thing_id;
END;

-- joining again, leaving, another role: all that somebody did counts, or does not any more
CREATE TRIGGER learner_changes BEFORE UPDATE OF role, left_at, cohort_id ON enrolment BEGIN
  UPDATE thing_tally
     SET done = thing_tally.done - 1, answered = thing_tally.answered - work.answered,
         useful = thing_tally.useful - work.useful, partly_useful = thing_tally.partly_useful - work.partly_useful,
         will_use = thing_tally.will_use - work.will_use, perhaps = thing_tally.perhaps - work.perhaps
    FROM learner_work AS work
   WHERE work.enrolment_id = OLD.id
     AND thing_tally.cohort_id = work.cohort_id AND thing_tally.thing_id = work.thing_id;
END;
CREATE TRIGGER learner_is_changed AFTER UPDATE OF role, left_at, cohort_id ON enrolment BEGIN
  INSERT INTO thing_tally
  SELECT cohort_id, thing_id, 1, answered, useful, partly_useful, will_use, perhaps
    FROM learner_work WHERE enrolment_id = NEW.id
  ON CONFLICT DO UPDATE
    SET done = done + 1, answered = answered + excluded.answered, useful = useful + excluded.useful,
        partly_useful = partly_useful + excluded.partly_useful, will_use = will_use + excluded.will_use,
        perhaps = perhaps + excluded.perhaps;
END;
CREATE TRIGGER learner_goes BEFORE DELETE ON enrolment BEGIN
  UPDATE thing_tally
     SET done = thing_tally.done - 1, answered = thing_tally.answered - work.answered,
         useful = thing_tally.useful - work.useful, partly_useful = thing_tally.partly_useful - work.partly_useful,
         will_use = thing_tally.will_use - work.will_use, perhaps = thing_tally.perhaps - work.perhaps
    FROM learner_work AS work
   WHERE work.enrolment_id = OLD.id
     AND thing_tally.cohort_id = work.cohort_id AND thing_tally.thing_id = work.thing_id;
END;

CREATE TRIGGER commenter_wrote AFTER INSERT ON comment WHEN NEW.person_id IS NOT NULL BEGIN
  UPDATE enrolment SET last_wrote_at = max(last_wrote_at, NEW.written_at)
   WHERE person_id = NEW.person_id AND cohort_id = (SELECT cohort_id FROM reflection WHERE id = NEW.reflection_id);
END;
CREATE TRIGGER commenter_wrote_otherwise AFTER UPDATE OF person_id, written_at ON comment BEGIN
  UPDATE enrolment
     SET last_wrote_at = max(
           (SELECT coalesce(max(completed_at), '') FROM completion WHERE enrolment_id = enrolment.id),
           coalesce((SELECT written_at FROM comment JOIN reflection ON reflection.id = reflection_id
                      WHERE comment.person_id = enrolment.person_id AND reflection.cohort_id = enrolment.cohort_id
                      ORDER BY comment.written_at DESC LIMIT 1), ''))
   WHERE person_id IN (OLD.person_id, NEW.person_id);
END;
CREATE TRIGGER commenter_wrote_no_more AFTER DELETE ON comment WHEN OLD.person_id IS NOT NULL BEGIN
  UPDATE enrolment
     SET last_wrote_at = max(
           (SELECT coalesce(max(completed_at), '') FROM completion WHERE enrolment_id = enrolment.id),
           coalesce((SELECT written_at FROM comment JOIN reflection ON reflection.id = reflection_id
                      WHERE comment.person_id = enrolment.person_id AND reflection.cohort_id = enrolment.cohort_id
                      ORDER BY comment.written_at DESC LIMIT 1), ''))
   WHERE person_id = OLD.person_id;
END;

-- what learners said of a thing, the newest first, and the few accounts that are deactivated
CREATE INDEX pulse_with_line ON pulse (given_at) WHERE line IS NOT NULL;
CREATE INDEX person_deactivated ON person (id) WHERE deactivated_at IS NOT NULL;
