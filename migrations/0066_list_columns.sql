-- The file of a list, until its people are brought in: another choice of columns reads it anew.
ALTER TABLE people_import ADD COLUMN source BLOB;
-- How it was read (columns, encoding, sheet), as JSON.
ALTER TABLE people_import ADD COLUMN reading TEXT CHECK (json_valid(reading));
