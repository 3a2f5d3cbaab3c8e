-- a JWT is signed in a millisecond when it is asked for
ALTER TABLE credential DROP COLUMN jwt;
