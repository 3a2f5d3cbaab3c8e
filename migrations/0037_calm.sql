-- calm mode: badges are still given, and every game part of the pages is left out until it is off again
ALTER TABLE person ADD COLUMN calm INTEGER NOT NULL DEFAULT 0 CHECK (calm IN (0, 1));
ALTER TABLE cohort ADD COLUMN calm INTEGER NOT NULL DEFAULT 0 CHECK (calm IN (0, 1));
