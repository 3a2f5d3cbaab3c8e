-- what happened: feeds badges and, later, notices, webhooks and the audit log; append only
CREATE TABLE activity (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  person_id INTEGER REFERENCES person ON DELETE SET NULL,
  cohort_id INTEGER REFERENCES cohort ON DELETE SET NULL,
  subject_id INTEGER,
  detail TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(detail)),
  happened_at TEXT NOT NULL
) STRICT;
CREATE INDEX activity_of_cohort ON activity (cohort_id, id);
CREATE INDEX activity_of_person ON activity (person_id);
