-- A blog elsewhere whose posts count. One for each enrolment, also after she stopped or moved: what was taken from it
-- is known by its items and never comes twice.
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
  UNIQUE (cohort_id, url)
) STRICT;
CREATE INDEX feed_due ON feed (next_at) WHERE state = 'on';

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
CREATE UNIQUE INDEX feed_item_link ON feed_item (feed_id, link) WHERE link IS NOT NULL;
CREATE UNIQUE INDEX feed_item_title_day ON feed_item (feed_id, title_day) WHERE title_day IS NOT NULL;
CREATE INDEX feed_item_reflection ON feed_item (reflection_id) WHERE reflection_id IS NOT NULL;
CREATE INDEX feed_item_thing ON feed_item (thing_id) WHERE thing_id IS NOT NULL;

-- how often a person had addresses looked up lately
CREATE TABLE feed_look (
  person_id INTEGER PRIMARY KEY REFERENCES person ON DELETE CASCADE,
  looks INTEGER NOT NULL,
  resets_at TEXT NOT NULL
) STRICT;
