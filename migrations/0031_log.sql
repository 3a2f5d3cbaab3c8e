-- what the log shows: 0 what people do for themselves and nobody looks up, 1 what somebody did to others or to the
-- site, 2 what somebody did with the own account
ALTER TABLE activity ADD COLUMN logged INTEGER NOT NULL DEFAULT 0 CHECK (logged IN (0, 1, 2));

UPDATE activity
   SET logged = CASE
         WHEN kind IN ('person.joined', 'person.left', 'password.changed', 'pod.chosen') THEN 2
         WHEN kind IN ('reflection.published', 'reflection.edited', 'reflection.deleted', 'reflection.reported',
                       'comment.written', 'comment.edited', 'comment.deleted', 'comment.reported', 'award.earned') THEN 0
         ELSE 1 END;

CREATE INDEX activity_log ON activity (logged, id) WHERE logged > 0;
CREATE INDEX activity_log_of_cohort ON activity (cohort_id, logged, id) WHERE logged > 0;
CREATE INDEX activity_log_of_subject ON activity (subject_id) WHERE logged > 0;

-- append only: whoever goes takes her name along, and nothing else is ever changed
CREATE TRIGGER activity_stays BEFORE DELETE ON activity
BEGIN
  SELECT raise(ABORT, 'what happened is not deleted');
END;

-- an INSERT OR REPLACE deletes without asking the trigger above
CREATE TRIGGER activity_is_new BEFORE INSERT ON activity WHEN EXISTS (SELECT 1 FROM activity WHERE id = new.id)
BEGIN
  SELECT raise(ABORT, 'what happened is not replaced');
END;

CREATE TRIGGER activity_is_kept BEFORE UPDATE ON activity
  WHEN old.id IS NOT new.id OR old.kind IS NOT new.kind OR old.subject_id IS NOT new.subject_id
    OR old.detail IS NOT new.detail OR old.happened_at IS NOT new.happened_at OR old.logged IS NOT new.logged
    OR (new.person_id IS NOT NULL AND old.person_id IS NOT new.person_id)
    OR (new.cohort_id IS NOT NULL AND old.cohort_id IS NOT new.cohort_id)
BEGIN
  SELECT raise(ABORT, 'what happened is not changed');
END;
