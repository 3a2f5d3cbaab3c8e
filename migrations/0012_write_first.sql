-- Where a course asks for it, others' words about a thing open once one's own draft has thirty. They are counted when a
-- draft is saved; of drafts from before, roughly here.
ALTER TABLE course ADD COLUMN write_first INTEGER NOT NULL DEFAULT 0 CHECK (write_first IN (0, 1));
ALTER TABLE draft ADD COLUMN words INTEGER NOT NULL DEFAULT 0;
UPDATE draft SET words = length(trim(body)) - length(replace(trim(body), ' ', '')) + (trim(body) <> '');
