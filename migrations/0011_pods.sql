-- a small group in a cohort; somebody is in one at most
CREATE TABLE pod (
  id INTEGER PRIMARY KEY,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  name TEXT NOT NULL,
  made_at TEXT NOT NULL,
  UNIQUE (cohort_id, name)
) STRICT;

ALTER TABLE enrolment ADD COLUMN pod_id INTEGER REFERENCES pod ON DELETE SET NULL;
CREATE INDEX enrolment_of_pod ON enrolment (pod_id) WHERE pod_id IS NOT NULL;

-- a guide looks after any number of pods; a pod without one is everybody's
CREATE TABLE pod_guide (
  pod_id INTEGER NOT NULL REFERENCES pod ON DELETE CASCADE,
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  PRIMARY KEY (pod_id, enrolment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pod_guide_enrolment ON pod_guide (enrolment_id);

-- whichever way somebody leaves a cohort, her pod does not go on counting on her
CREATE TRIGGER enrolment_leaves_pod AFTER UPDATE OF left_at ON enrolment WHEN new.left_at IS NOT NULL
BEGIN
  UPDATE enrolment SET pod_id = NULL WHERE id = new.id AND pod_id IS NOT NULL;
  DELETE FROM pod_guide WHERE enrolment_id = new.id;
END;
CREATE TRIGGER enrolment_guides_no_more AFTER UPDATE OF role ON enrolment WHEN new.role = 'learner'
BEGIN
  DELETE FROM pod_guide WHERE enrolment_id = new.id;
END;

-- may learners choose their pod themselves? are they asked what would suit them?
ALTER TABLE cohort ADD COLUMN pods_open INTEGER NOT NULL DEFAULT 0 CHECK (pods_open IN (0, 1));
ALTER TABLE cohort ADD COLUMN pods_ask INTEGER NOT NULL DEFAULT 0 CHECK (pods_ask IN (0, 1));

-- what pods are made by, told by the learner; both may stay empty
ALTER TABLE enrolment ADD COLUMN interest TEXT;
ALTER TABLE enrolment ADD COLUMN hours TEXT CHECK (hours IN ('morning', 'afternoon', 'evening', 'night'));
