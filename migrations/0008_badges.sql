CREATE TABLE badge (
  id INTEGER PRIMARY KEY,
  course_id INTEGER NOT NULL REFERENCES course ON DELETE CASCADE,
  slug TEXT NOT NULL UNIQUE,
  position INTEGER NOT NULL,
  title TEXT NOT NULL,
  meaning TEXT NOT NULL,
  shape TEXT NOT NULL CHECK (shape IN ('circle', 'shield', 'star', 'gem')),
  hue TEXT NOT NULL,
  icon TEXT,
  number INTEGER,
  rule TEXT NOT NULL CHECK (json_valid(rule))
) STRICT;

CREATE TABLE award (
  id TEXT PRIMARY KEY,
  badge_id INTEGER NOT NULL REFERENCES badge,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  activity_id INTEGER NOT NULL REFERENCES activity,
  awarded_at TEXT NOT NULL,
  UNIQUE (badge_id, person_id, cohort_id)
) STRICT;
CREATE INDEX award_of_person ON award (person_id, cohort_id);
CREATE INDEX award_of_activity ON award (activity_id);
