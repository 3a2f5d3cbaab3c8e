-- The schema after all migrations, written by `npm run schema` to be read: a change is a new migration beside this file.
-- Each table with its indexes and triggers, in alphabetical order; then the views.

CREATE TABLE activity (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  person_id INTEGER REFERENCES person ON DELETE SET NULL,
  cohort_id INTEGER REFERENCES cohort ON DELETE SET NULL,
  subject_id INTEGER,
  detail TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(detail)),
  happened_at TEXT NOT NULL,
  logged INTEGER NOT NULL DEFAULT 0 CHECK (logged IN (0, 1, 2))
) STRICT;
CREATE INDEX activity_log ON activity (logged, id) WHERE logged > 0;
CREATE INDEX activity_log_of_cohort ON activity (cohort_id, logged, id) WHERE logged > 0;
CREATE INDEX activity_log_of_subject ON activity (subject_id) WHERE logged > 0;
CREATE INDEX activity_of_person ON activity (person_id);

CREATE TRIGGER activity_is_kept BEFORE UPDATE ON activity
  WHEN old.id IS NOT new.id OR old.kind IS NOT new.kind OR old.subject_id IS NOT new.subject_id
    OR old.detail IS NOT new.detail OR old.happened_at IS NOT new.happened_at OR old.logged IS NOT new.logged
    OR (new.person_id IS NOT NULL AND old.person_id IS NOT new.person_id)
    OR (new.cohort_id IS NOT NULL AND old.cohort_id IS NOT new.cohort_id)
BEGIN
  SELECT raise(ABORT, 'what happened is not changed');
END;

CREATE TRIGGER activity_is_new BEFORE INSERT ON activity WHEN EXISTS (SELECT 1 FROM activity WHERE id = new.id)
BEGIN
  SELECT raise(ABORT, 'what happened is not replaced');
END;

CREATE TRIGGER activity_stays BEFORE DELETE ON activity
BEGIN
  SELECT raise(ABORT, 'what happened is not deleted');
END;

CREATE TABLE announcement (
  id INTEGER PRIMARY KEY,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  html TEXT NOT NULL,
  pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
  by_letter INTEGER NOT NULL DEFAULT 0 CHECK (by_letter IN (0, 1)),
  written_by INTEGER REFERENCES person ON DELETE SET NULL,
  written_at TEXT NOT NULL,
  edited_at TEXT
) STRICT;
CREATE INDEX announcement_by ON announcement (written_by) WHERE written_by IS NOT NULL;
CREATE INDEX announcement_of_cohort ON announcement (cohort_id, id);

CREATE TABLE award (
  id TEXT PRIMARY KEY,
  badge_id INTEGER NOT NULL REFERENCES badge,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  activity_id INTEGER NOT NULL REFERENCES activity,
  awarded_at TEXT NOT NULL,
  badge_version INTEGER NOT NULL DEFAULT 1,
  shared INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)),
  evidence_shared INTEGER NOT NULL DEFAULT 0 CHECK (evidence_shared IN (0, 1)),
  given_by INTEGER REFERENCES person ON DELETE SET NULL,
  evidence TEXT,
  revoked_at TEXT,
  revoked_by INTEGER REFERENCES person ON DELETE SET NULL,
  revoked_why TEXT,
  UNIQUE (badge_id, person_id, cohort_id)
) STRICT;
CREATE INDEX award_given_by ON award (given_by) WHERE given_by IS NOT NULL;
CREATE INDEX award_of_activity ON award (activity_id);
CREATE INDEX award_of_cohort ON award (cohort_id, awarded_at, id);
CREATE INDEX award_of_person ON award (person_id, cohort_id);
CREATE INDEX award_revoked_by ON award (revoked_by) WHERE revoked_by IS NOT NULL;

CREATE TRIGGER award_taken_back AFTER UPDATE OF revoked_at ON award BEGIN
  UPDATE credential SET revoked = NEW.revoked_at IS NOT NULL WHERE award_id = NEW.id;
END;

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
  rule TEXT NOT NULL CHECK (json_valid(rule)),
  version INTEGER NOT NULL DEFAULT 1,
  draft INTEGER NOT NULL DEFAULT 0 CHECK (draft IN (0, 1)),
  cohort_id INTEGER REFERENCES cohort ON DELETE CASCADE,
  counts_from TEXT,
  counts_until TEXT,
  ring_text TEXT,
  picture TEXT,
  hint TEXT,
  hint_after_weeks INTEGER,
  changed_at TEXT,
  changed_by INTEGER REFERENCES person ON DELETE SET NULL
) STRICT;
CREATE INDEX badge_changed_by ON badge (changed_by) WHERE changed_by IS NOT NULL;
CREATE INDEX badge_of_cohort ON badge (cohort_id) WHERE cohort_id IS NOT NULL;
CREATE INDEX badge_of_course ON badge (course_id, position);

CREATE TRIGGER badge_first_version AFTER INSERT ON badge BEGIN
  INSERT INTO badge_version (badge_id, version, title, meaning, shape, hue, icon, number, ring_text, picture, rule, made_at, made_by)
    VALUES (NEW.id, NEW.version, NEW.title, NEW.meaning, NEW.shape, NEW.hue, NEW.icon, NEW.number, NEW.ring_text, NEW.picture,
            NEW.rule, NEW.changed_at, NEW.changed_by);
END;

CREATE TRIGGER badge_next_version
AFTER UPDATE OF title, meaning, shape, hue, icon, number, ring_text, picture, rule ON badge
WHEN OLD.title IS NOT NEW.title OR OLD.meaning IS NOT NEW.meaning OR OLD.shape IS NOT NEW.shape OR OLD.hue IS NOT NEW.hue
  OR OLD.icon IS NOT NEW.icon OR OLD.number IS NOT NEW.number OR OLD.ring_text IS NOT NEW.ring_text
  OR OLD.picture IS NOT NEW.picture OR OLD.rule IS NOT NEW.rule
BEGIN
  UPDATE badge SET version = OLD.version + 1 WHERE id = NEW.id;
  INSERT INTO badge_version (badge_id, version, title, meaning, shape, hue, icon, number, ring_text, picture, rule, made_at, made_by)
    VALUES (NEW.id, OLD.version + 1, NEW.title, NEW.meaning, NEW.shape, NEW.hue, NEW.icon, NEW.number, NEW.ring_text, NEW.picture,
            NEW.rule, NEW.changed_at, NEW.changed_by);
END;

CREATE TABLE badge_picture (
  hash TEXT PRIMARY KEY,
  -- JPEG: what draws files reads nothing newer
  bytes BLOB NOT NULL,
  added_at TEXT NOT NULL
) STRICT;

CREATE TABLE badge_version (
  badge_id INTEGER NOT NULL REFERENCES badge ON DELETE CASCADE,
  version INTEGER NOT NULL,
  title TEXT NOT NULL,
  meaning TEXT NOT NULL,
  shape TEXT NOT NULL,
  hue TEXT NOT NULL,
  icon TEXT,
  number INTEGER,
  ring_text TEXT,
  picture TEXT,
  rule TEXT NOT NULL,
  made_at TEXT,
  made_by INTEGER REFERENCES person ON DELETE SET NULL,
  PRIMARY KEY (badge_id, version)
) STRICT;
CREATE INDEX badge_version_by ON badge_version (made_by);

CREATE TABLE block (
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  blocked_by INTEGER REFERENCES person ON DELETE SET NULL,
  blocked_at TEXT NOT NULL,
  PRIMARY KEY (cohort_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX block_by ON block (blocked_by) WHERE blocked_by IS NOT NULL;
CREATE INDEX block_of_person ON block (person_id);

CREATE TABLE calendar_entry (
  id INTEGER PRIMARY KEY,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('thing', 'catch-up', 'holiday')),
  number INTEGER,
  thing_id INTEGER REFERENCES thing,
  opens_on TEXT NOT NULL,
  opens_at TEXT NOT NULL,
  taken_out_at TEXT,
  CHECK ((kind = 'thing') = (number IS NOT NULL AND thing_id IS NOT NULL)),
  UNIQUE (cohort_id, position),
  UNIQUE (cohort_id, number),
  UNIQUE (cohort_id, thing_id)
) STRICT;

CREATE TABLE calendar_news (
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  day TEXT NOT NULL,
  changes TEXT NOT NULL CHECK (json_valid(changes)),
  PRIMARY KEY (cohort_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE certificate (
  id TEXT PRIMARY KEY,
  design_id INTEGER NOT NULL REFERENCES certificate_design,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  granted_at TEXT NOT NULL,
  -- the issue that counts
  issue INTEGER NOT NULL DEFAULT 1,
  UNIQUE (design_id, person_id, cohort_id)
) STRICT;
CREATE INDEX certificate_of_cohort ON certificate (cohort_id, granted_at);
CREATE INDEX certificate_of_person ON certificate (person_id);

CREATE TABLE certificate_batch (
  id TEXT PRIMARY KEY,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  total INTEGER NOT NULL,
  made INTEGER NOT NULL DEFAULT 0,
  asked_at TEXT NOT NULL,
  ended_at TEXT
) STRICT;
CREATE INDEX certificate_batch_cohort ON certificate_batch (cohort_id, asked_at);

CREATE TABLE certificate_design (
  id INTEGER PRIMARY KEY,
  course_id INTEGER NOT NULL REFERENCES course ON DELETE CASCADE,
  title TEXT NOT NULL,
  -- one paragraph, with {course}, {cohort}, {things}, {hours} and {date}
  body TEXT NOT NULL,
  signer TEXT NOT NULL,
  hue TEXT NOT NULL,
  landscape INTEGER NOT NULL CHECK (landscape IN (0, 1)),
  badge_id INTEGER REFERENCES badge ON DELETE SET NULL,
  things INTEGER,
  active INTEGER NOT NULL DEFAULT 0 CHECK (active IN (0, 1)),
  changed_at TEXT NOT NULL,
  changed_by INTEGER REFERENCES person ON DELETE SET NULL
) STRICT;
CREATE INDEX certificate_design_badge ON certificate_design (badge_id) WHERE badge_id IS NOT NULL;
CREATE INDEX certificate_design_by ON certificate_design (changed_by) WHERE changed_by IS NOT NULL;
CREATE INDEX certificate_design_course ON certificate_design (course_id);

CREATE TABLE certificate_issue (
  certificate_id TEXT NOT NULL REFERENCES certificate ON DELETE CASCADE,
  number INTEGER NOT NULL,
  issued_at TEXT NOT NULL,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  signer TEXT NOT NULL,
  hue TEXT NOT NULL,
  landscape INTEGER NOT NULL,
  course TEXT NOT NULL,
  cohort TEXT NOT NULL,
  things INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  total INTEGER,
  PRIMARY KEY (certificate_id, number)
) STRICT;

CREATE TABLE checklist_tick (
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  item TEXT NOT NULL,
  ticked_at TEXT NOT NULL,
  PRIMARY KEY (cohort_id, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE cheer (
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  cheered_at TEXT NOT NULL,
  PRIMARY KEY (reflection_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX cheer_of_person ON cheer (person_id);

CREATE TABLE claim (
  id INTEGER PRIMARY KEY,
  badge_id INTEGER NOT NULL REFERENCES badge ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  -- what she shows
  evidence TEXT NOT NULL,
  made_at TEXT NOT NULL,
  -- a guide asks for more, until she writes again
  asked_at TEXT,
  asked_by INTEGER REFERENCES person ON DELETE SET NULL,
  note TEXT,
  -- accepted
  closed_at TEXT,
  closed_by INTEGER REFERENCES person ON DELETE SET NULL
) STRICT;
CREATE INDEX claim_asked_by ON claim (asked_by) WHERE asked_by IS NOT NULL;
CREATE INDEX claim_badge ON claim (badge_id);
CREATE INDEX claim_closed_by ON claim (closed_by) WHERE closed_by IS NOT NULL;
CREATE INDEX claim_cohort ON claim (cohort_id);
CREATE UNIQUE INDEX claim_open ON claim (badge_id, person_id, cohort_id) WHERE closed_at IS NULL;
CREATE INDEX claim_person ON claim (person_id);
CREATE INDEX claim_waiting ON claim (cohort_id, made_at) WHERE closed_at IS NULL;

CREATE TABLE cohort (
  id INTEGER PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  course_id INTEGER NOT NULL REFERENCES course,
  starts_on TEXT NOT NULL,
  ends_on TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  rhythm TEXT NOT NULL CHECK (json_valid(rhythm)),
  joining TEXT NOT NULL DEFAULT 'code' CHECK (joining IN ('code', 'open', 'invitation')),
  join_code TEXT NOT NULL,
  world_allowed INTEGER NOT NULL CHECK (world_allowed IN (0, 1)),
  made_by INTEGER REFERENCES person ON DELETE SET NULL,
  made_at TEXT NOT NULL,
  calendar_version INTEGER NOT NULL DEFAULT 1,
  pods_open INTEGER NOT NULL DEFAULT 0 CHECK (pods_open IN (0, 1)),
  pods_ask INTEGER NOT NULL DEFAULT 0 CHECK (pods_ask IN (0, 1)),
  closed_at TEXT,
  capacity INTEGER CHECK (capacity > 0),
  welcome TEXT NOT NULL DEFAULT '',
  welcome_html TEXT NOT NULL DEFAULT '',
  calm INTEGER NOT NULL DEFAULT 0 CHECK (calm IN (0, 1)),
  hours_by_guide INTEGER NOT NULL DEFAULT 0 CHECK (hours_by_guide IN (0, 1))
) STRICT;

CREATE TABLE "comment" (
  id INTEGER PRIMARY KEY,
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  person_id INTEGER REFERENCES person ON DELETE CASCADE,
  parent_id INTEGER REFERENCES "comment" ON DELETE CASCADE,
  renderer TEXT NOT NULL,
  -- that of the reflection when it was written, or the smaller one of the answer it hangs under
  audience TEXT NOT NULL CHECK (audience IN ('me', 'guides', 'pod', 'cohort', 'world')),
  written_at TEXT NOT NULL,
  -- only a change that came after the first minutes
  edited_at TEXT,
  deleted_at TEXT,
  body TEXT NOT NULL,
  html TEXT NOT NULL,
  hidden_at TEXT,
  hidden_by INTEGER REFERENCES person ON DELETE SET NULL,
  hidden_note TEXT,
  reflection_cohort_id INTEGER,
  author_enrolment_id INTEGER,
  waited_days INTEGER,
  is_answer INTEGER GENERATED ALWAYS AS (author_enrolment_id IS NOT NULL) VIRTUAL,
  CHECK ((deleted_at IS NULL) = (person_id IS NOT NULL)),
  CHECK (deleted_at IS NULL OR (body = '' AND html = ''))
) STRICT;
CREATE INDEX answer_first_of_person ON comment (person_id, reflection_cohort_id, waited_days, written_at) WHERE waited_days IS NOT NULL;
CREATE UNIQUE INDEX answer_first_of_reflection ON comment (reflection_id) WHERE waited_days IS NOT NULL;
CREATE INDEX answer_to_author ON comment (person_id, reflection_cohort_id, author_enrolment_id, written_at)
 WHERE author_enrolment_id IS NOT NULL;
CREATE INDEX comment_hidden_by ON comment (hidden_by) WHERE hidden_by IS NOT NULL;
CREATE INDEX comment_of_parent ON comment (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX comment_of_person ON comment (person_id, reflection_cohort_id, is_answer, written_at, reflection_id);
CREATE INDEX comment_of_reflection ON comment (reflection_id, id);

CREATE TRIGGER answer_goes AFTER DELETE ON comment WHEN OLD.waited_days IS NOT NULL BEGIN
  UPDATE comment
     SET waited_days = coalesce(floor(julianday(comment.written_at) - julianday(about.published_at)), 0)
    FROM reflection AS about
   WHERE about.id = OLD.reflection_id
     AND comment.id = (SELECT min(id) FROM comment WHERE reflection_id = OLD.reflection_id AND author_enrolment_id IS NOT NULL);
END;

CREATE TRIGGER answer_leaves_its_place AFTER UPDATE OF person_id ON comment
  WHEN NEW.person_id IS NULL AND OLD.author_enrolment_id IS NOT NULL BEGIN
  UPDATE comment SET author_enrolment_id = NULL, waited_days = NULL WHERE id = NEW.id;
  UPDATE comment
     SET waited_days = coalesce(floor(julianday(comment.written_at) - julianday(about.published_at)), 0)
    FROM reflection AS about
   WHERE OLD.waited_days IS NOT NULL AND about.id = OLD.reflection_id
     AND comment.id = (SELECT min(id) FROM comment WHERE reflection_id = OLD.reflection_id AND author_enrolment_id IS NOT NULL);
END;

CREATE TRIGGER answerer_follows AFTER INSERT ON comment WHEN NEW.person_id IS NOT NULL BEGIN
  INSERT INTO following (person_id, reflection_id, since)
  SELECT NEW.person_id, NEW.reflection_id, NEW.written_at
   WHERE NOT EXISTS (SELECT 1 FROM unfollowed WHERE person_id = NEW.person_id AND reflection_id = NEW.reflection_id)
  ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER comment_can_be_found AFTER INSERT ON comment BEGIN
  INSERT INTO search_queue (kind, id) VALUES ('comment', NEW.id) ON CONFLICT DO NOTHING;
END;

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

CREATE TRIGGER comment_is_found_as_changed AFTER UPDATE OF body, audience, deleted_at ON comment BEGIN
  DELETE FROM comment_search WHERE rowid = OLD.id;
  INSERT INTO search_queue (kind, id) VALUES ('comment', NEW.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER comment_is_found_no_more AFTER DELETE ON comment BEGIN
  DELETE FROM comment_search WHERE rowid = OLD.id;
  DELETE FROM search_queue WHERE kind = 'comment' AND id = OLD.id;
END;

CREATE TRIGGER comment_is_reported_no_more AFTER UPDATE OF deleted_at ON comment WHEN NEW.deleted_at IS NOT NULL BEGIN
  DELETE FROM report WHERE comment_id = NEW.id;
  UPDATE comment SET hidden_at = NULL, hidden_by = NULL, hidden_note = NULL WHERE id = NEW.id AND hidden_at IS NOT NULL;
END;

CREATE TRIGGER comment_leaves_its_place AFTER UPDATE OF deleted_at ON comment WHEN NEW.deleted_at IS NOT NULL BEGIN
  DELETE FROM mention WHERE comment_id = NEW.id;
  DELETE FROM notice WHERE reflection_id = NEW.reflection_id AND comment_id = NEW.id;
END;

CREATE TRIGGER comment_place_gone AFTER DELETE ON comment WHEN OLD.parent_id IS NOT NULL BEGIN
  DELETE FROM comment
   WHERE id = OLD.parent_id AND deleted_at IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM comment AS other WHERE other.parent_id = OLD.parent_id);
END;

CREATE TRIGGER commenter_wrote AFTER INSERT ON comment WHEN NEW.person_id IS NOT NULL BEGIN
  UPDATE enrolment SET last_wrote_at = max(last_wrote_at, NEW.written_at)
   WHERE person_id = NEW.person_id AND cohort_id = (SELECT cohort_id FROM reflection WHERE id = NEW.reflection_id);
END;

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

CREATE TRIGGER notice_goes_with_comment AFTER DELETE ON comment BEGIN
  DELETE FROM notice WHERE reflection_id = OLD.reflection_id AND comment_id = OLD.id;
END;

CREATE TRIGGER reflection_has_answer AFTER INSERT ON comment BEGIN
  UPDATE first_answer SET minutes = (SELECT minutes FROM answer_wait WHERE reflection_id = NEW.reflection_id)
   WHERE reflection_id = NEW.reflection_id AND minutes IS NULL;
END;

CREATE TRIGGER reflection_has_answer_no_more AFTER DELETE ON comment BEGIN
  UPDATE first_answer SET minutes = (SELECT minutes FROM answer_wait WHERE reflection_id = OLD.reflection_id)
   WHERE reflection_id = OLD.reflection_id;
END;

CREATE TRIGGER reflection_has_answer_still AFTER UPDATE OF audience, deleted_at, hidden_at, person_id ON comment BEGIN
  UPDATE first_answer SET minutes = (SELECT minutes FROM answer_wait WHERE reflection_id = NEW.reflection_id)
   WHERE reflection_id = NEW.reflection_id;
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

CREATE TRIGGER reflection_waits_as_it_is_hidden AFTER UPDATE OF hidden_at ON comment BEGIN
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

CREATE VIRTUAL TABLE comment_search USING fts5 (
  words,
  shelf,
  content = '',
  contentless_delete = 1,
  prefix = '2 3',
  tokenize = 'ascii'
);

CREATE TABLE completion (
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  completed_at TEXT NOT NULL,
  rule TEXT NOT NULL DEFAULT 'reflection'
  CHECK (rule IN ('reflection', 'steps', 'both', 'guide')),
  PRIMARY KEY (enrolment_id, thing_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER completion_goes BEFORE DELETE ON completion BEGIN
  UPDATE thing_tally
     SET done = thing_tally.done - 1, answered = thing_tally.answered - work.answered,
         useful = thing_tally.useful - work.useful, partly_useful = thing_tally.partly_useful - work.partly_useful,
         will_use = thing_tally.will_use - work.will_use, perhaps = thing_tally.perhaps - work.perhaps
    FROM learner_work AS work
   WHERE work.enrolment_id = OLD.enrolment_id AND work.thing_id = OLD.thing_id
     AND thing_tally.cohort_id = work.cohort_id AND thing_tally.thing_id = work.thing_id;
END;

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

CREATE TABLE confirmation (
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  asked_at TEXT NOT NULL,
  confirmed_by INTEGER REFERENCES person ON DELETE SET NULL,
  confirmed_at TEXT,
  PRIMARY KEY (enrolment_id, thing_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX confirmation_by ON confirmation (confirmed_by) WHERE confirmed_by IS NOT NULL;
CREATE INDEX confirmation_waiting ON confirmation (enrolment_id, asked_at) WHERE confirmed_at IS NULL;

CREATE TABLE course (
  id INTEGER PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  language TEXT NOT NULL,
  licence TEXT NOT NULL,
  credits TEXT NOT NULL CHECK (json_valid(credits)),
  rhythm TEXT NOT NULL CHECK (json_valid(rhythm)),
  public INTEGER NOT NULL DEFAULT 1 CHECK (public IN (0, 1)),
  revision INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL,
  write_first INTEGER NOT NULL DEFAULT 0 CHECK (write_first IN (0, 1)),
  archived_at TEXT,
  cover TEXT,
  completion TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(completion)),
  parents TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(parents))
) STRICT;

CREATE TABLE course_base (
  course_id INTEGER PRIMARY KEY REFERENCES course ON DELETE CASCADE,
  parent_slug TEXT NOT NULL,
  files TEXT NOT NULL CHECK (json_valid(files)),
  pictures TEXT NOT NULL CHECK (json_valid(pictures)),
  taken_at TEXT NOT NULL
) STRICT;
CREATE INDEX course_base_of_parent ON course_base (parent_slug);

CREATE TABLE course_picture (
  course_id INTEGER NOT NULL REFERENCES course ON DELETE CASCADE,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  width INTEGER NOT NULL CHECK (width > 0),
  height INTEGER NOT NULL CHECK (height > 0),
  bytes INTEGER NOT NULL CHECK (bytes > 0),
  added_at TEXT NOT NULL,
  PRIMARY KEY (course_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX course_picture_of_hash ON course_picture (hash);

CREATE TABLE course_set (
  id INTEGER PRIMARY KEY,
  course_id INTEGER NOT NULL REFERENCES course ON DELETE CASCADE,
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  hue TEXT NOT NULL,
  position INTEGER NOT NULL,
  UNIQUE (course_id, slug)
) STRICT;

CREATE TABLE course_translation (
  course_id INTEGER NOT NULL REFERENCES course ON DELETE CASCADE,
  language TEXT NOT NULL,
  revision INTEGER NOT NULL,
  made_from TEXT NOT NULL,
  words TEXT NOT NULL CHECK (json_valid(words)),
  changed_by INTEGER REFERENCES person ON DELETE SET NULL,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (course_id, language)
) STRICT, WITHOUT ROWID;
CREATE INDEX course_translation_by ON course_translation (changed_by) WHERE changed_by IS NOT NULL;

CREATE TABLE course_translation_revision (
  course_id INTEGER NOT NULL REFERENCES course ON DELETE CASCADE,
  language TEXT NOT NULL,
  revision INTEGER NOT NULL,
  made_from TEXT NOT NULL,
  words TEXT NOT NULL CHECK (json_valid(words)),
  changed_by INTEGER REFERENCES person ON DELETE SET NULL,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (course_id, language, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX course_translation_revision_by ON course_translation_revision (changed_by) WHERE changed_by IS NOT NULL;

CREATE TABLE credential (
  id INTEGER PRIMARY KEY,
  award_id TEXT UNIQUE REFERENCES award ON DELETE SET NULL,
  list INTEGER NOT NULL,
  place INTEGER NOT NULL,
  salt TEXT NOT NULL,
  revoked INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1)),
  -- stands for what was signed and by which key: another one is signed anew
  mark TEXT,
  signed TEXT,
  signed_at TEXT,
  UNIQUE (list, place)
) STRICT;
CREATE INDEX credential_revoked ON credential (list) WHERE revoked = 1;

CREATE TABLE dismissal (
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  announcement_id INTEGER NOT NULL REFERENCES announcement ON DELETE CASCADE,
  dismissed_at TEXT NOT NULL,
  PRIMARY KEY (person_id, announcement_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX dismissal_of ON dismissal (announcement_id);

CREATE TABLE draft (
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  audience TEXT NOT NULL CHECK (audience IN ('me', 'guides', 'pod', 'cohort', 'world')),
  version INTEGER NOT NULL,
  open INTEGER NOT NULL CHECK (open IN (0, 1)),
  saved_at TEXT NOT NULL,
  words INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (enrolment_id, thing_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE email_change (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  old_email TEXT NOT NULL,
  new_email TEXT NOT NULL,
  -- the person, or an admin: then the old address need not confirm
  asked_by INTEGER REFERENCES person ON DELETE SET NULL,
  -- the session in which the person asked, which stays signed in
  session_hash TEXT,
  asked_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  old_confirmed_at TEXT,
  new_confirmed_at TEXT,
  ended_at TEXT,
  outcome TEXT CHECK (outcome IN ('changed', 'stopped', 'replaced', 'taken')),
  CHECK ((outcome IS NULL) = (ended_at IS NULL))
) STRICT;
CREATE INDEX email_change_asked_by ON email_change (asked_by) WHERE asked_by IS NOT NULL;
CREATE INDEX email_change_expiry ON email_change (expires_at);
CREATE INDEX email_change_of_person ON email_change (person_id, asked_at);
CREATE UNIQUE INDEX email_change_open ON email_change (person_id) WHERE ended_at IS NULL;

CREATE TABLE email_change_link (
  token_hash TEXT PRIMARY KEY,
  email_change_id INTEGER NOT NULL REFERENCES email_change ON DELETE CASCADE,
  side TEXT NOT NULL CHECK (side IN ('old', 'new'))
) STRICT, WITHOUT ROWID;
CREATE INDEX email_change_link_of ON email_change_link (email_change_id);

CREATE TABLE enrolment (
  id INTEGER PRIMARY KEY,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  role TEXT NOT NULL DEFAULT 'learner' CHECK (role IN ('learner', 'guide', 'organiser')),
  goal INTEGER NOT NULL,
  joined_at TEXT NOT NULL,
  left_at TEXT,
  seen_at TEXT NOT NULL,
  pod_id INTEGER REFERENCES pod ON DELETE SET NULL,
  interest TEXT,
  hours TEXT CHECK (hours IN ('morning', 'afternoon', 'evening', 'night')),
  things_done INTEGER NOT NULL DEFAULT 0,
  last_wrote_at TEXT NOT NULL DEFAULT '',
  sort_name TEXT NOT NULL DEFAULT '',
  sort_workplace TEXT,
  UNIQUE (cohort_id, person_id)
) STRICT;
CREATE INDEX enrolment_by_name ON enrolment (cohort_id, sort_name, person_id, role) WHERE left_at IS NULL;
CREATE INDEX enrolment_by_workplace
    ON enrolment (cohort_id, sort_workplace IS NULL, sort_workplace, sort_name, person_id, role) WHERE left_at IS NULL;
CREATE INDEX enrolment_learners ON enrolment (cohort_id) WHERE role = 'learner' AND left_at IS NULL;
CREATE INDEX enrolment_most_done ON enrolment (cohort_id, role, things_done DESC, sort_name, person_id)
 WHERE left_at IS NULL;
CREATE INDEX enrolment_of_person ON enrolment (person_id, seen_at);
CREATE INDEX enrolment_of_pod ON enrolment (pod_id) WHERE pod_id IS NOT NULL;
CREATE INDEX enrolment_progress
    ON enrolment (cohort_id, role, things_done, sort_name, person_id, last_wrote_at, joined_at) WHERE left_at IS NULL;

CREATE TRIGGER enrolment_copies_sort_name AFTER INSERT ON enrolment BEGIN
  UPDATE enrolment SET sort_name = coalesce(person.sort_name, ''), sort_workplace = person.sort_workplace
    FROM person WHERE enrolment.id = NEW.id AND person.id = NEW.person_id;
END;

CREATE TRIGGER enrolment_guides_no_more AFTER UPDATE OF role ON enrolment WHEN new.role = 'learner'
BEGIN
  DELETE FROM pod_guide WHERE enrolment_id = new.id;
END;

CREATE TRIGGER enrolment_leaves_pod AFTER UPDATE OF left_at ON enrolment WHEN new.left_at IS NOT NULL
BEGIN
  UPDATE enrolment SET pod_id = NULL WHERE id = new.id AND pod_id IS NOT NULL;
  DELETE FROM pod_guide WHERE enrolment_id = new.id;
END;

CREATE TRIGGER enrolment_leaves_takings AFTER UPDATE OF left_at ON enrolment WHEN NEW.left_at IS NOT NULL BEGIN
  DELETE FROM taking WHERE enrolment_id = NEW.id;
END;

CREATE TRIGGER enrolment_takes_no_more AFTER UPDATE OF role ON enrolment WHEN NEW.role = 'learner' BEGIN
  DELETE FROM taking WHERE enrolment_id = NEW.id;
END;

CREATE TRIGGER learner_changes BEFORE UPDATE OF role, left_at, cohort_id ON enrolment BEGIN
  UPDATE thing_tally
     SET done = thing_tally.done - 1, answered = thing_tally.answered - work.answered,
         useful = thing_tally.useful - work.useful, partly_useful = thing_tally.partly_useful - work.partly_useful,
         will_use = thing_tally.will_use - work.will_use, perhaps = thing_tally.perhaps - work.perhaps
    FROM learner_work AS work
   WHERE work.enrolment_id = OLD.id
     AND thing_tally.cohort_id = work.cohort_id AND thing_tally.thing_id = work.thing_id;
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

CREATE TRIGGER learner_is_changed AFTER UPDATE OF role, left_at, cohort_id ON enrolment BEGIN
  INSERT INTO thing_tally
  SELECT cohort_id, thing_id, 1, answered, useful, partly_useful, will_use, perhaps
    FROM learner_work WHERE enrolment_id = NEW.id
  ON CONFLICT DO UPDATE
    SET done = done + 1, answered = answered + excluded.answered, useful = useful + excluded.useful,
        partly_useful = partly_useful + excluded.partly_useful, will_use = will_use + excluded.will_use,
        perhaps = perhaps + excluded.perhaps;
END;

CREATE TABLE failure_limit (
  key TEXT PRIMARY KEY,
  hits INTEGER NOT NULL,
  resets_at TEXT NOT NULL
) STRICT;
CREATE INDEX failure_limit_expiry ON failure_limit (resets_at);

CREATE TABLE feed (
  id INTEGER PRIMARY KEY,
  enrolment_id INTEGER NOT NULL UNIQUE REFERENCES enrolment ON DELETE CASCADE,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  url TEXT NOT NULL,
  site_url TEXT,
  title TEXT NOT NULL,
  -- what of a post is shown here
  extent TEXT NOT NULL CHECK (extent IN ('full', 'excerpt')),
  audience TEXT NOT NULL CHECK (audience IN ('me', 'guides', 'pod', 'cohort', 'world')),
  -- off: given up after many tries, or gone for good
  state TEXT NOT NULL DEFAULT 'on' CHECK (state IN ('on', 'stopped', 'off')),
  etag TEXT,
  last_modified TEXT,
  added_at TEXT NOT NULL,
  tried_at TEXT,
  -- when it could last be read
  read_at TEXT,
  next_at TEXT NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  -- what was wrong at the last try, by the name of its words
  problem TEXT,
  older_pages TEXT CHECK (older_pages IN ('due', 'reading', 'whole', 'limited')),
  oldest_at TEXT,
  UNIQUE (cohort_id, url)
) STRICT;
CREATE INDEX feed_due ON feed (next_at) WHERE state = 'on';

CREATE TABLE feed_address (
  enrolment_id INTEGER PRIMARY KEY REFERENCES enrolment ON DELETE CASCADE,
  token_hash TEXT NOT NULL UNIQUE,
  made_at TEXT NOT NULL
) STRICT;

CREATE TABLE feed_item (
  id INTEGER PRIMARY KEY,
  feed_id INTEGER NOT NULL REFERENCES feed ON DELETE CASCADE,
  guid TEXT NOT NULL,
  -- canonical; a feed may leave it out
  link TEXT,
  title TEXT NOT NULL,
  -- title and day as they are compared; null where there is no title
  title_day TEXT,
  published_at TEXT NOT NULL,
  -- of the post as the feed had it: the same again needs no work
  hash TEXT NOT NULL,
  -- taken: became a reflection (which may be deleted since) · asked: she is asked · waiting: its thing is not open yet
  -- left: she says it is about no thing · none: nothing in it speaks of one
  state TEXT NOT NULL CHECK (state IN ('taken', 'asked', 'waiting', 'left', 'none')),
  thing_id INTEGER REFERENCES thing,
  -- JSON: things it may be about
  guesses TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(guesses)),
  reflection_id INTEGER REFERENCES reflection ON DELETE SET NULL,
  -- as it came, kept until it is taken: to be rendered and sanitised then
  source TEXT,
  UNIQUE (feed_id, guid)
) STRICT;
CREATE INDEX feed_item_reflection ON feed_item (reflection_id) WHERE reflection_id IS NOT NULL;
CREATE INDEX feed_item_thing ON feed_item (thing_id) WHERE thing_id IS NOT NULL;

CREATE TABLE feed_look (
  person_id INTEGER PRIMARY KEY REFERENCES person ON DELETE CASCADE,
  looks INTEGER NOT NULL,
  resets_at TEXT NOT NULL
) STRICT;
CREATE INDEX feed_look_expiry ON feed_look (resets_at);

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
CREATE INDEX first_answer_enrolment ON first_answer (enrolment_id);
CREATE INDEX first_answer_speed ON first_answer (cohort_id, minutes, published_at) WHERE is_asked = 1;
CREATE INDEX first_answer_waiting ON first_answer (cohort_id, reflection_id, enrolment_id, arrival)
 WHERE minutes IS NULL AND is_asked = 1;

CREATE TABLE following (
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  since TEXT NOT NULL,
  PRIMARY KEY (person_id, reflection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX following_of_reflection ON following (reflection_id);

CREATE TABLE former_handle (
  handle TEXT PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE
) STRICT;
CREATE INDEX former_handle_of_person ON former_handle (person_id);

CREATE TABLE former_time_zone (
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  -- the instant of the change: what happened before it is dated in the zone
  until TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  PRIMARY KEY (cohort_id, until)
) STRICT, WITHOUT ROWID;

CREATE TABLE guide_offer (
  enrolment_id INTEGER PRIMARY KEY REFERENCES enrolment ON DELETE CASCADE,
  offered_at TEXT NOT NULL
) STRICT;

CREATE TABLE hours_question (
  enrolment_id INTEGER PRIMARY KEY REFERENCES enrolment ON DELETE CASCADE,
  note TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  asked_by INTEGER REFERENCES person ON DELETE SET NULL
) STRICT;
CREATE INDEX hours_question_by ON hours_question (asked_by) WHERE asked_by IS NOT NULL;

CREATE TABLE image (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  hash TEXT NOT NULL,
  width INTEGER NOT NULL CHECK (width > 0),
  height INTEGER NOT NULL CHECK (height > 0),
  animated INTEGER NOT NULL CHECK (animated IN (0, 1)),
  -- of all its files together
  bytes INTEGER NOT NULL,
  added_at TEXT NOT NULL,
  -- since when it is in no reflection and no open draft; null while it is in one
  unused_since TEXT,
  UNIQUE (person_id, hash)
) STRICT;
CREATE INDEX image_of_hash ON image (hash);
CREATE INDEX image_unused ON image (unused_since) WHERE unused_since IS NOT NULL;

CREATE TRIGGER image_gone AFTER DELETE ON image BEGIN
  INSERT OR IGNORE INTO image_left (hash) VALUES (old.hash);
END;

CREATE TABLE image_left (
  hash TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE image_use (
  image_id INTEGER NOT NULL REFERENCES image ON DELETE CASCADE,
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  PRIMARY KEY (image_id, reflection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_use_of_reflection ON image_use (reflection_id);

CREATE TABLE "invitation" (
  id INTEGER PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  cohort_id INTEGER REFERENCES cohort ON DELETE CASCADE,
  email TEXT NOT NULL COLLATE NOCASE,
  role TEXT NOT NULL DEFAULT 'learner' CHECK (role IN ('learner', 'guide', 'organiser')),
  name TEXT NOT NULL DEFAULT '',
  workplace TEXT,
  pod_id INTEGER REFERENCES pod ON DELETE SET NULL,
  made_by INTEGER REFERENCES person ON DELETE SET NULL,
  made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT,
  used_by INTEGER REFERENCES person ON DELETE SET NULL
) STRICT;
CREATE INDEX invitation_of_address ON invitation (email) WHERE used_at IS NULL;
CREATE INDEX invitation_of_cohort ON invitation (cohort_id, made_at);
CREATE INDEX invitation_pod ON invitation (pod_id) WHERE pod_id IS NOT NULL;

CREATE TABLE invitation_link (
  token_hash TEXT PRIMARY KEY,
  invitation_id INTEGER NOT NULL REFERENCES invitation ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_link_of ON invitation_link (invitation_id);

CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  -- as long as a job with this key is known, none is added beside it
  key TEXT,
  payload TEXT NOT NULL CHECK (json_valid(payload)),
  -- whom or what it is for, in a word for admins
  about TEXT,
  -- when it may be begun; while somebody works on it, when it may be taken from them
  due_at TEXT NOT NULL,
  -- counts how often it was begun, and tells a worker that came back too late that the job is another's by now
  attempt INTEGER NOT NULL DEFAULT 0,
  working INTEGER NOT NULL DEFAULT 0 CHECK (working IN (0, 1)),
  -- why it did not work the last time
  reason TEXT,
  outcome TEXT CHECK (outcome IN ('done', 'dead')),
  added_at TEXT NOT NULL,
  ended_at TEXT,
  CHECK ((outcome IS NULL) = (ended_at IS NULL)),
  UNIQUE (kind, key)
) STRICT;
CREATE INDEX job_due ON job (kind, due_at, id) WHERE outcome IS NULL;
CREATE INDEX job_ended ON job (outcome, ended_at) WHERE outcome IS NOT NULL;

CREATE TABLE later_cheer (
  later_thing_id INTEGER NOT NULL REFERENCES later_thing ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  cheered_at TEXT NOT NULL,
  PRIMARY KEY (later_thing_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX later_cheer_of_person ON later_cheer (person_id);

CREATE TABLE later_thing (
  id INTEGER PRIMARY KEY,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  month TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  body_html TEXT NOT NULL,
  link TEXT,
  written_at TEXT NOT NULL,
  edited_at TEXT,
  UNIQUE (cohort_id, person_id, month)
) STRICT;
CREATE INDEX later_thing_of_person ON later_thing (person_id);

CREATE TABLE link_check (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  due_at TEXT,
  checked_at TEXT,
  status INTEGER,
  trouble TEXT CHECK (trouble IN ('dead', 'unreachable', 'slow', 'moved')),
  since TEXT,
  moved_to TEXT
) STRICT;
CREATE INDEX link_check_due ON link_check (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX link_check_of_host ON link_check (host, checked_at);
CREATE INDEX link_check_trouble ON link_check (trouble, since) WHERE trouble IS NOT NULL;

CREATE TABLE link_place (
  link_id INTEGER NOT NULL REFERENCES link_check ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  PRIMARY KEY (link_id, thing_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_place_of_thing ON link_place (thing_id);

CREATE TABLE logo (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  hash TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE mention (
  id INTEGER PRIMARY KEY,
  comment_id INTEGER REFERENCES comment ON DELETE CASCADE,
  reflection_id INTEGER REFERENCES reflection ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  CHECK ((comment_id IS NULL) <> (reflection_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX mention_in_comment ON mention (comment_id, person_id) WHERE comment_id IS NOT NULL;
CREATE UNIQUE INDEX mention_in_reflection ON mention (reflection_id, person_id) WHERE reflection_id IS NOT NULL;
CREATE INDEX mention_of_person ON mention (person_id);

CREATE TABLE mention_hour (
  person_id INTEGER PRIMARY KEY REFERENCES person ON DELETE CASCADE,
  began_at TEXT NOT NULL,
  made INTEGER NOT NULL
) STRICT;
CREATE INDEX mention_hour_start ON mention_hour (began_at);

CREATE TABLE migration (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL) STRICT;

CREATE TABLE no_announcement_letters (
  person_id INTEGER PRIMARY KEY REFERENCES person ON DELETE CASCADE,
  since TEXT NOT NULL
) STRICT;

CREATE TABLE no_letters (
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('answers')),
  since TEXT NOT NULL,
  PRIMARY KEY (person_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE "notice" (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  kind TEXT NOT NULL,
  -- what it is about, in a word: a person is told it once
  key TEXT NOT NULL,
  cohort_id INTEGER REFERENCES cohort ON DELETE CASCADE,
  reflection_id INTEGER REFERENCES reflection ON DELETE CASCADE,
  -- of a comment under this reflection; a trigger deletes the notice with it
  comment_id INTEGER,
  award_id TEXT REFERENCES award ON DELETE CASCADE,
  -- null where it is whoever wrote the comment
  actor_id INTEGER REFERENCES person ON DELETE SET NULL,
  detail TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(detail)),
  told_at TEXT NOT NULL,
  read_at TEXT,
  -- when it was put into an email
  mailed_at TEXT,
  UNIQUE (person_id, key),
  CHECK (comment_id IS NULL OR reflection_id IS NOT NULL)
) STRICT;
CREATE INDEX notice_about ON notice (reflection_id, comment_id) WHERE reflection_id IS NOT NULL;
CREATE INDEX notice_age ON notice (read_at) WHERE read_at IS NOT NULL;
CREATE INDEX notice_of_actor ON notice (actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX notice_of_award ON notice (award_id) WHERE award_id IS NOT NULL;
CREATE INDEX notice_read ON notice (person_id, id) WHERE read_at IS NOT NULL;
CREATE INDEX notice_unread ON notice (person_id, id) WHERE read_at IS NULL;
CREATE INDEX notice_unread_about ON notice (reflection_id, person_id) WHERE read_at IS NULL AND reflection_id IS NOT NULL;

CREATE TABLE once (
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  once TEXT NOT NULL,
  location TEXT NOT NULL,
  done_at TEXT NOT NULL,
  PRIMARY KEY (person_id, once)
) STRICT, WITHOUT ROWID;
CREATE INDEX once_age ON once (done_at);

CREATE TABLE password_reset (
  id INTEGER PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  made_by INTEGER REFERENCES person ON DELETE SET NULL,
  made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT
) STRICT;
CREATE INDEX password_reset_expiry ON password_reset (expires_at);
CREATE INDEX password_reset_of_person ON password_reset (person_id);

CREATE TABLE pause (
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  since TEXT NOT NULL,
  until TEXT,
  PRIMARY KEY (enrolment_id, since)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX pause_under_way ON pause (enrolment_id) WHERE until IS NULL;

CREATE TABLE pending_upload (
  id TEXT PRIMARY KEY,
  -- one to a person: another one replaces it
  person_id INTEGER NOT NULL UNIQUE REFERENCES person (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  uploaded_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE people_import (
  id INTEGER PRIMARY KEY,
  made_by INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  cohort_id INTEGER REFERENCES cohort ON DELETE CASCADE,
  ignored TEXT NOT NULL CHECK (json_valid(ignored)),
  made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  -- all its rows are there
  ready INTEGER NOT NULL DEFAULT 0 CHECK (ready IN (0, 1)),
  done_at TEXT,
  source BLOB,
  reading TEXT CHECK (json_valid(reading))
) STRICT;
CREATE INDEX people_import_cohort ON people_import (cohort_id) WHERE cohort_id IS NOT NULL;
CREATE INDEX people_import_of ON people_import (made_by);

CREATE TABLE people_import_row (
  import_id INTEGER NOT NULL REFERENCES people_import ON DELETE CASCADE,
  line INTEGER NOT NULL,
  email TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL,
  workplace TEXT NOT NULL,
  pod TEXT NOT NULL,
  -- why nothing can be made of the line, in the key of its words
  problem TEXT,
  -- what becomes of it
  verdict TEXT NOT NULL DEFAULT '' CHECK (verdict IN ('', 'new', 'known', 'line', 'here', 'invited', 'waiting', 'blocked', 'left')),
  PRIMARY KEY (import_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
  id INTEGER PRIMARY KEY,
  email TEXT NOT NULL UNIQUE COLLATE NOCASE,
  name TEXT NOT NULL,
  handle TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  role TEXT NOT NULL DEFAULT 'member' CHECK (role IN ('member', 'author', 'admin')),
  workplace TEXT,
  scheme TEXT NOT NULL DEFAULT 'system' CHECK (scheme IN ('system', 'light', 'dark')),
  created_at TEXT NOT NULL,
  language TEXT,
  deactivated_at TEXT,
  calm INTEGER NOT NULL DEFAULT 0 CHECK (calm IN (0, 1)),
  sort_name TEXT,
  sort_workplace TEXT,
  email_changed_at TEXT
) STRICT;
CREATE INDEX person_deactivated ON person (id) WHERE deactivated_at IS NOT NULL;
CREATE INDEX person_with_role ON person (role);
CREATE INDEX person_without_sort_name ON person (sort_name) WHERE sort_name IS NULL;
CREATE INDEX person_workplace ON person (workplace) WHERE workplace IS NOT NULL;

CREATE TRIGGER person_changes_sort_name AFTER UPDATE OF sort_name, sort_workplace ON person
 WHEN NEW.sort_name IS NOT OLD.sort_name OR NEW.sort_workplace IS NOT OLD.sort_workplace BEGIN
  UPDATE enrolment SET sort_name = coalesce(NEW.sort_name, ''), sort_workplace = NEW.sort_workplace
   WHERE person_id = NEW.id;
END;

CREATE TABLE pod (
  id INTEGER PRIMARY KEY,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  name TEXT NOT NULL,
  made_at TEXT NOT NULL,
  UNIQUE (cohort_id, name)
) STRICT;
CREATE INDEX pod_in_order ON pod (cohort_id, id);

CREATE TABLE pod_guide (
  pod_id INTEGER NOT NULL REFERENCES pod ON DELETE CASCADE,
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  PRIMARY KEY (pod_id, enrolment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pod_guide_enrolment ON pod_guide (enrolment_id);

CREATE TABLE proxy_finding (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  problem TEXT NOT NULL CHECK (problem IN ('not_set', 'none_seen', 'too_high', 'too_low', 'http', 'https')),
  hops INTEGER NOT NULL,
  -- the settings of that server
  trust_proxy INTEGER NOT NULL,
  base_url TEXT NOT NULL,
  seen_at TEXT NOT NULL
) STRICT;

CREATE TABLE pulse (
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  useful TEXT NOT NULL CHECK (useful IN ('yes', 'some', 'no')),
  will_use TEXT NOT NULL CHECK (will_use IN ('yes', 'perhaps', 'no')),
  line TEXT,
  given_at TEXT NOT NULL,
  PRIMARY KEY (enrolment_id, thing_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pulse_with_line ON pulse (given_at) WHERE line IS NOT NULL;

CREATE TRIGGER pulse_changes BEFORE UPDATE ON pulse BEGIN
  UPDATE thing_tally
     SET answered = thing_tally.answered - work.answered, useful = thing_tally.useful - work.useful,
         partly_useful = thing_tally.partly_useful - work.partly_useful,
         will_use = thing_tally.will_use - work.will_use, perhaps = thing_tally.perhaps - work.perhaps
    FROM learner_work AS work
   WHERE work.enrolment_id = OLD.enrolment_id AND work.thing_id = OLD.thing_id
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

CREATE TRIGGER pulse_is_changed AFTER UPDATE ON pulse BEGIN
  UPDATE thing_tally
     SET answered = thing_tally.answered + work.answered, useful = thing_tally.useful + work.useful,
         partly_useful = thing_tally.partly_useful + work.partly_useful,
         will_use = thing_tally.will_use + work.will_use, perhaps = thing_tally.perhaps + work.perhaps
    FROM learner_work AS work
   WHERE work.enrolment_id = NEW.enrolment_id AND work.thing_id = NEW.thing_id
     AND thing_tally.cohort_id = work.cohort_id AND thing_tally.thing_id = work.thing_id;
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

CREATE TABLE reading (
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  read_to INTEGER NOT NULL,
  PRIMARY KEY (person_id, reflection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX reading_of_reflection ON reading (reflection_id);

CREATE TABLE "reflection" (
  id INTEGER PRIMARY KEY,
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing,
  title TEXT NOT NULL,
  excerpt TEXT NOT NULL,
  renderer TEXT NOT NULL,
  audience TEXT NOT NULL CHECK (audience IN ('me', 'guides', 'pod', 'cohort', 'world')),
  state TEXT NOT NULL DEFAULT 'published' CHECK (state IN ('published', 'hidden')),
  source TEXT NOT NULL DEFAULT 'hosted' CHECK (source IN ('hosted', 'outside')),
  -- where the original stands; only of outside ones
  source_url TEXT,
  revision INTEGER NOT NULL DEFAULT 1,
  published_at TEXT NOT NULL,
  edited_at TEXT,
  hidden_at TEXT,
  hidden_by INTEGER REFERENCES person ON DELETE SET NULL,
  -- what whoever hid it says to the author
  hidden_note TEXT,
  -- what is long comes last: lists read a row's beginning only
  body TEXT NOT NULL,
  html TEXT NOT NULL,
  CHECK ((source = 'outside') = (source_url IS NOT NULL)),
  CHECK ((state = 'hidden') = (hidden_at IS NOT NULL))
) STRICT;
CREATE INDEX reflection_hidden_by ON reflection (hidden_by) WHERE hidden_by IS NOT NULL;
CREATE UNIQUE INDEX reflection_hosted ON reflection (enrolment_id, thing_id) WHERE source = 'hosted';
CREATE INDEX reflection_of_enrolment ON reflection (enrolment_id, thing_id);
CREATE INDEX reflection_of_person ON reflection (person_id, id);
CREATE INDEX reflection_of_thing ON reflection (cohort_id, thing_id, id);
CREATE INDEX reflection_stream ON reflection (cohort_id, id);
CREATE INDEX reflection_world ON reflection (cohort_id, id) WHERE audience = 'world';

CREATE TRIGGER author_follows AFTER INSERT ON reflection BEGIN
  INSERT INTO following (person_id, reflection_id, since) VALUES (NEW.person_id, NEW.id, NEW.published_at);
END;

CREATE TRIGGER comment_is_found_elsewhere AFTER UPDATE OF thing_id ON reflection WHEN NEW.thing_id <> OLD.thing_id BEGIN
  DELETE FROM comment_search WHERE rowid IN (SELECT id FROM comment WHERE reflection_id = NEW.id);
  INSERT INTO search_queue (kind, id) SELECT 'comment', id FROM comment WHERE reflection_id = NEW.id ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER reflection_asks AFTER INSERT ON reflection BEGIN
  INSERT INTO first_answer (reflection_id, cohort_id, enrolment_id, published_at, minutes, is_asked, arrival)
  SELECT reflection_id, cohort_id, enrolment_id, published_at, minutes, is_asked, arrival
    FROM answer_wait WHERE reflection_id = NEW.id;
END;

CREATE TRIGGER reflection_asks_others AFTER UPDATE OF audience, state ON reflection BEGIN
  UPDATE first_answer SET is_asked = NEW.audience <> 'me' AND NEW.state = 'published' WHERE reflection_id = NEW.id;
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

CREATE TRIGGER reflection_waits AFTER INSERT ON reflection BEGIN
  INSERT INTO unanswered (cohort_id, reflection_id) VALUES (NEW.cohort_id, NEW.id);
END;

CREATE TRIGGER reflection_waits_for_others AFTER UPDATE OF audience ON reflection BEGIN
  DELETE FROM unanswered WHERE reflection_id = NEW.id;
  INSERT INTO unanswered (cohort_id, reflection_id)
  SELECT NEW.cohort_id, NEW.id WHERE NOT EXISTS (SELECT 1 FROM answered WHERE reflection_id = NEW.id);
END;

CREATE TABLE reflection_revision (
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  audience TEXT NOT NULL,
  replaced_at TEXT NOT NULL,
  PRIMARY KEY (reflection_id, revision)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE reflection_search USING fts5 (
  words,
  shelf,
  content = '',
  contentless_delete = 1,
  prefix = '2 3',
  tokenize = 'ascii'
);

CREATE TABLE replay (
  id INTEGER PRIMARY KEY,
  badge_id INTEGER NOT NULL REFERENCES badge ON DELETE CASCADE,
  -- the act that its awards come from
  activity_id INTEGER NOT NULL REFERENCES activity,
  -- the last enrolment that was looked at
  after INTEGER NOT NULL DEFAULT 0,
  seen INTEGER NOT NULL DEFAULT 0,
  given INTEGER NOT NULL DEFAULT 0,
  total INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  cancelled_at TEXT,
  ended_at TEXT
) STRICT;
CREATE INDEX replay_activity ON replay (activity_id);
CREATE INDEX replay_badge ON replay (badge_id);
CREATE UNIQUE INDEX replay_running ON replay (badge_id) WHERE ended_at IS NULL;

CREATE TABLE report (
  id INTEGER PRIMARY KEY,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  -- what it is about, or what the comment stands under that it is about
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  comment_id INTEGER REFERENCES comment ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  reason TEXT NOT NULL,
  made_at TEXT NOT NULL,
  settled_at TEXT,
  settled_by INTEGER REFERENCES person ON DELETE SET NULL
) STRICT;
CREATE INDEX report_of_cohort ON report (cohort_id, id);
CREATE INDEX report_of_comment ON report (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX report_of_reflection ON report (reflection_id, comment_id);
CREATE UNIQUE INDEX report_once ON report (person_id, reflection_id, ifnull(comment_id, 0));
CREATE INDEX report_open ON report (cohort_id, id) WHERE settled_at IS NULL;
CREATE INDEX report_settled_by ON report (settled_by) WHERE settled_by IS NOT NULL;

CREATE TABLE reset_request (
  person_id INTEGER PRIMARY KEY REFERENCES person ON DELETE CASCADE,
  asked_at TEXT NOT NULL
) STRICT;

CREATE TABLE saved_answer (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  changed_at TEXT NOT NULL
) STRICT;
CREATE INDEX saved_answer_of_person ON saved_answer (person_id, id);

CREATE TABLE search_queue (
  kind TEXT NOT NULL CHECK (kind IN ('thing', 'reflection', 'comment')),
  id INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  id_hash TEXT PRIMARY KEY,
  person_id INTEGER REFERENCES person ON DELETE CASCADE,
  data TEXT NOT NULL,
  created_at TEXT NOT NULL,
  touched_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  browser TEXT,
  system TEXT
) STRICT;
CREATE INDEX session_expiry ON session (expires_at);
CREATE INDEX session_of_person ON session (person_id);

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE setting_section (
  name TEXT PRIMARY KEY,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE skip (
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  reason TEXT NOT NULL,
  skipped_at TEXT NOT NULL,
  PRIMARY KEY (enrolment_id, thing_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE stated_minutes (
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 600),
  stated_at TEXT NOT NULL,
  confirmed_at TEXT,
  -- null where the rule confirmed it
  confirmed_by INTEGER REFERENCES person ON DELETE SET NULL,
  PRIMARY KEY (enrolment_id, thing_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX stated_minutes_by ON stated_minutes (confirmed_by) WHERE confirmed_by IS NOT NULL;
CREATE INDEX stated_minutes_thing ON stated_minutes (thing_id);

CREATE TABLE step (
  id INTEGER PRIMARY KEY,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  slug TEXT NOT NULL,
  depth TEXT NOT NULL CHECK (depth IN ('start', 'more', 'challenge')),
  position INTEGER NOT NULL,
  title TEXT NOT NULL,
  detail TEXT,
  UNIQUE (thing_id, slug)
) STRICT;

CREATE TRIGGER step_can_be_found AFTER INSERT ON step BEGIN
  DELETE FROM thing_search WHERE rowid = NEW.thing_id;
  INSERT INTO search_queue (kind, id) VALUES ('thing', NEW.thing_id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER step_is_found_no_more AFTER DELETE ON step BEGIN
  DELETE FROM thing_search WHERE rowid = OLD.thing_id;
  INSERT INTO search_queue (kind, id) VALUES ('thing', OLD.thing_id) ON CONFLICT DO NOTHING;
END;

CREATE TABLE taking (
  reflection_id INTEGER PRIMARY KEY REFERENCES reflection ON DELETE CASCADE,
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  taken_at TEXT NOT NULL
) STRICT;
CREATE INDEX taking_of_enrolment ON taking (enrolment_id);

CREATE TABLE thing (
  id INTEGER PRIMARY KEY,
  course_id INTEGER NOT NULL REFERENCES course ON DELETE CASCADE,
  set_id INTEGER NOT NULL REFERENCES course_set,
  slug TEXT NOT NULL,
  position INTEGER NOT NULL,
  title TEXT NOT NULL,
  short TEXT NOT NULL,
  summary TEXT NOT NULL,
  icon TEXT NOT NULL,
  minutes TEXT NOT NULL CHECK (json_valid(minutes)),
  tried TEXT,
  body TEXT NOT NULL,
  body_html TEXT NOT NULL,
  note TEXT,
  note_html TEXT,
  without_account TEXT,
  without_account_html TEXT,
  prompts TEXT NOT NULL CHECK (json_valid(prompts)),
  renderer TEXT NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1,
  changed_at TEXT NOT NULL,
  tried_on TEXT,
  UNIQUE (course_id, slug)
) STRICT;

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

CREATE TABLE thing_change (
  thing_id INTEGER PRIMARY KEY REFERENCES thing ON DELETE CASCADE,
  based_on INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  source TEXT NOT NULL,
  changed_by INTEGER REFERENCES person ON DELETE SET NULL,
  changed_at TEXT NOT NULL
) STRICT;
CREATE INDEX thing_change_of_person ON thing_change (changed_by);

CREATE TABLE thing_report (
  id INTEGER PRIMARY KEY,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('changed', 'closed', 'costs', 'phone')),
  line TEXT,
  link TEXT,
  made_at TEXT NOT NULL,
  settled_at TEXT,
  settled_by INTEGER REFERENCES person ON DELETE SET NULL
) STRICT;
CREATE INDEX thing_report_of_cohort ON thing_report (cohort_id);
CREATE INDEX thing_report_of_person ON thing_report (person_id, made_at);
CREATE INDEX thing_report_of_thing ON thing_report (thing_id, id);
CREATE UNIQUE INDEX thing_report_once ON thing_report (thing_id, person_id, kind) WHERE settled_at IS NULL;
CREATE INDEX thing_report_open ON thing_report (thing_id, person_id) WHERE settled_at IS NULL;
CREATE INDEX thing_report_settled_by ON thing_report (settled_by) WHERE settled_by IS NOT NULL;

CREATE TABLE thing_revision (
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  source TEXT NOT NULL,
  changed_by INTEGER REFERENCES person ON DELETE SET NULL,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (thing_id, revision)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE thing_search USING fts5 (
  words,
  shelf,
  title,
  content = '',
  contentless_delete = 1,
  prefix = '2 3',
  tokenize = 'ascii'
);

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

CREATE TABLE thing_translation (
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  language TEXT NOT NULL,
  revision INTEGER NOT NULL,
  made_from TEXT NOT NULL,
  made_from_revision INTEGER,
  words TEXT NOT NULL CHECK (json_valid(words)),
  html TEXT NOT NULL CHECK (json_valid(html)),
  renderer TEXT NOT NULL,
  changed_by INTEGER REFERENCES person ON DELETE SET NULL,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (thing_id, language)
) STRICT, WITHOUT ROWID;
CREATE INDEX thing_translation_by ON thing_translation (changed_by) WHERE changed_by IS NOT NULL;

CREATE TABLE thing_translation_revision (
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  language TEXT NOT NULL,
  revision INTEGER NOT NULL,
  made_from TEXT NOT NULL,
  words TEXT NOT NULL CHECK (json_valid(words)),
  changed_by INTEGER REFERENCES person ON DELETE SET NULL,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (thing_id, language, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX thing_translation_revision_by ON thing_translation_revision (changed_by) WHERE changed_by IS NOT NULL;

CREATE TABLE tick (
  enrolment_id INTEGER NOT NULL REFERENCES enrolment ON DELETE CASCADE,
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  step TEXT NOT NULL,
  ticked_at TEXT NOT NULL,
  PRIMARY KEY (enrolment_id, thing_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE timetable (
  kind TEXT PRIMARY KEY,
  next_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE unanswered (
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  PRIMARY KEY (cohort_id, reflection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX unanswered_reflection ON unanswered (reflection_id);

CREATE TABLE unfollowed (
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  reflection_id INTEGER NOT NULL REFERENCES reflection ON DELETE CASCADE,
  since TEXT NOT NULL,
  PRIMARY KEY (person_id, reflection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX unfollowed_of_reflection ON unfollowed (reflection_id);

CREATE TABLE waiting (
  id INTEGER PRIMARY KEY,
  cohort_id INTEGER NOT NULL REFERENCES cohort ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
  invited INTEGER NOT NULL DEFAULT 0 CHECK (invited IN (0, 1)),
  pod_id INTEGER REFERENCES pod ON DELETE SET NULL,
  since TEXT NOT NULL,
  UNIQUE (cohort_id, person_id)
) STRICT;
CREATE INDEX waiting_in_line ON waiting (cohort_id, invited DESC, id);
CREATE INDEX waiting_person ON waiting (person_id);
CREATE INDEX waiting_pod ON waiting (pod_id) WHERE pod_id IS NOT NULL;

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

CREATE VIEW answered AS
SELECT reflection.id AS reflection_id, comment.id AS comment_id
  FROM reflection JOIN comment ON comment.reflection_id = reflection.id
 WHERE comment.deleted_at IS NULL AND comment.hidden_at IS NULL AND comment.person_id <> reflection.person_id
   AND (comment.audience IN ('cohort', 'world') OR comment.audience = reflection.audience);

CREATE VIEW learner_work AS
SELECT enrolment.id AS enrolment_id, enrolment.cohort_id, completion.thing_id,
       pulse.thing_id IS NOT NULL AS answered,
       coalesce(pulse.useful = 'yes', 0) AS useful, coalesce(pulse.useful = 'some', 0) AS partly_useful,
       coalesce(pulse.will_use = 'yes', 0) AS will_use, coalesce(pulse.will_use = 'perhaps', 0) AS perhaps
  FROM enrolment
  JOIN completion ON completion.enrolment_id = enrolment.id
  LEFT JOIN pulse ON pulse.enrolment_id = completion.enrolment_id AND pulse.thing_id = completion.thing_id
 WHERE enrolment.role = 'learner' AND enrolment.left_at IS NULL;

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
