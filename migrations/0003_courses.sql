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
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE course_set (
  id INTEGER PRIMARY KEY,
  course_id INTEGER NOT NULL REFERENCES course ON DELETE CASCADE,
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  hue TEXT NOT NULL,
  position INTEGER NOT NULL,
  UNIQUE (course_id, slug)
) STRICT;

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
  UNIQUE (course_id, slug)
) STRICT;

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

-- every earlier text of a thing, as its file in the course folder
CREATE TABLE thing_revision (
  thing_id INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  source TEXT NOT NULL,
  changed_by INTEGER REFERENCES person ON DELETE SET NULL,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (thing_id, revision)
) STRICT, WITHOUT ROWID;
