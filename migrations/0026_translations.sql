-- the language somebody reads courses in; null where she takes each course as it is
ALTER TABLE person ADD COLUMN language TEXT;

-- A thing in another language: its words as JSON, the HTML made of them beside it. made_from is the mark of the words
-- it was made from (server/courses/translation-words.ts), so that it is known where the thing says something else now;
-- made_from_revision is the number of the thing's text that they stood in, null where a folder brought both.
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

-- the course's own title and summary, and the titles of its sets
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

-- every earlier text of both, also of a language that was taken out of the course
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
